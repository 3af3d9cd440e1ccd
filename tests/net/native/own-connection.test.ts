/** Private loopback ports are open to every program of the machine: whoever comes first must not be taken for ourselves. */
import { describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { Descriptors } from '../../../src/net/native/kernel/descriptors.ts';
import { type Libc, loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { acceptOwn } from '../../../src/net/native/kernel/own-connection.ts';
import { encodeAddress } from '../../../src/net/native/kernel/sockaddr.ts';
import { NativeSocket } from '../../../src/net/native/kernel/socket.ts';
import { Rehearsal } from '../../../src/net/native/server/rehearsal.ts';

function libraryOfC(): Libc {
  const { libc } = loadLibc();
  if (libc === undefined) throw new Error('no C library');
  return libc;
}

/** Calls `onListen` with the address right after a listener of the thread begins to listen. */
function watched(libc: Libc, onListen: (address: Uint8Array) => void): Libc {
  return {
    ...libc,
    listen: (fd, backlog) => {
      const result = libc.listen(fd, backlog);
      const address = new Uint8Array(28);
      libc.getsockname(fd, address, new Uint32Array([address.length]));
      onListen(address.subarray(0, 16));
      return result;
    },
  };
}

describe.skipIf(nativeUnavailable() !== undefined)('a connection of the thread with itself', () => {
  test.each([0, 1, 5])('is told from %i that strangers opened before it', (count) => {
    const libc = libraryOfC();
    const descriptors = new Descriptors();
    const open = (): NativeSocket => NativeSocket.create(libc, descriptors, 4);
    const listener = open();
    listener.bind(encodeAddress('127.0.0.1', 0));
    libc.listen(listener.fd, 128);
    const address = encodeAddress('127.0.0.1', listener.local.port);
    for (let i = 0; i < count; i++) open().connect(address);
    const own = open();
    own.connect(address);
    const accepted = acceptOwn(libc, descriptors, listener, own.local);
    expect(accepted.remote).toEqual(own.local);
    // The strangers' other ends are closed: what is left is the listener, the strangers' own ends, and the pair.
    expect(descriptors.count).toBe(3 + count);
    expect(() => acceptOwn(libc, descriptors, listener, own.local)).toThrow('EAGAIN');
    descriptors.closeAll(libc);
  });

  test.each([0, 1, 3])('is made, or done without, but never waited for: %i strangers first', (count) => {
    const libc = libraryOfC();
    const strangers = new Descriptors();
    const descriptors = new Descriptors();
    const rehearsal = new Rehearsal(
      watched(libc, (address) => {
        for (let i = 0; i < count; i++) NativeSocket.create(libc, strangers, 4).connect(address);
      }),
      descriptors,
    );
    const startMs = performance.now();
    rehearsal.run();
    rehearsal.run();
    expect(performance.now() - startMs).toBeLessThan(500);
    // Both ends, or neither where the strangers have filled the listener's queue.
    expect([0, 2]).toContain(descriptors.count);
    if (count < 2) expect(descriptors.count).toBe(2);
    descriptors.closeAll(libc);
    strangers.closeAll(libc);
  });
});
