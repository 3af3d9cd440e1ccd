/** Threads of a server that tidy up at the same moment do not end it. */
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { collector } from '../../../src/server/memory/collector.ts';

const THREADS = 4;
const TIMES = 300;
const MODULE = new URL('../../../src/server/memory/collector.ts', import.meta.url).href;
const CODE = `import(${JSON.stringify(MODULE)}).then(({ collector }) => {
  for (let i = 0; i < ${TIMES}; i++) collector();
  collector()();
});`;

test('all of them get the collector, and it collects', async () => {
  const ends = Array.from(
    { length: THREADS },
    () =>
      new Promise<number>((resolve, reject) => {
        const worker = new Worker(CODE, { eval: true });
        worker.on('error', reject);
        worker.on('exit', resolve);
      }),
  );
  expect(await Promise.all(ends)).toEqual(Array(THREADS).fill(0));
  const gone = new WeakRef({ some: 'garbage' });
  await new Promise((resolve) => setTimeout(resolve, 1));
  collector()();
  expect(gone.deref()).toBeUndefined();
});
