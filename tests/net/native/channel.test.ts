/** The client's wait must end when it is asked to, whenever that comes. */
import { describe, expect, test } from 'vitest';
import { dial } from '../../../src/net/native/client/dial.ts';
import { EFD_CLOEXEC, EFD_NONBLOCK } from '../../../src/net/native/kernel/constants.ts';
import { Descriptors } from '../../../src/net/native/kernel/descriptors.ts';
import { loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { encodeAddress } from '../../../src/net/native/kernel/sockaddr.ts';
import { NativeSocket } from '../../../src/net/native/kernel/socket.ts';
import { Channel, INTERRUPTED } from '../../../src/net/native/thread/channel.ts';
import { REQUEST } from '../../../src/net/native/thread/thread.ts';
import { ThreadEnd } from '../../../src/net/native/thread/thread-end.ts';
import { EchoWait } from '../../../src/net/native/thread/wait.ts';
import { orderFor } from './one-thread.ts';

const { libc, reason } = loadLibc();
const MS = 1_000_000;

describe.skipIf(libc === undefined)(`a wait ${reason ?? ''}`, () => {
  test.each(['block', 'adaptive', 'spin'] as const)(
    '%s does not begin when an end was asked for before, though nothing is left to wake it',
    (mode) => {
      if (libc === undefined) throw new Error('no C library');
      const descriptors = new Descriptors();
      const wakeFd = descriptors.add(libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
      const request = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
      const thread = new ThreadEnd(libc, descriptors, { request, wakeFd, descriptors: descriptors.memory });
      try {
        const listener = NativeSocket.create(libc, descriptors, 4);
        listener.bind(encodeAddress('127.0.0.1', 0));
        libc.listen(listener.fd, 1);
        const { address, port } = listener.local;
        const { socket } = dial(thread, orderFor(address, port));
        const channel = new Channel(thread, socket, 0);
        const wait = new EchoWait(mode);
        wait.expect(900 * MS);
        // The eventfd stays empty, as when it was emptied just after the request.
        Atomics.store(new Int32Array(request), 0, REQUEST.end);
        const startNs = process.hrtime.bigint();
        expect(channel.receive(0, startNs, 5_000 * MS, wait)).toBe(INTERRUPTED);
        expect(Number(process.hrtime.bigint() - startNs)).toBeLessThan(500 * MS);
      } finally {
        descriptors.closeAll(libc);
      }
    },
  );
});
