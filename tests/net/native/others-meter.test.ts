/** How busy a thread was with others: a number that is wrong here blames the path for the server's work, or the reverse. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/net/connection.ts';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { Descriptors } from '../../../src/net/native/kernel/descriptors.ts';
import { nativeListener } from '../../../src/net/native/server/listener.ts';
import { OthersMeter } from '../../../src/net/native/server/others-meter.ts';
import { Reactor } from '../../../src/net/native/server/reactor.ts';
import { libcOfThisMachine } from './one-thread.ts';

/** A thread whose moments the test tells, in us. */
class Bench {
  readonly meter: OthersMeter;
  timedConnections = 0;
  wokenNs: bigint | undefined;
  workedNs = 0n;
  readings = 0;
  private atNs = 0n;
  private cameNs = 0n;

  constructor() {
    this.meter = new OthersMeter(this as unknown as Reactor);
  }

  nowNs(): bigint {
    this.readings++;
    return this.atNs;
  }

  arrivalNs(): bigint {
    return this.cameNs;
  }

  enableAt(us: number): void {
    this.atNs = ns(us);
    this.meter.enable();
  }

  doneAt(us: number): void {
    this.atNs = ns(us);
    this.meter.done();
  }

  /** @param woken undefined where nothing else has happened in the turn */
  read(at: { woken?: number; began?: number; worked?: number; came: number; stamped?: boolean }): number {
    this.wokenNs = at.woken === undefined ? undefined : ns(at.woken);
    this.workedNs = ns(at.worked ?? 0);
    this.cameNs = ns(at.came);
    this.atNs = ns(at.began ?? 1_000);
    this.meter.begin();
    this.meter.received(at.stamped ?? true);
    return this.meter.busyNs / 1_000;
  }
}

function ns(us: number): bigint {
  return BigInt(Math.round(us * 1_000));
}

function enabled(): Bench {
  const bench = new Bench();
  bench.enableAt(1);
  return bench;
}

describe('the time with others', () => {
  test('is that between the waking up of the thread and its turning to this connection', () => {
    expect(enabled().read({ came: 90, woken: 100, began: 160 })).toBe(60);
    expect(enabled().read({ came: 90, woken: 100, began: 160, stamped: false })).toBe(60);
  });

  test('begins no sooner than the bytes came', () => {
    expect(enabled().read({ came: 130, woken: 100, began: 160 })).toBe(30);
    expect(enabled().read({ came: 170, woken: 100, began: 160 })).toBe(0);
  });

  test('has the rest of the turn before in it, in which they came, and not the sleep behind that', () => {
    expect(enabled().read({ came: 70, worked: 100 })).toBe(30);
    expect(enabled().read({ came: 70, worked: 100, woken: 200, began: 250 })).toBe(80);
    expect(enabled().read({ came: 110, worked: 100 })).toBe(0);
  });

  test('without a stamp is that of this turn alone', () => {
    expect(enabled().read({ came: 70, worked: 100, stamped: false })).toBe(0);
    expect(enabled().read({ came: 70, worked: 100, woken: 200, began: 250, stamped: false })).toBe(50);
  });

  test('is not that with this very connection, nor the end of a turn behind it', () => {
    const bench = enabled();
    bench.doneAt(99.5);
    expect(bench.read({ came: 70, worked: 100 })).toBe(0);
    bench.doneAt(80);
    expect(bench.read({ came: 70, worked: 100 })).toBe(20);
  });

  test('is asked of no clock unless somebody wants to know', () => {
    const bench = new Bench();
    bench.doneAt(5);
    expect(bench.read({ came: 90, woken: 100, began: 160 })).toBeNaN();
    expect(bench).toMatchObject({ readings: 0, timedConnections: 0 });
    bench.meter.enable();
    bench.meter.enable();
    expect(bench.timedConnections).toBe(1);
    bench.meter.disable();
    bench.meter.disable();
    expect(bench.timedConnections).toBe(0);
  });
});

const BURN_NS = 2_000_000;

/** Keeps the thread at work. */
function burn(): void {
  const untilNs = process.hrtime.bigint() + BigInt(BURN_NS);
  while (process.hrtime.bigint() < untilNs);
}

