/** Whatever ends a program of the benchmark ends the wait for it: a wait without end leaves namespaces and servers behind. */
import { expect, test } from 'vitest';
import { Processes } from '../../bench/processes.ts';

test('a server that is killed before it says where it listens is not waited for, and what interrupted it is told', async () => {
  const interrupted = new AbortController();
  const processes = new Processes(interrupted.signal);
  const served = processes.serve('sleep', ['60'], {});
  interrupted.abort(new Error('interrupted by SIGINT'));
  await expect(served).rejects.toThrow('interrupted by SIGINT');
});

test('a server that ends before it says where it listens is told with what it said', async () => {
  const processes = new Processes(new AbortController().signal);
  const served = processes.serve('sh', ['-c', 'echo no such port >&2; exit 1'], {});
  await expect(served).rejects.toThrow(/it ended before it listened\nno such port/);
});
