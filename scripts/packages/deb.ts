/** The package of Debian: the tree, its control files, and dpkg-deb. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzip, type PackagedFile, packagedFiles, writeTree } from './contents.ts';
import { MAINTAINER, type Packaging } from './packaging.ts';

const DOCUMENTS = 'usr/share/doc/echolot';
/** As Debian calls what Node calls so. */
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' } as const;
const SCRIPTS = ['postinst', 'prerm', 'postrm'];
const BYTES_PER_KIB = 1024;

const COPYRIGHT = `echolot is distributed under the Apache License, version 2.0, which Debian keeps in
/usr/share/common-licenses/Apache-2.0.

Copyright 2026 the authors of echolot

Inside the program are its runtime and packages, each under a licence of its own: all of their texts are in
/usr/share/doc/echolot/licences-inside.gz.
`;

/** @returns where the package is */
export function makeDeb(packaging: Packaging): string {
  const { root, version, arch, binary, epochSeconds, output } = packaging;
  const debVersion = `${version}-1`;
  const architecture = ARCHITECTURES[arch];
  const read = (name: string): Uint8Array => readFileSync(join(root, 'packaging/debian', name));
  const document = (path: string, bytes: Uint8Array): PackagedFile => ({
    path,
    bytes,
    mode: 0o644,
    isConfig: false,
  });
  const files = [
    ...packagedFiles(root, binary, {
      zshCompletions: 'usr/share/zsh/vendor-completions',
      documents: DOCUMENTS,
    }),
    document(`${DOCUMENTS}/copyright`, Buffer.from(COPYRIGHT)),
    document(`${DOCUMENTS}/licences-inside.gz`, gzip(readFileSync(`${binary}.licences.txt`))),
    document(`${DOCUMENTS}/changelog.Debian.gz`, gzip(Buffer.from(changelog(debVersion, epochSeconds)))),
    document('usr/share/lintian/overrides/echolot', read('lintian-overrides')),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  const work = mkdtempSync(join(tmpdir(), 'echolot-deb-'));
  try {
    const tree = join(work, 'tree');
    writeTree(tree, files, epochSeconds);
    const control = join(tree, 'DEBIAN');
    mkdirSync(control);
    const put = (name: string, content: string | Uint8Array, mode = 0o644): void => {
      const path = join(control, name);
      writeFileSync(path, content);
      chmodSync(path, mode);
      utimesSync(path, epochSeconds, epochSeconds);
    };
    const installedKib = Math.ceil(files.reduce((sum, { bytes }) => sum + bytes.length, 0) / BYTES_PER_KIB);
    put('control', controlText(debVersion, architecture, installedKib));
    put('conffiles', files.flatMap(({ path, isConfig }) => (isConfig ? [`/${path}\n`] : [])).join(''));
    put('md5sums', files.flatMap((file) => (file.isConfig ? [] : [md5Line(file)])).join(''));
    for (const script of SCRIPTS) put(script, read(script), 0o755);
    chmodSync(control, 0o755);
    for (const folder of [control, tree]) utimesSync(folder, epochSeconds, epochSeconds);
    const deb = join(output, `echolot_${debVersion}_${architecture}.deb`);
    // With more threads what comes out would depend on how many there are.
    const how = ['--root-owner-group', '-Zxz', '--threads-max=1', '--build'];
    execFileSync('dpkg-deb', [...how, tree, deb], {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(epochSeconds) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return deb;
  } finally {
    rmSync(work, { recursive: true });
  }
}

function controlText(version: string, architecture: string, installedKib: number): string {
  return `Package: echolot
Version: ${version}
Architecture: ${architecture}
Maintainer: ${MAINTAINER}
Installed-Size: ${installedKib}
Depends: libc6 (>= 2.28), libgcc-s1 (>= 3.4), libstdc++6 (>= 5.2), libatomic1 (>= 4.8)
Suggests: fail2ban
Section: net
Priority: optional
Description: measures TCP paths by echo: round-trip time and throughput
 A client that measures TCP paths by echo and tells whose time a round trip
 is, a server that echoes, and a monitor that measures for as long as one
 likes, with history and alerts.
 .
 The program is one file with its runtime inside. Units for systemd come with
 it, none of which is enabled.
`;
}

function md5Line({ path, bytes }: PackagedFile): string {
  return `${createHash('md5').update(bytes).digest('hex')}  ${path}\n`;
}

/** Of the package; what changed in the program is in the other one. */
function changelog(version: string, epochSeconds: number): string {
  const date = new Date(epochSeconds * 1_000).toUTCString().replace('GMT', '+0000');
  return `echolot (${version}) unstable; urgency=medium

  * Package of this version; changelog.gz tells what is new in the program.

 -- ${MAINTAINER}  ${date}
`;
}
