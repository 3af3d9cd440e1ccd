/**
 * What a peer that sends in small pieces can cost. Counted in bytes copied and bytes searched, not in time: a
 * count does not depend on the machine.
 */
import { describe, expect, test } from 'vitest';
import { pipelined } from '../../src/core/client/pipelined-session.ts';
import { DIALECTS } from '../../src/core/wire/dialects.ts';
import { Framer } from '../../src/core/wire/framer.ts';
import { bytes, ClientEnd, ServerEnd } from './ends.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

interface Work {
  copiedBytes: number;
  searchedBytes: number;
}

/** Counts what `set`, `slice` and `indexOf` of all typed arrays go through; gives up beyond `limitBytes`. */
function countWork(limitBytes: number, act: () => void): Work {
  const prototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
  const { set, slice, indexOf } = prototype;
  const work: Work = { copiedBytes: 0, searchedBytes: 0 };
  const check = (): void => {
    if (work.copiedBytes > limitBytes || work.searchedBytes > limitBytes) throw new TooMuchWork();
  };
  prototype.set = function (this: Uint8Array, source: ArrayLike<number>, offset = 0): void {
    work.copiedBytes += source.length;
    set.call(this, source, offset);
    check();
  };
  prototype.slice = function (this: Uint8Array, from?: number, to?: number): Uint8Array<ArrayBuffer> {
    const copy = slice.call(this, from, to);
    work.copiedBytes += copy.length;
    check();
    return copy;
  };
  prototype.indexOf = function (this: Uint8Array, sought: number, from = 0): number {
    const found = indexOf.call(this, sought, from);
    work.searchedBytes += (found < 0 ? this.length : found + 1) - from;
    check();
    return found;
  };
  try {
    act();
  } catch (error) {
    if (!(error instanceof TooMuchWork)) throw error;
  } finally {
    Object.assign(prototype, { set, slice, indexOf });
  }
  return work;
}

class TooMuchWork extends Error {}

