/** Makes artefacts and takes what came of each. */
import { spawnSync } from 'node:child_process';
import { globSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type TarEntry, tar } from '../oci/tar.ts';
import type { Source } from '../source.ts';
import { type Artefact, FOLDERS } from './artefacts.ts';

const READABLE = 0o644;

/** By the name that each is released by. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** @param root of the project @throws Error where a script fails or makes nothing */
export function buildAll(
  artefacts: readonly Artefact[],
  root: string,
  source: Source,
): ReadonlyMap<Artefact, Files> {
  // Nothing of an earlier build passes for one of this.
  for (const folder of FOLDERS) rmSync(join(root, folder), { recursive: true, force: true });
  return new Map(artefacts.map((artefact) => [artefact, build(artefact, root, source)]));
}

function build({ name, script, made }: Artefact, root: string, source: Source): Files {
  const [word, ...words] = script;
  const { status } = spawnSync('npm', ['run', word, ...(words.length > 0 ? ['--', ...words] : [])], {
    cwd: root,
    env: { ...process.env, SOURCE_DATE_EPOCH: String(source.seconds) },
    // The output of a release is its table.
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error(`${name}: npm run ${script.join(' ')} failed`);
  const files = made.endsWith('/')
    ? folder(join(root, made), `echolot-${source.version}-${basename(made)}.tar.gz`, source)
    : new Map(globSync(made, { cwd: root }).map((path) => [basename(path), readFileSync(join(root, path))]));
  if (files.size === 0) throw new Error(`${name}: npm run ${script.join(' ')} has not made ${made}`);
  return files;
}

function folder(path: string, name: string, { seconds }: Source): Files {
  const tree = new Map<string, TarEntry>();
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    tree.set(file.slice(path.length), { kind: 'file', bytes: readFileSync(file), mode: READABLE });
  }
  return tree.size === 0 ? new Map() : new Map([[name, gzipSync(tar(tree, seconds), { level: 9 })]]);
}
