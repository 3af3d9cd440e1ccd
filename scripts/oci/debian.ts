/**
 * The C library and what belongs to it, which the runtime is linked to: from Debian's packages, unchanged. apt fetches them into
 * a folder for caches, with lists and keys of Debian and nothing of this machine's own setting, and each is held against the hash in
 * ./debian-packages.ts.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DebianArch, PACKAGES, type Package, SUITE } from './debian-packages.ts';
import type { TarEntry, Tree } from './tar.ts';

const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';
const EXECUTABLE = 0o755;
const READABLE = 0o644;

/** @param root of the project @returns what of the packages belongs into an image */
export function debianFiles(arch: DebianArch, root: string): Tree {
  const cache = join(root, 'node_modules/.cache/echolot-oci');
  const files = new Map<string, TarEntry>();
  for (const wanted of PACKAGES) {
    const unpacked = mkdtempSync(join(tmpdir(), 'echolot-oci-'));
    try {
      const archive = fetched(wanted, arch, cache);
      execFileSync('dpkg-deb', ['--extract', archive, unpacked]);
      for (const path of [...wanted.files, ...(wanted.only?.[arch] ?? [])]) {
        const inside = path.replace('$MULTIARCH', MULTIARCH[arch]);
        // A library is kept under the name that programs ask for, whatever link leads from there.
        files.set(inside, {
          kind: 'file',
          bytes: readFileSync(join(unpacked, inside)),
          mode: inside.includes('/ld-linux') ? EXECUTABLE : READABLE,
        });
      }
      // Where scanners for known faults look for what is in an image without dpkg.
      const control = execFileSync('dpkg-deb', ['--field', archive]);
      files.set(`var/lib/dpkg/status.d/${wanted.name}`, { kind: 'file', bytes: control, mode: READABLE });
    } finally {
      rmSync(unpacked, { recursive: true });
    }
  }
  return files;
}

const MULTIARCH = { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' } as const;

function fetched({ name, version, sha256 }: Package, arch: DebianArch, cache: string): string {
  const archive = join(cache, `${name}_${version}_${arch}.deb`);
  if (!existsSync(archive)) download(`${name}:${arch}=${version}`, cache);
  const found = createHash('sha256').update(readFileSync(archive)).digest('hex');
  if (found === sha256[arch]) return archive;
  rmSync(archive);
  throw new Error(`${archive} is not what it was: SHA-256 ${found}, not ${sha256[arch]}`);
}

function download(what: string, cache: string): void {
  if (!existsSync(KEYS)) throw new Error(`there is no ${KEYS}: install debian-archive-keyring`);
  const apt = join(cache, 'apt');
  for (const folder of ['state/lists/partial', 'archives/partial', 'etc/preferences.d', 'etc/apt.conf.d']) {
    mkdirSync(join(apt, folder), { recursive: true });
  }
  const sources = [`debian ${SUITE}`, `debian-security ${SUITE}-security`].map(
    (of) => `deb [arch=amd64,arm64 signed-by=${KEYS}] http://deb.debian.org/${of} main\n`,
  );
  writeFileSync(join(apt, 'etc/sources.list'), sources.join(''));
  const config = join(apt, 'apt.conf');
  writeFileSync(
    config,
    [
      `Dir::State "${apt}/state"; Dir::State::status "/dev/null"; Dir::Cache "${apt}"; Dir::Etc "${apt}/etc";`,
      // Whoever runs this need not be able to become another user, nor can that one write here.
      'APT::Sandbox::User ""; APT::Architecture "amd64"; APT::Architectures { "amd64"; "arm64"; };\n',
    ].join('\n'),
  );
  const options = { cwd: cache, env: { ...process.env, APT_CONFIG: config } };
  try {
    const isFresh = existsSync(join(apt, 'state/lists/lock'));
    if (!isFresh) execFileSync('apt-get', ['-qq', 'update'], options);
    execFileSync('apt-get', ['-qq', 'download', what], options);
  } catch (error) {
    rmSync(join(apt, 'state/lists/lock'), { force: true });
    throw new Error(
      `Debian's ${what} cannot be had: apt-get is missing, there is no network, or Debian has a newer one, which then belongs into scripts/oci/debian-packages.ts`,
      { cause: error },
    );
  }
}
