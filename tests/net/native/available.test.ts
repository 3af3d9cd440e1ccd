/** Whoever cannot have the native engine learns why, and pays for the attempt with nothing. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nativeLack, nativeUnavailable } from '../../../src/net/native/available.ts';
import { ERRNO } from '../../../src/net/native/kernel/constants.ts';
import { type Libc, loadLibc } from '../../../src/net/native/kernel/libc.ts';

test('a reason not to load the C library is the reason', () => {
  expect(nativeUnavailable({ libc: undefined, reason: 'it needs Linux' })).toBe('it needs Linux');
});

const { libc } = loadLibc();

describe.skipIf(libc === undefined)('with a C library', () => {
  /** This kernel with some calls forbidden, as a filter of a container would. */
  function withRefused(
    call: 'socket' | 'setsockopt' | 'eventfd' | 'epoll_create1',
    errno: number = ERRNO.EPERM,
  ): Libc {
    if (libc === undefined) throw new Error('no C library');
    return { ...libc, [call]: () => -1, errno: () => errno };
  }

  test('nothing is wrong here, and nothing stays open', () => {
    nativeUnavailable();
    const before = readdirSync('/proc/self/fd').length;
    expect(nativeUnavailable()).toBeUndefined();
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });

  test.each(['socket', 'setsockopt', 'eventfd', 'epoll_create1'] as const)(
    'a refused %s is named',
    (call) => {
      const reason = nativeUnavailable({ libc: withRefused(call), reason: undefined });
      expect(reason).toBe(`the kernel refuses a system call (${call}: EPERM)`);
    },
  );

  test.each([
    ['EMFILE', 'ulimit -n'],
    ['ENFILE', 'fs.file-max'],
    ['ENOMEM', 'memory.max'],
  ] as const)('%s is a limit that can be raised, and how is told', (errno, remedy) => {
    const calls = ['socket', 'eventfd', 'epoll_create1'] as const;
    for (const call of calls) {
      const lack = nativeLack({ libc: withRefused(call, ERRNO[errno]), reason: undefined });
      expect(lack?.reason).toContain(`(${call}: ${errno})`);
      expect(lack?.remedy).toContain(remedy);
    }
  });

  test('an epoll that tells nothing is noticed before a server relies on it', () => {
    if (libc === undefined) throw new Error('no C library');
    const reason = nativeUnavailable({ libc: { ...libc, epoll_wait: () => 0 }, reason: undefined });
    expect(reason).toBe('epoll tells nothing of an event');
  });
});
