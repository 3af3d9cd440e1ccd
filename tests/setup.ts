/**
 * Properties are tried with the same random cases in every run, so that a commit is red or green for good.
 * `FAST_CHECK_SEED=7 npx vitest run` tries others. Whoever waits in real time and is not named in `real-time-files.ts` fails.
 */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, afterEach, expect } from 'vitest';
import { watchWaits } from './real-time.ts';
import { mayWait } from './real-time-files.ts';

const DEFAULT_SEED = 862;

fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? DEFAULT_SEED) });

const root = fileURLToPath(new URL('..', import.meta.url));
const file = relative(root, expect.getState().testPath ?? '');
if (!mayWait(file)) {
  const watch = watchWaits();
  afterEach(watch.check);
  // The hooks after all tests have run by then.
  afterAll(() => {
    watch.end();
    watch.check();
  });
}
