/** A line reaches a service manager as one datagram; a socket that is not there, or hears no more, holds nothing up. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { AF_UNIX, MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_DGRAM } from '../../src/net/native/kernel/constants.ts';
import { loadLibc } from '../../src/net/native/kernel/libc.ts';
import { addressOf, notifySender } from '../../src/service/notify-socket.ts';

const { libc, reason } = loadLibc();
const folder = mkdtempSync(join(tmpdir(), 'echolot-notify-'));
afterAll(() => rmSync(folder, { recursive: true }));

function troubleOf(path: string, lines = 'READY=1'): string | undefined {
  let trouble: string | undefined;
  notifySender(path, libc)(lines, (why) => {
    trouble = why;
  });
  return trouble;
}

test('whatever NOTIFY_SOCKET says, an address fits the structure of the kernel or is none', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ maxLength: 200 }).map((text) => `/${text}`),
      ),
      (path) => {
        const address = addressOf(path);
        if (address === undefined) return;
        expect(address.length).toBeLessThanOrEqual(110);
        expect(path).toMatch(/^[/@]/);
        expect(Buffer.from(address.subarray(2)).toString().replace(/^\0/, '@').replace(/\0$/, '')).toBe(path);
      },
    ),
  );
});

describe.skipIf(libc === undefined)(`with the C library ${reason ?? ''}`, () => {
  test.each([
    ['of a file', join(folder, 'notify')],
    ['of an abstract name', `@echolot-test-${process.pid}`],
  ])('a socket %s hears the lines', (_what, path) => {
    if (libc === undefined) return;
    const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    try {
      const address = addressOf(path) as Uint8Array;
      expect(libc.bind(fd, address, address.length)).toBe(0);
      expect(troubleOf(path, 'RELOADING=1\nMONOTONIC_USEC=5')).toBeUndefined();
      const bytes = new Uint8Array(256);
      const length = libc.recv(fd, bytes, bytes.length, MSG_DONTWAIT);
      expect(Buffer.from(bytes.subarray(0, length)).toString()).toBe('RELOADING=1\nMONOTONIC_USEC=5');
    } finally {
      libc.close(fd);
    }
  });

  test('one that is full is given up at once', () => {
    if (libc === undefined) return;
    const path = `@echolot-full-${process.pid}`;
    const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    try {
      const address = addressOf(path) as Uint8Array;
      libc.bind(fd, address, address.length);
      const troubles = Array.from({ length: 5_000 }, () => troubleOf(path));
      expect(troubles.at(-1)).toBe('send: EAGAIN');
    } finally {
      libc.close(fd);
    }
  });

  test.each([
    ['/nowhere/at/all', 'connect: ENOENT'],
    [`@nobody-${process.pid}`, 'connect: ECONNREFUSED'],
    ['vsock:2:9999', 'NOTIFY_SOCKET is neither a path nor an abstract name'],
    [`/${'a'.repeat(200)}`, 'NOTIFY_SOCKET is neither a path nor an abstract name'],
  ])('%s is told as what it is', (path, trouble) => {
    expect(troubleOf(path)).toBe(trouble);
  });
});
