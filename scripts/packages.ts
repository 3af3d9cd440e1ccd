/**
 * Makes packages of the single file: `node scripts/packages.ts deb|rpm [TARGET] [--out FOLDER] [--version VERSION]`, into
 * dist-packages/ unless told otherwise. What `npm run build:single` has made is packaged as it is.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeDeb } from './packages/deb.ts';
import type { Packaging } from './packages/packaging.ts';
import { makeRpm } from './packages/rpm.ts';
import { TARGETS } from './single/targets.ts';
import { sourceOf } from './source.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAKERS: Readonly<Record<string, (packaging: Packaging) => string>> = { deb: makeDeb, rpm: makeRpm };
const MIB = 1024 * 1024;

const source = sourceOf(ROOT);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: join(ROOT, 'dist-packages') },
    version: { type: 'string', default: source.version },
  },
});
const [kind = '', name = `linux-${process.arch}`] = positionals;
const make = MAKERS[kind];
if (make === undefined)
  throw new Error(`no kind of packages ${kind}: there are ${Object.keys(MAKERS).join(', ')}`);
const target = TARGETS[name];
// Both kinds are of distributions with glibc.
if (target === undefined || name.endsWith('-musl')) throw new Error(`no packages for ${name}`);
const binary = join(ROOT, 'dist-single', `echolot-${name}`);
if (!existsSync(binary)) throw new Error(`there is no ${binary}: npm run build:single -- ${name} makes it`);
const output = resolve(values.out);
mkdirSync(output, { recursive: true });
const file = make({
  ...{ root: ROOT, version: values.version, arch: target.arch, binary, output },
  epochSeconds: source.seconds,
});
process.stdout.write(`${file}: ${Math.round(statSync(file).size / MIB)} MiB\n`);
