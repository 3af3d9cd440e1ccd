/** Data that the kernel sends from where it lies arrives as it was written, and also where the kernel will not. */
import { once } from 'node:events';
import { existsSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { incompressible } from '../../../src/net/flow/data-train.ts';
import { Descriptors } from '../../../src/net/native/kernel/descriptors.ts';
import { type Libc, loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { nativeListener } from '../../../src/net/native/server/listener.ts';
import { Reactor } from '../../../src/net/native/server/reactor.ts';
import { pump } from './pump.ts';

const { libc } = loadLibc();
const FRAME_BYTES = [1024 * 1024 + 9, 300_000, 20_000, 100];
const ROUNDS = 3;

/** Odd bytes are told apart: a frame that begins at the wrong place in the file is not the same. */
const frames = FRAME_BYTES.map((bytes, i) => incompressible(bytes + i).slice(i));
const written = Buffer.concat(Array.from({ length: ROUNDS }, () => frames).flat());

describe.skipIf(libc === undefined)('frames that the kernel sends from where they lie', () => {
  const cleanups: (() => void)[] = [];
  afterEach(clean);

  function clean(): void {
    for (const undo of cleanups.splice(0).reverse()) undo();
  }

  /** What comes of them at a client that reads late, so that each is taken in parts. */
  async function sent(change: (libc: Libc) => Partial<Libc>): Promise<Buffer> {
    if (libc === undefined) throw new Error('no C library');
    const descriptors = new Descriptors();
    const reactor = new Reactor({ ...libc, ...change(libc) }, descriptors);
    const stop = pump(reactor);
    cleanups.push(() => {
      stop();
      descriptors.closeAll(libc);
    });
    const listener = await nativeListener(reactor).listen({ host: '127.0.0.1', port: 0 }, (connection) => {
      listener.close();
      const queue = Array.from({ length: ROUNDS }, () => frames).flat();
      const write = (): void => {
        for (let frame = queue.shift(); frame !== undefined; frame = queue.shift()) {
          connection.tcp?.fix(frame);
          if (!connection.write(frame)) return;
        }
        connection.end();
      };
      return { onBytes: write, onDrain: write, onEnd: () => {}, onClose: () => {} };
    });
    const socket = connect({ port: listener.endpoints[0]!.port, host: '127.0.0.1' });
    cleanups.push(() => socket.destroy());
    await once(socket, 'connect');
    socket.write('go');
    await sleep(20);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'end');
    return Buffer.concat(chunks);
  }

  test('arrive byte for byte, however little of them the socket takes at once', async () => {
    let calls = 0;
    const received = await sent(({ sendfile }) => ({
      sendfile: (...args) => {
        calls++;
        return sendfile(...args);
      },
    }));
    expect(received.equals(written)).toBe(true);
    expect(calls).toBeGreaterThanOrEqual(3 * ROUNDS);
  });

  test.each<[string, (libc: Libc) => Partial<Libc>]>([
    ['an old C library has no such file', () => ({ memfd_create: undefined })],
    ['a filter forbids such files', () => ({ memfd_create: () => -1 })],
    ['a filter forbids sending from them', () => ({ sendfile: () => -1 })],
    ['nothing comes out of them', () => ({ sendfile: () => 0 })],
    [
      'memory is short for the first of them',
      ({ write }) => ({
        write: (fd, bytes, length) => (length > 1024 * 1024 ? -1 : write(fd, bytes, length)),
      }),
    ],
    [
      'memory is short for the half of one',
      ({ write }) => ({
        write: (fd, bytes, length) => write(fd, bytes, length > 250_000 ? length - 1000 : length),
      }),
    ],
  ])('arrive all the same where %s', async (_, change) => {
    const received = await sent(change);
    expect(received.equals(written)).toBe(true);
  });

  test('are all in one file, which is closed with its thread', async () => {
    const files: number[] = [];
    await sent(({ memfd_create }) => ({
      memfd_create: (name, flags) => {
        const file = memfd_create?.(name, flags) ?? -1;
        files.push(file);
        return file;
      },
    }));
    expect(files).toHaveLength(1);
    expect(namesOf(files)).toEqual([expect.stringContaining('memfd:echolot-data')]);
    clean();
    expect(namesOf(files)).toEqual([expect.not.stringContaining('memfd:echolot-data')]);
  });
});

function namesOf(files: readonly number[]): string[] {
  return files.map((file) => {
    const path = `/proc/self/fd/${file}`;
    return existsSync(path) ? readlinkSync(path) : 'closed';
  });
}
