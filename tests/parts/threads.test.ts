/** Threads of a single file begin with code that lies in it, and reach nothing that lies beside it. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { partsOf } from '../../src/parts/single.ts';
import { THREADS, type ThreadName } from '../../src/parts/threads.ts';

const ECHO =
  "import { parentPort, workerData } from 'node:worker_threads'; parentPort.postMessage(workerData);";
const [NAME] = Object.keys(THREADS) as [ThreadName];

function begin(code: string): Worker {
  return new Worker(partsOf(() => Buffer.from(code)).thread(NAME), { workerData: 'here' });
}

test('a thread begins with the code that lies in the file', async () => {
  const worker = begin(ECHO);
  expect(await once(worker, 'message')).toEqual(['here']);
  await worker.terminate();
});

test.each(['fast-check', './vitest.config.ts'])(
  'a thread does not run %s of the folder that somebody stands in',
  async (module) => {
    const [error] = await once(begin(`await import('${module}');`), 'error');
    expect(String(error)).toMatch(/Failed to resolve module specifier/);
  },
);
