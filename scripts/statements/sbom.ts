/**
 * What an install of the package consists of, for those who look for packages with faults: a list in the format of CycloneDX, by
 * npm from the lock file alone, with nothing in it that differs from one time to the next.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly devDependencies?: object;
  readonly peerDependencies?: object;
  readonly peerDependenciesMeta?: object;
}

interface Lock {
  readonly packages: Readonly<Record<string, Manifest & { readonly dev?: true }>>;
}

interface Bom {
  readonly metadata: object;
  readonly components: readonly { readonly name: string; readonly version: string }[];
}

/**
 * `npm sbom --omit dev` leaves out what the development needs as well (https://github.com/npm/cli/issues/7909), so it gets to see
 * the rest alone.
 * @param root of the project
 */
export function sbomOf(root: string): Bom {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const lock: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const packages = Object.entries(lock.packages)
    .filter(([, { dev }]) => dev !== true)
    .map(([path, entry]) => [path, path === '' ? released(entry) : entry] as const);
  const work = mkdtempSync(join(tmpdir(), 'echolot-sbom-'));
  try {
    // npm calls the whole by the name of its folder.
    const folder = join(work, manifest.name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), JSON.stringify(released(manifest)));
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }),
    );
    const text = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { serialNumber: _random, ...bom } = JSON.parse(text);
    const { timestamp: _now, ...metadata } = bom.metadata;
    return { ...bom, metadata };
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Without what only the development needs, and what is installed when it is wanted. */
function released(manifest: Manifest): object {
  const { devDependencies: _dev, peerDependencies: _peers, peerDependenciesMeta: _meta, ...rest } = manifest;
  return rest;
}
