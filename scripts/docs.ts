/**
 * Writes everything in the documents that the sources already say: tables, diagrams, the JSON schema, the man
 * page. `node scripts/docs.ts` brings them up to date; with `--check` it writes nothing and fails when one is
 * stale. Either way it fails when a sentence tells another number than the code has.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { absolute } from './docs/paths.ts';
import { generatedFiles } from './docs/targets.ts';
import { untoldNumbers } from './docs/told-numbers.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const stale = generatedFiles().filter(({ current, content }) => current !== content);

for (const { path, content } of stale) {
  if (values.check) {
    console.error(`${path} is stale: run npm run docs`);
    process.exitCode = 1;
    continue;
  }
  mkdirSync(dirname(absolute(path)), { recursive: true });
  writeFileSync(absolute(path), content);
  console.log(`wrote ${path}`);
}

for (const { path, words } of untoldNumbers()) {
  console.error(`${path} does not say "${words}": mend it, or scripts/docs/told-numbers.ts`);
  process.exitCode = 1;
}
