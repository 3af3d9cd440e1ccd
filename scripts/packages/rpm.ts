/** The package of Fedora, SUSE and their kin: the tree, the spec filled in, and rpmbuild. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PackagedFile, packagedFiles, writeTree } from './contents.ts';
import type { Packaging } from './packaging.ts';

const DOCUMENTS = 'usr/share/doc/echolot';
const ARCHITECTURES = { x64: 'x86_64', arm64: 'aarch64' } as const;

/** @returns where the package is */
export function makeRpm({ root, version, arch, binary, epochSeconds, output }: Packaging): string {
  const licence = (name: string, bytes: Uint8Array): PackagedFile => ({
    path: `usr/share/licenses/echolot/${name}`,
    bytes,
    mode: 0o644,
    isConfig: false,
  });
  const files = [
    ...packagedFiles(root, binary, {
      zshCompletions: 'usr/share/zsh/site-functions',
      documents: DOCUMENTS,
    }),
    licence('LICENSE', readFileSync(join(root, 'LICENSE'))),
    licence('LICENCES-INSIDE', readFileSync(`${binary}.licences.txt`)),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  // A name in the package would be that of the folder: always the same.
  const work = mkdtempSync(join(tmpdir(), 'echolot-rpm-'));
  try {
    const tree = join(work, 'tree');
    writeTree(tree, files, epochSeconds);
    const filled = readFileSync(join(root, 'packaging/rpm/echolot.spec'), 'utf8')
      .replace('@VERSION@', version)
      .replace('@TREE@', tree)
      .replace('@FILES@', files.map(lineOf).join('\n'));
    const spec = join(work, 'echolot.spec');
    writeFileSync(spec, filled);
    const architecture = ARCHITECTURES[arch];
    execFileSync(
      'rpmbuild',
      ['-bb', '--quiet', '--target', architecture, '--define', `_topdir ${join(work, 'top')}`, spec],
      {
        env: { ...process.env, SOURCE_DATE_EPOCH: String(epochSeconds) },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    const name = `echolot-${version}-1.${architecture}.rpm`;
    const made = join(output, name);
    copyFileSync(join(work, 'top/RPMS', architecture, name), made);
    return made;
  } finally {
    rmSync(work, { recursive: true });
  }
}

function lineOf({ path, mode, isConfig }: PackagedFile): string {
  const kind = isConfig
    ? '%config(noreplace) '
    : path.startsWith('usr/share/licenses/')
      ? '%license '
      : path.startsWith('usr/share/doc/') || path.startsWith('usr/share/man/')
        ? '%doc '
        : '';
  return `%attr(${mode.toString(8)}, root, root) ${kind}/${path}`;
}
