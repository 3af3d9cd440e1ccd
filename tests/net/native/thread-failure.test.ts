/** A thread that could not be started: whether that is a limit of this machine, and how to raise it. */
import { describe, expect, test } from 'vitest';
import { threadFailure } from '../../../src/net/native/thread/thread.ts';

describe('a thread that cannot be had', () => {
  test.each([
    ['eventfd: EMFILE', 'too many open files', 'raise the limit (ulimit -n)'],
    [
      "Cannot read '/x/worker.js': too many open files.",
      'too many open files',
      'raise the limit (ulimit -n)',
    ],
    ['eventfd: ENFILE', 'on this machine', 'fs.file-max'],
    ['Worker initialization failure: EAGAIN', 'no further thread', 'ulimit -u'],
    ['Worker initialization failure: ENOMEM', 'no memory', 'memory.max'],
  ])('is a limit of this machine, not a fault of the program: %s', (message, what, advice) => {
    const error = threadFailure('the thread', new Error(message));
    expect(error.code).toBe('limit');
    expect(error.message).toMatch(/^the thread: /);
    expect(error.message).toContain(what);
    expect(error.advice).toContain(advice);
  });

  test('is a fault of the program for any other reason', () => {
    expect(threadFailure('the thread', new Error('boom'))).toMatchObject({
      code: 'internal',
      message: 'the thread failed: boom',
      advice: 'please report this as a bug',
    });
  });
});
