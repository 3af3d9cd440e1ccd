/**
 * What an image has below its root: one layer that stays from version to version (the C library, who and where things are), and one
 * with the program. There is no shell, and nothing has to be written: libraries that a single file would write lie beside it.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineFile } from '../single/machine-files.ts';
import { RELEASE, SUITE } from './debian-packages.ts';
import type { TarEntry, Tree } from './tar.ts';

/** Nobody's number on any machine, as images without root have it by custom. */
export const USER_ID = 65532;
/** Home of the user, folder to stand in, and where a monitor keeps what it finds. */
export const HOME = '/var/lib/echolot';
export const PROGRAM = '/usr/bin/echolot';

const READABLE = 0o644;
const EXECUTABLE = 0o755;
const OWN = 0o700;
/** Anybody writes there, and only what is one's own can be removed (mkdir(2), sticky bit). */
const TEMPORARY = 0o1777;

const TEXTS: Readonly<Record<string, string>> = {
  'etc/passwd': `root:x:0:0:root:/:/nonexistent\necholot:x:${USER_ID}:${USER_ID}:echolot:${HOME}:/nonexistent\n`,
  'etc/group': `root:x:0:\necholot:x:${USER_ID}:\n`,
  // What runs containers lays its own over it.
  'etc/hosts': '127.0.0.1 localhost\n::1 localhost\n',
  // Without it the C library asks the network for names that are in /etc/hosts.
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  // Tells scanners which list of known faults the libraries belong to.
  'etc/os-release': `NAME="Debian GNU/Linux"\nPRETTY_NAME="echolot over libraries of Debian ${RELEASE}"\nID=debian\nVERSION_ID="${RELEASE}"\nVERSION_CODENAME=${SUITE}\n`,
};

/** @param libraries of Debian */
export function baseTree(libraries: Tree): Tree {
  const texts = Object.entries(TEXTS).map(([path, text]) => [path, file(Buffer.from(text))] as const);
  return new Map<string, TarEntry>([
    ...libraries,
    ...texts,
    // The loader is named by its place from before these were one.
    ['lib', { kind: 'link', to: 'usr/lib' }],
    ['lib64', { kind: 'link', to: 'usr/lib64' }],
    ['usr/lib64', { kind: 'folder', mode: EXECUTABLE }],
    // For what runs containers to mount something there, also where it may not make a folder.
    ...['dev', 'proc', 'run', 'sys'].map((name): [string, TarEntry] => [
      name,
      { kind: 'folder', mode: EXECUTABLE },
    ]),
    ['tmp', { kind: 'folder', mode: TEMPORARY }],
    [HOME.slice(1), { kind: 'folder', mode: OWN, owner: USER_ID }],
  ]);
}

export interface ProgramFiles {
  readonly program: Uint8Array;
  readonly machine: readonly MachineFile[];
  /** By the name of the file that each becomes. */
  readonly licences: Readonly<Record<string, Uint8Array>>;
}

export function programTree({ program, machine, licences }: ProgramFiles): Tree {
  return new Map<string, TarEntry>([
    [PROGRAM.slice(1), file(program, EXECUTABLE)],
    ...machine.map(({ bytes, extension }): [string, TarEntry] => [
      `usr/lib/echolot/${createHash('sha256').update(bytes).digest('hex')}.${extension}`,
      file(bytes, extension === 'node' ? EXECUTABLE : READABLE),
    ]),
    ...Object.entries(licences).map(([name, bytes]): [string, TarEntry] => [
      `usr/share/doc/echolot/${name}`,
      file(bytes),
    ]),
  ]);
}

/** @param output where the single file is @param runtime the licence of the runtime, which the list beside the file may lack */
export function licencesBeside(single: string, root: string, runtime: string): Record<string, Uint8Array> {
  return {
    LICENSE: readFileSync(join(root, 'LICENSE')),
    'licences.txt': readFileSync(`${single}.licences.txt`),
    'node.txt': readFileSync(runtime),
  };
}

function file(bytes: Uint8Array, mode: number = READABLE): TarEntry {
  return { kind: 'file', bytes, mode };
}
