/** A minute of the fuzzer: core, server, clients and both engines over sockets, with a seed that is another one each time. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tell } from './server-child.ts';

const RUN = fileURLToPath(new URL('../../fuzz/run.ts', import.meta.url));
const MINUTES = 0.3;
/** Starting servers, and waiting for their last connections, takes its time, too. */
const TIMEOUT_MS = 240_000;

test('what nobody should send neither ends a server nor is answered in two ways', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { code, printed } = await run(['--minutes', String(MINUTES)]);
  tell(printed.replaceAll('\n', '\n  '));
  expect(printed).toContain('no differences');
  expect(code, printed).toBe(0);
});

function run(args: readonly string[]): Promise<{ code: number; printed: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [RUN, ...args], { timeout: TIMEOUT_MS }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, printed: stdout + stderr }),
    );
  });
}
