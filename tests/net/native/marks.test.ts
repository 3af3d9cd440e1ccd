/** What a native connection's kernel tells of messages and of much data: layers of round trips, bounds that hold. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection, ConnectionHandler, ProbeLayers } from '../../../src/net/connection.ts';
import type { LoopDialed } from '../../../src/net/loop-network.ts';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { SCM_TSTAMP_SCHED, SCM_TSTAMP_SND } from '../../../src/net/native/kernel/constants.ts';
import { Descriptors } from '../../../src/net/native/kernel/descriptors.ts';
import type { Libc } from '../../../src/net/native/kernel/libc.ts';
import type { StampReader } from '../../../src/net/native/kernel/timestamps.ts';
import { ReactorDialer } from '../../../src/net/native/lanes/dialer.ts';
import { nativeListener } from '../../../src/net/native/server/listener.ts';
import { MarkMeter } from '../../../src/net/native/server/mark-meter.ts';
import { Reactor } from '../../../src/net/native/server/reactor.ts';
import { libcOfThisMachine, stampsHaveBegun } from './one-thread.ts';
import { pump } from './pump.ts';

const MS = 1_000_000;
const NOTHING: ConnectionHandler = { onBytes() {}, onDrain() {}, onEnd() {}, onClose() {} };

function total(layers: ProbeLayers): number {
  return Object.values(layers).reduce((sum: number, ns: number) => sum + ns, 0);
}

describe.skipIf(nativeUnavailable() !== undefined)('a native connection', () => {
  const descriptors = new Descriptors();
  let reactor: Reactor;
  let stop: () => void;
  let releaseStamps: () => void;
  beforeAll(async () => {
    reactor = new Reactor(libcOfThisMachine(), descriptors);
    stop = pump(reactor);
    releaseStamps = await stampsHaveBegun();
  });
  afterAll(() => {
    stop();
    releaseStamps();
    reactor.close();
  });

  /** Both ends of a connection within one reactor. */
  async function pair(
    near: Partial<ConnectionHandler>,
    far: (connection: Connection) => Partial<ConnectionHandler>,
  ): Promise<LoopDialed> {
    const listener = await nativeListener(reactor).listen({ host: '127.0.0.1', port: 0 }, (connection) => {
      listener.close();
      return { ...NOTHING, onEnd: () => connection.close(), ...far(connection) };
    });
    const address = { address: '127.0.0.1', family: 4 } as const;
    const target = {
      host: '127.0.0.1',
      port: listener.endpoints[0]!.port,
      family: 4,
      addresses: [address],
    } as const;
    const options = { timeoutNs: 1_000 * MS, signal: undefined, socket: {} };
    return await new ReactorDialer(reactor).dial(target, { ...NOTHING, ...near }, options);
  }

  test('tells the layers of messages of which several are under way, and their sum is the round trip', async () => {
    const HELD_NS = 2 * MS;
    const sentNs: bigint[] = [];
    const rttNs: number[] = [];
    const layers: (ProbeLayers | undefined)[] = [];
    let client: Connection | undefined;
    const { connection } = await pair(
      {
        onBytes: (chunk, nowNs) => {
          const index = chunk.at(-1) as number;
          rttNs[index] = Number(nowNs - (sentNs[index] as bigint));
          layers[index] = client?.marks?.layersOf(index, sentNs[index] as bigint, nowNs);
        },
      },
      (peer) => ({
        onBytes: (chunk, nowNs) => {
          for (const byte of Uint8Array.from(chunk)) {
            reactor.wakeAt(nowNs + BigInt(HELD_NS), () => peer.write(Uint8Array.of(byte)));
          }
        },
      }),
    );
    client = connection;
    expect(connection.marks?.enable()).toBe(true);
    for (let index = 0; index < 100; index++) {
      connection.marks?.mark();
      sentNs.push(reactor.nowNs());
      connection.write(Uint8Array.of(index));
      if (index % 3 !== 0) await new Promise((done) => setImmediate(done));
    }
    await expect.poll(() => rttNs.length, { interval: 1 }).toBe(100);
    connection.destroy();
    const known = layers.flatMap((each, index) => (each === undefined ? [] : [{ each, index }]));
    // Answers that came in one read have no stamp of their own.
    expect(known.length).toBeGreaterThan(5);
    for (const { each, index } of known) {
      expect(Math.abs(total(each) - (rttNs[index] as number))).toBeLessThanOrEqual(1);
      expect(each.kernelRttNs).toBeGreaterThanOrEqual(HELD_NS);
      expect(each.wakeUpNs).toBeGreaterThanOrEqual(-1_000);
    }
  });

  test('keeps no more unsent than it is told to, and sends no faster', async () => {
    const { connection } = await pair({}, (peer) => {
      peer.pause();
      return {};
    });
    const { tcp } = connection;
    const BOUND_BYTES = 128 * 1024;
    expect(tcp?.boundUnsent(BOUND_BYTES)).toBe(true);
    // The peer reads nothing: its window fills, and from then on all that is written is unsent.
    const piece = new Uint8Array(16 * 1024);
    let written = 0;
    while (connection.write(piece)) {
      written += piece.length;
      await new Promise((done) => setImmediate(done));
      expect(written).toBeLessThan(64 * 1024 * 1024);
    }
    const facts = tcp?.facts();
    expect(facts?.unsentBytes).toBeGreaterThan(0);
    expect(facts?.unsentBytes).toBeLessThanOrEqual(2 * BOUND_BYTES);
    expect(facts?.sentBytes).toBeGreaterThan(0);
    expect(facts?.retransmittedBytes).toBe(0);
    expect(facts?.acknowledgedBytes).toBeGreaterThan(0);
    expect(facts?.congestionWindowSegments).toBeGreaterThan(0);
    expect(tcp?.pace(1_000_000)).toBe(true);
    expect(tcp?.facts()?.pacingBitsPerSecond).toBeLessThanOrEqual(8_000_000);
    expect(tcp?.pace(undefined)).toBe(true);
    connection.destroy();
    expect(tcp?.facts()).toBeUndefined();
    expect(tcp?.boundUnsent(1)).toBe(false);
  });
});