describe('a client that sends in one-byte pieces', () => {
  test('makes the server copy each byte a few times, not once for each other byte', () => {
    const server = new ServerEnd('auto');
    server.feed(`s TTPUT ${8 * KIB} 1 0\n`);
    const probe = bytes(`m ${'x'.repeat(8 * KIB)} 1\n`);
    const work = countWork(Number.POSITIVE_INFINITY, () => {
      for (let i = 0; i < probe.length; i++) server.session.handleBytes(probe.subarray(i, i + 1), 0n);
    });
    expect(work.copiedBytes).toBeLessThanOrEqual(6 * probe.length);
    expect(server.drain()).toHaveLength(probe.length);
  });

  test('makes the server search each byte a few times, not once for each other byte', () => {
    const server = new ServerEnd('auto');
    server.feed(`s TTPUT ${64 * KIB} 1 0\n`);
    const probe = bytes(`m ${'x'.repeat(64 * KIB)} 1\n`);
    const work = countWork(16 * probe.length, () => {
      for (let i = 0; i < probe.length; i++) server.session.handleBytes(probe.subarray(i, i + 1), 0n);
    });
    expect(work.searchedBytes).toBeLessThanOrEqual(6 * probe.length);
    expect(server.drain()).toHaveLength(probe.length);
  });

  test('gets a probe of 1 MiB echoed, byte for byte', () => {
    const server = new ServerEnd('auto');
    server.feed(`s TTPUT ${MIB} 1 0\n`);
    const probe = `m ${'0123456789abcdef'.repeat(MIB / 16)} 1\n`;
    const sent = bytes(probe);
    const work = countWork(16 * sent.length, () => {
      for (let i = 0; i < sent.length; i++) server.session.handleBytes(sent.subarray(i, i + 1), 0n);
    });
    expect(work.searchedBytes, 'stopped before it took minutes').toBeLessThanOrEqual(16 * sent.length);
    expect(server.drain() === probe).toBe(true);
  });

  test('makes the server hold no more than one message of the agreed size', () => {
    const framer = new Framer();
    const bound = 64 * KIB;
    const piece = bytes('x');
    let largest = 0;
    for (let i = 0; i < bound - 1; i++) {
      framer.push(piece);
      framer.next(bound, () => -1);
      framer.retain();
      largest = Math.max(largest, framer.peek().buffer.byteLength);
    }
    expect(framer.length).toBe(bound - 1);
    expect(largest).toBeLessThanOrEqual(bound);
  });

  test('leaves no buffer behind between two messages', () => {
    const framer = new Framer();
    for (const piece of ['x'.repeat(1_000), 'y\n']) {
      framer.push(bytes(piece));
      framer.next(2_000);
      framer.retain();
    }
    expect(framer.length).toBe(0);
    expect(framer.peek().buffer.byteLength).toBe(0);
  });

  /** A message in two pieces; returns the buffer in which they were joined. */
  function join(framer: Framer, payloadBytes: number): ArrayBufferLike {
    framer.push(bytes('x'.repeat(payloadBytes - 1)));
    framer.next(payloadBytes);
    framer.retain();
    framer.push(bytes('\n'));
    const message = framer.next(payloadBytes);
    framer.retain();
    if (!(message instanceof Uint8Array)) throw new Error('no message');
    return message.buffer;
  }

  test('takes one buffer for all messages where each is out before the next', () => {
    const framer = new Framer();
    framer.reuse();
    const buffer = join(framer, MIB);
    framer.reuse();
    expect(join(framer, MIB)).toBe(buffer);
  });

  test('takes a new buffer where it is not known whether the last message is out', () => {
    const framer = new Framer();
    framer.reuse();
    expect(join(framer, MIB)).not.toBe(join(framer, MIB));
  });

  test('gives up a buffer that is larger than what is agreed on later', () => {
    const framer = new Framer();
    framer.reuse();
    join(framer, MIB);
    framer.reuse();
    expect(join(framer, KIB).byteLength).toBeLessThanOrEqual(KIB);
  });
});

describe('a server that sends in small pieces', () => {
  function receiveAll(client: ClientEnd, echo: Uint8Array, pieceBytes: number): Work {
    return countWork(16 * echo.length, () => {
      for (let i = 0; i < echo.length; i += pieceBytes) {
        client.session.handleBytes(echo.subarray(i, i + pieceBytes), 1n);
      }
    });
  }

  test('does not slow the reading of the first echo, when its form is not yet known', () => {
    const client = new ClientEnd('size-first', { payloadBytes: 256 * KIB });
    client.begin();
    client.receive('200 OK: Ready\n');
    const echo = bytes(client.probe());
    const work = receiveAll(client, echo, KIB);
    expect(work.searchedBytes).toBeLessThanOrEqual(4 * echo.length);
    expect(work.copiedBytes).toBeLessThanOrEqual(6 * echo.length);
    expect(client.state).toBe('measurement');
  });

  test('does not slow the reading of later echoes', () => {
    const client = new ClientEnd('size-first', { payloadBytes: 256 * KIB });
    client.begin();
    client.receive('200 OK: Ready\n');
    client.receive(client.probe());
    const echo = bytes(client.probe());
    const work = receiveAll(client, echo, 100);
    expect(work.searchedBytes).toBeLessThanOrEqual(echo.length);
    expect(work.copiedBytes).toBeLessThanOrEqual(2 * echo.length);
    expect(client.state).toBe('measurement');
  });
});

test.each(['size-first', 'probes-first', 'hello'] as const)(
  'a size that a server refuses in %s takes no memory and no time of that size before it is refused',
  (name) => {
    // More than any array can have.
    const setup = {
      measurement: 'rtt',
      payloadBytes: 2 ** 52,
      probes: 2,
      delay: { delayNs: 0, unit: 'seconds' },
    } as const;
    expect(pipelined(DIALECTS[name], setup).begin()).toBeDefined();
  },
);
