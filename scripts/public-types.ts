/**
 * Removes the declarations that no export of the package leads to: `tsc` writes one for each module, and importers see what they
 * can reach only.
 */
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** Of `import`, `export ... from` and types that are named in place. */
const IMPORTED = /(?:from |import\()['"](\.[^'"]+)\.[jt]s['"]/g;

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly types: string }>>;
}

const { exports }: Manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const reached = new Set<string>();
for (const { types } of Object.values(exports)) reach(join(ROOT, types));
for (const file of globSync('**/*.d.ts', { cwd: DIST }).map((name) => join(DIST, name))) {
  if (!reached.has(file)) rmSync(file);
}

function reach(file: string): void {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(IMPORTED)) {
    const next = join(dirname(file), `${path}.d.ts`);
    // Such as JSON, of which there are no declarations.
    if (existsSync(next)) reach(next);
  }
}
