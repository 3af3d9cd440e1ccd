/**
 * Archives that come out the same from the same files, whoever makes them and when: sorted, of one time, without names of users
 * (ustar of POSIX.1-2017, pax, "ustar Interchange Format"). Names are at most 100 bytes long, and all of it is in memory.
 */

export type TarEntry =
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly mode: number; readonly owner?: number }
  | { readonly kind: 'folder'; readonly mode: number; readonly owner?: number }
  | { readonly kind: 'link'; readonly to: string };

/** By path, without a slash at either end; folders above that are not named are root's, and anybody may look into them. */
export type Tree = ReadonlyMap<string, TarEntry>;

const BLOCK_BYTES = 512;
const NAME_BYTES = 100;
const TYPES = { file: '0', link: '2', folder: '5' } as const;
const ANYBODY_LOOKS = 0o755;

/** @param seconds of the epoch that everything in it was changed at, as it will say */
export function tar(tree: Tree, seconds: number): Buffer {
  const blocks: Uint8Array[] = [];
  for (const [path, entry] of [...withFolders(tree)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    blocks.push(header(path, entry, seconds));
    if (entry.kind === 'file') blocks.push(entry.bytes, padding(entry.bytes.length));
  }
  // Two blocks of zeros end it.
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function withFolders(tree: Tree): Map<string, TarEntry> {
  const whole = new Map(tree);
  for (const path of tree.keys()) {
    const names = path.split('/');
    for (let depth = 1; depth < names.length; depth++) {
      const above = names.slice(0, depth).join('/');
      const entry = whole.get(above);
      if (entry === undefined) whole.set(above, { kind: 'folder', mode: ANYBODY_LOOKS });
      else if (entry.kind !== 'folder')
        throw new Error(`${path} would lie below ${above}, which is no folder`);
    }
  }
  return whole;
}

function header(path: string, entry: TarEntry, seconds: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const owner = entry.kind === 'link' ? 0 : (entry.owner ?? 0);
  text(block, 0, NAME_BYTES, entry.kind === 'folder' ? `${path}/` : path);
  octal(block, 100, 8, entry.kind === 'link' ? 0o777 : entry.mode);
  octal(block, 108, 8, owner);
  octal(block, 116, 8, owner);
  octal(block, 124, 12, entry.kind === 'file' ? entry.bytes.length : 0);
  octal(block, 136, 12, seconds);
  block.write(TYPES[entry.kind], 156, 'latin1');
  if (entry.kind === 'link') text(block, 157, NAME_BYTES, entry.to);
  block.write('ustar\u000000', 257, 'latin1');
  // The sum of all bytes, those of the sum itself taken as blanks.
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function text(block: Buffer, at: number, bytes: number, value: string): void {
  if (Buffer.byteLength(value) > bytes) throw new Error(`${value} is longer than ${bytes} bytes`);
  block.write(value, at, 'utf8');
}

function octal(block: Buffer, at: number, bytes: number, value: number): void {
  const digits = value.toString(8).padStart(bytes - 1, '0');
  if (digits.length >= bytes) throw new Error(`${value} has more than ${bytes - 1} octal digits`);
  block.write(digits, at, 'latin1');
}

function padding(bytes: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES);
}
