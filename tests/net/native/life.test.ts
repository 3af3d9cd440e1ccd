/** A program that uses the native engine must end when it is told to, also in the middle of a wait for an echo. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { NativeThread, REQUEST } from '../../../src/net/native/thread/thread.ts';

const { libc, reason } = loadLibc();
const CHILD = new URL('./life-child.ts', import.meta.url).pathname;
const FLOW_CHILD = new URL('./flow-life-child.ts', import.meta.url).pathname;
/** A program that hangs does so for ever; one that ends needs a fraction of this. */
const PATIENCE_MS = 5_000;

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly tookMs: number;
}

function endOf(how: string, wait: string, signal?: NodeJS.Signals): Promise<End> {
  return endOfProgram([CHILD, how, wait], signal);
}

async function endOfProgram(args: readonly string[], signal?: NodeJS.Signals): Promise<End> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await once(createInterface({ input: child.stdout }), 'line');
  const startMs = performance.now();
  if (signal !== undefined) child.kill(signal);
  const [code, killedBy] = await once(child, 'exit');
  clearTimeout(late);
  return { code, signal: killedBy, tookMs: performance.now() - startMs };
}

describe.skipIf(libc === undefined).each(['block', 'adaptive', 'spin'])(
  `a program in the middle of a %s wait ${reason ?? ''}`,
  (wait) => {
    test('ends by process.exit', async () => {
      expect(await endOf('exit', wait)).toMatchObject({ code: 3, signal: null });
    });

    test('ends by an error that nobody catches', async () => {
      expect(await endOf('throw', wait)).toMatchObject({ code: 1, signal: null });
    });

    test('ends by SIGINT', async () => {
      expect(await endOf('signal', wait, 'SIGINT')).toMatchObject({ code: null, signal: 'SIGINT' });
    });

    test('ends when the engine is closed, with nothing left behind that keeps it', async () => {
      expect(await endOf('close', wait)).toMatchObject({ code: 4, signal: null });
    });
  },
);

describe.skipIf(libc === undefined)('a program in the middle of a flow', () => {
  test.each([
    ['process.exit', 'exit', 3],
    ['an error that nobody catches', 'throw', 1],
    ['the close of its engine', 'close', 4],
    ['the close of its flow, though nobody closes the engine', 'idle', 5],
  ])('ends by %s', async (_, how, code) => {
    expect(await endOfProgram([FLOW_CHILD, how])).toMatchObject({ code, signal: null });
  });

  test('ends by SIGINT', async () => {
    expect(await endOfProgram([FLOW_CHILD, 'signal'], 'SIGINT')).toMatchObject({
      code: null,
      signal: 'SIGINT',
    });
  });
});

test.skipIf(libc === undefined)('a hurried request to a thread is not taken back by a calm one', async () => {
  const thread = new NativeThread(new URL('./idle-child.ts', import.meta.url));
  thread.ask(REQUEST.stop);
  thread.ask(REQUEST.end);
  thread.clear();
  expect(thread.asked).toBe(REQUEST.stop);
  await thread.terminate();
});