describe('the stamps of marked messages', () => {
  /** A kernel in which every message takes as long as it is told, and a wall clock that can be set. */
  class PretendKernel {
    aheadNs = 0;
    private readonly startNs = process.hrtime.bigint();
    private readonly queue: { id: number; kind: number; ns: number }[] = [];
    readonly reader = {
      stamped: true,
      seconds: 0,
      nanoseconds: 0,
      sentKind: 0,
      sentId: 0,
      nextSent: () => this.next(),
    };
    readonly libc = {
      clock_gettime: (_clock: number, words: Uint32Array) => {
        const ns = this.wallNs;
        words[0] = 1_000 + Math.floor(ns / 1e9);
        words[1] = 0;
        words[2] = ns % 1e9;
        return 0;
      },
    };

    get wallNs(): number {
      return Number(process.hrtime.bigint() - this.startNs) + this.aheadNs;
    }

    sent(id: number): void {
      const ns = this.wallNs;
      this.queue.push({ id, kind: SCM_TSTAMP_SCHED, ns }, { id, kind: SCM_TSTAMP_SND, ns });
    }

    received(meter: MarkMeter): void {
      this.stamp(this.wallNs);
      meter.received();
    }

    private next(): boolean {
      const first = this.queue.shift();
      if (first === undefined) return false;
      this.reader.sentId = first.id;
      this.reader.sentKind = first.kind;
      this.stamp(first.ns);
      return true;
    }

    private stamp(ns: number): void {
      this.reader.seconds = 1_000 + Math.floor(ns / 1e9);
      this.reader.nanoseconds = ns % 1e9;
    }
  }

  function makeMeter(kernel: PretendKernel): MarkMeter {
    const { libc, reader } = kernel;
    return new MarkMeter(
      libc as unknown as Libc,
      reader as unknown as StampReader,
      { explain: () => false },
      3,
    );
  }

  function send(kernel: PretendKernel, meter: MarkMeter, id: number): bigint {
    const sentNs = process.hrtime.bigint();
    meter.mark();
    kernel.sent(id);
    meter.wrote(1);
    return sentNs;
  }

  function answer(
    kernel: PretendKernel,
    meter: MarkMeter,
    index: number,
    sentNs: bigint,
  ): ProbeLayers | undefined {
    kernel.received(meter);
    return meter.layersOf(index, sentNs, process.hrtime.bigint());
  }

  test('are not compared across a step of the wall clock, and are again after it', () => {
    const kernel = new PretendKernel();
    const meter = makeMeter(kernel);
    expect(answer(kernel, meter, 0, send(kernel, meter, 0))).toBeDefined();
    const first = send(kernel, meter, 1);
    const second = send(kernel, meter, 2);
    kernel.aheadNs = 3 * MS;
    expect(answer(kernel, meter, 1, first)).toBeUndefined();
    expect(answer(kernel, meter, 2, second)).toBeUndefined();
    expect(answer(kernel, meter, 3, send(kernel, meter, 3))).toBeDefined();
  });

  test('are those of the message that is answered, also when some before it never are', () => {
    const kernel = new PretendKernel();
    const meter = makeMeter(kernel);
    send(kernel, meter, 0);
    send(kernel, meter, 1);
    const last = send(kernel, meter, 2);
    expect(meter.awaits).toBe(true);
    const layers = answer(kernel, meter, 2, last);
    expect(layers?.kernelRttNs).toBeGreaterThanOrEqual(0);
    expect(meter.awaits).toBe(false);
    expect(answer(kernel, meter, 1, last)).toBeUndefined();
  });

  test('that never came make no layers', () => {
    const kernel = new PretendKernel();
    const meter = makeMeter(kernel);
    const sentNs = process.hrtime.bigint();
    meter.mark();
    meter.wrote(1);
    expect(answer(kernel, meter, 0, sentNs)).toBeUndefined();
  });
});
