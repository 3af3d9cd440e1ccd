/** What a package has, for either kind: each file with its place and its mode, made of the build and of packaging/. */
import { execFileSync } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface PackagedFile {
  /** From the root of the machine, without its slash. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: 0o644 | 0o755;
  /** Whether what an operator has changed in it stays. */
  readonly isConfig: boolean;
}

/** Where distributions differ. */
export interface Places {
  readonly zshCompletions: string;
  readonly documents: string;
}

/** @param binary the single file of the machine that the package is for */
export function packagedFiles(root: string, binary: string, places: Places): PackagedFile[] {
  const read = (path: string): Uint8Array => readFileSync(join(root, path));
  const all = (pattern: string): string[] => globSync(pattern, { cwd: root }).sort();
  const completion = (shell: string): Uint8Array =>
    execFileSync(process.execPath, [join(root, 'dist/cli/bin.js'), 'completion', shell]);
  const file = (path: string, bytes: Uint8Array): PackagedFile => ({
    path,
    bytes,
    mode: 0o644,
    isConfig: path.startsWith('etc/'),
  });
  const { zshCompletions, documents } = places;
  return [
    { ...file('usr/bin/echolot', readFileSync(binary)), mode: 0o755 },
    ...all('man/*.1').map((page) => file(`usr/share/man/man1/${basename(page)}.gz`, gzip(read(page)))),
    file('usr/share/bash-completion/completions/echolot', completion('bash')),
    file(`${zshCompletions}/_echolot`, completion('zsh')),
    file('usr/share/fish/vendor_completions.d/echolot.fish', completion('fish')),
    ...all('packaging/systemd/*').map((unit) => file(`usr/lib/systemd/system/${basename(unit)}`, read(unit))),
    ...all('packaging/etc/*').map((config) => file(`etc/echolot/${basename(config)}`, read(config))),
    ...all('examples/fail2ban/filter.d/*').map((filter) =>
      file(`etc/fail2ban/filter.d/${basename(filter)}`, read(filter)),
    ),
    ...all('examples/fail2ban/jail.d/*').map((jail) =>
      file(`${documents}/examples/fail2ban/${basename(jail)}`, read(jail)),
    ),
    file(`${documents}/changelog.gz`, gzip(read('CHANGELOG.md'))),
  ];
}

/** Without a time in it. */
export function gzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: 9 });
}

/** Writes them below `folder`, all of one time. */
export function writeTree(folder: string, files: readonly PackagedFile[], epochSeconds: number): void {
  const folders = new Set<string>();
  for (const { path, bytes, mode } of files) {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true, mode: 0o755 });
    for (let at = dirname(full); at.length >= folder.length; at = dirname(at)) folders.add(at);
    writeFileSync(full, bytes);
    chmodSync(full, mode);
    utimesSync(full, epochSeconds, epochSeconds);
  }
  for (const at of folders) {
    chmodSync(at, 0o755);
    utimesSync(at, epochSeconds, epochSeconds);
  }
}