describe.skipIf(nativeUnavailable() !== undefined)('of two connections on one thread', () => {
  interface Ends {
    readonly reactor: Reactor;
    readonly sockets: readonly [Socket, Socket];
    /** Their other ends, in the same order. */
    readonly accepted: readonly Connection[];
    /** In the order in which they were read. */
    readonly busyNs: number[];
    /** What the thread does about the bytes of a connection. */
    work: () => void;
    [Symbol.dispose](): void;
  }

  async function twoEnds(): Promise<Ends> {
    const libc = libcOfThisMachine();
    const descriptors = new Descriptors();
    const reactor = new Reactor(libc, descriptors);
    const busyNs: number[] = [];
    const accepted: Connection[] = [];
    const listener = await nativeListener(reactor).listen({ host: '127.0.0.1', port: 0 }, (connection) => {
      accepted.push(connection);
      connection.stamps?.enable(() => {});
      connection.others?.enable();
      return {
        onBytes: () => {
          busyNs.push(connection.others?.busyNs ?? Number.NaN);
          ends.work();
        },
        onDrain: () => {},
        onEnd: () => {},
        onClose: () => {},
      };
    });
    const { port } = listener.endpoints[0]!;
    const dialed = async (): Promise<Socket> => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      return socket;
    };
    const ends: Ends = {
      reactor,
      sockets: [await dialed(), await dialed()],
      accepted,
      busyNs,
      work: () => {},
      [Symbol.dispose]: () => {
        for (const socket of ends.sockets) socket.destroy();
        for (const connection of accepted) connection.destroy();
        listener.close();
        reactor.close();
        descriptors.closeAll(libc);
      },
    };
    await untilSo(() => {
      reactor.turn(0);
      return accepted.length === 2;
    });
    return ends;
  }

  async function untilSo(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((done) => setImmediate(done));
  }

  test('in one turn the second is told what the first took', async () => {
    using ends = await twoEnds();
    ends.work = burn;
    for (const socket of ends.sockets) socket.write('probe');
    await untilSo(() => {
      ends.reactor.turn(0);
      return ends.busyNs.length === 2;
    });
    const [first = Number.NaN, second = Number.NaN] = ends.busyNs;
    expect(second).toBeGreaterThanOrEqual(BURN_NS);
    expect(first).toBeLessThan(second);
  });

  test('what comes while the thread is at work for the other waits for that', async () => {
    using ends = await twoEnds();
    const [one, other] = ends.sockets;
    // The kernel needs a while to begin with stamps, and without one nobody knows.
    await untilSo(() => {
      ends.busyNs.length = 0;
      ends.work = () => {
        ends.work = () => {};
        other.write('probe');
        burn();
      };
      one.write('probe');
      for (let turns = 0; turns < 1_000 && ends.busyNs.length < 2; turns++) ends.reactor.turn(0);
      return (ends.busyNs[1] ?? 0) > 0;
    });
    expect(ends.busyNs[1]).toBeGreaterThan(BURN_NS / 2);
  });

  test('what comes while the thread is at work for the same connection waits for no other', async () => {
    using ends = await twoEnds();
    const [one] = ends.sockets;
    ends.work = () => {
      one.write('probe');
      burn();
    };
    one.write('probe');
    await untilSo(() => {
      ends.reactor.turn(0);
      return ends.busyNs.length >= 20;
    });
    expect(Math.max(...ends.busyNs)).toBeLessThan(BURN_NS / 2);
  });

  test('what was not read because its own connection was paused did not wait for others', async () => {
    using ends = await twoEnds();
    const [one, other] = ends.sockets;
    await untilSo(() => {
      one.write('probe');
      ends.reactor.turn(0);
      return ends.busyNs.length > 3;
    });
    const [paused] = ends.accepted;
    paused?.pause();
    ends.busyNs.length = 0;
    one.write('probe');
    ends.work = burn;
    other.write('probe');
    await untilSo(() => {
      ends.reactor.turn(0);
      return ends.busyNs.length === 1;
    });
    paused?.resume();
    await untilSo(() => {
      ends.reactor.turn(0);
      return ends.busyNs.length === 2;
    });
    expect(ends.busyNs[1]).toBeLessThan(BURN_NS / 2);
  });

  test('one that is alone is told of nothing, however long the thread works for it', async () => {
    using ends = await twoEnds();
    ends.work = burn;
    for (let probes = 1; probes <= 20; probes++) {
      ends.sockets[0].write('probe');
      await untilSo(() => {
        ends.reactor.turn(0);
        return ends.busyNs.length === probes;
      });
    }
    expect(ends.busyNs).toEqual(Array(20).fill(0));
  });
});
