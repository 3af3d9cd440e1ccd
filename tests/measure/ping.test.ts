/** A series of handshakes keeps its schedule, loses nothing that happened, and ends when it is told. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { EcholotError } from '../../src/core/errors.ts';
import { PingError } from '../../src/measure/outcome.ts';
import { type Ping, type PingEvent, startPing } from '../../src/measure/ping/ping.ts';
import type { PingOptions } from '../../src/measure/ping/ping-plan.ts';
import { handshakerOver } from '../../src/net/dialed-handshaker.ts';
import { networkError } from '../../src/net/errors/network-error.ts';
import type { Handshaker } from '../../src/net/handshaker.ts';
import { MemoryNetwork } from '../../src/net/memory/network.ts';
import { type ScriptedHandshake, ScriptedHandshaker } from './scripted-handshaker.ts';
import { advance } from './watching.ts';

const MS = 1_000_000;
const TARGET = { host: 'host.example', port: 443 } as const;
/** Origin of the clock: an hour, as a real one has been running for long. */
const ORIGIN_NS = 3_600_000_000_000n;
const REFUSED = new EcholotError('network', 'host.example:443: connection refused');

interface Setting {
  readonly clock: VirtualClock;
  readonly handshaker: ScriptedHandshaker;
  start(options?: Partial<PingOptions>): Ping;
  /** When each handshake was started, ms after the start of the run. */
  startsMs(): number[];
}

function setting(...script: readonly ScriptedHandshake[]): Setting {
  const clock = new VirtualClock();
  advance(clock, ORIGIN_NS);
  const handshaker = new ScriptedHandshaker(clock, script);
  return {
    clock,
    handshaker,
    start: (options = {}) => startPing({ handshaker, clock: clock }, { ...TARGET, ...options }),
    startsMs: () => handshaker.startsNs.map((ns) => Number(ns - ORIGIN_NS) / MS),
  };
}

async function eventsOf(clock: VirtualClock, run: Ping): Promise<PingEvent[]> {
  const collected = (async () => {
    const all: PingEvent[] = [];
    for await (const event of run) all.push(event);
    return all;
  })();
  return clock.drive(collected);
}

function takes(...ms: readonly number[]): ScriptedHandshake[] {
  return ms.map((each) => ({ takesNs: each * MS }));
}

describe('the schedule', () => {
  test('starts are a second apart, whatever the handshakes take: no drift in a long series', async () => {
    const here = setting(...takes(30, 999, 1, 500));
    await here.clock.drive(here.start({ count: 8 }).result);
    expect(here.startsMs()).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000]);
  });

  test('a slow handshake costs the starts that fell into its time, and they are told', async () => {
    const here = setting(...takes(10, 2_300, 10));
    const run = here.start({ count: 3 });
    const events = await eventsOf(here.clock, run);
    expect(here.startsMs()).toEqual([0, 1_000, 4_000]);
    expect((await run.result).missedSlots).toBe(2);
    expect(events.map((event) => (event.kind === 'missed' ? event.slots : event.kind))).toEqual([
      'plan',
      'reply',
      'reply',
      2,
      'reply',
    ]);
  });

  test('a handshake that ends at the very time of the next start misses none', async () => {
    const here = setting(...takes(1_000));
    const { missedSlots } = await here.clock.drive(here.start({ count: 3 }).result);
    expect({ starts: here.startsMs(), missedSlots }).toEqual({ starts: [0, 1_000, 2_000], missedSlots: 0 });
  });

  test('a slow last handshake misses nothing: nothing was to follow', async () => {
    const here = setting(...takes(5_000));
    expect((await here.clock.drive(here.start({ count: 1 }).result)).missedSlots).toBe(0);
  });

  test('whatever the handshakes take, each starts at the first slot that was still to come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 200 * MS }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 10, max: 50 }),
        async (durations, intervalMs) => {
          const here = setting(...durations.map((takesNs) => ({ takesNs })));
          const { missedSlots } = await here.clock.drive(
            here.start({ count: durations.length, intervalMs }).result,
          );
          const startsNs = here.handshaker.startsNs.map((ns) => Number(ns - ORIGIN_NS));
          const slots = startsNs.map((ns) => ns / (intervalMs * MS));
          expect(slots[0]).toBe(0);
          for (const [i, slot] of slots.slice(1).entries()) {
            const endNs = (startsNs[i] ?? 0) + (durations[i] ?? 0);
            expect(slot).toBe(Math.max((slots[i] ?? 0) + 1, Math.ceil(endNs / (intervalMs * MS))));
          }
          expect(missedSlots).toBe((slots.at(-1) ?? 0) + 1 - durations.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});

test('what the engine prepares is over before the schedule starts: it is in no figure', async () => {
  const { clock, handshaker } = setting(...takes(10));
  const prepare = (): Promise<void> =>
    new Promise((resolve) => {
      clock.wakeAt(clock.nowNs() + BigInt(700 * MS), resolve);
    });
  const prepared: Handshaker = {
    name: 'memory',
    prepare,
    handshake: (target, options) => handshaker.handshake(target, options),
    close: () => handshaker.close(),
  };
  const run = startPing({ handshaker: prepared, clock: clock }, { ...TARGET, count: 2 });
  const { replies, durationNs } = await clock.drive(run.result);
  expect(replies.map(({ atNs }) => atNs)).toEqual([0, 1_000 * MS]);
  expect(durationNs).toBe(1_010 * MS);
});

describe('the record', () => {
  test('every reply is in it, with both figures, and the statistics are theirs', async () => {
    const here = setting(
      { takesNs: 50_000, handshakeRttNs: 20_000 },
      { takesNs: 70_000, handshakeRttNs: 30_000 },
    );
    const result = await here.clock.drive(here.start({ count: 2, intervalMs: 10 }).result);
    expect(result.replies).toEqual([
      expect.objectContaining({ sequence: 1, atNs: 0, handshakeRttNs: 20_000, connectNs: 50_000 }),
      expect.objectContaining({ sequence: 2, atNs: 10 * MS, handshakeRttNs: 30_000, connectNs: 70_000 }),
    ]);
    expect(result.statistics).toMatchObject({
      answered: 2,
      failed: 0,
      handshakeRttNs: { n: 2, min: 20_000, median: 25_000, max: 30_000 },
      connectNs: { n: 2, min: 50_000, median: 60_000, max: 70_000 },
    });
    expect(result).toMatchObject({ durationNs: 10 * MS + 70_000, outcome: { status: 'complete' } });
  });

  test('a figure that the kernel did not give is absent, never 0', async () => {
    const here = setting(...takes(1));
    const { replies, statistics } = await here.clock.drive(here.start({ count: 1 }).result);
    expect(replies[0]?.handshakeRttNs).toBeNull();
    expect(statistics.handshakeRttNs).toBeNull();
  });

  test('refusals and time-outs are failures among the replies; the series goes on', async () => {
    const here = setting(
      { takesNs: 10 * MS },
      { takesNs: 10 * MS, error: REFUSED },
      { takesNs: 10 * MS, error: new EcholotError('timeout', 'no connection within 10 ms') },
      { takesNs: 10 * MS },
    );
    const result = await here.clock.drive(here.start({ count: 4 }).result);
    expect(result.replies.map(({ sequence }) => sequence)).toEqual([1, 4]);
    expect(result.failures.map(({ sequence, error }) => [sequence, error.code])).toEqual([
      [2, 'network'],
      [3, 'timeout'],
    ]);
    expect(result).toMatchObject({ statistics: { answered: 2, failed: 2 }, outcome: { status: 'complete' } });
  });

  test('what is told while it goes on is what the record holds', async () => {
    const here = setting({ takesNs: MS }, { takesNs: MS, error: REFUSED });
    const run = here.start({ count: 4 });
    const events = await eventsOf(here.clock, run);
    const { replies, failures } = await run.result;
    expect(events.filter(({ kind }) => kind === 'reply')).toEqual(
      replies.map((reply) => ({ kind: 'reply', ...reply })),
    );
    expect(events.filter(({ kind }) => kind === 'failure')).toEqual(
      failures.map((failure) => ({ kind: 'failure', ...failure })),
    );
  });
});

describe('the record says what it was made with', () => {
  const EFFECTIVE = {
    congestionControl: 'reno',
    trafficClass: 184,
    maxSegmentBytes: 1_448,
    sendBufferBytes: 16_384,
    receiveBufferBytes: 131_072,
    noDelay: true,
    quickAck: true,
    multipath: false,
    bindAddress: '192.0.2.1',
    device: null,
  } as const;

  test('options of the socket as asked for, and as the first connection had them', async () => {
    const here = setting({ takesNs: MS, error: REFUSED }, { takesNs: MS, socket: EFFECTIVE }, ...takes(1));
    const socket = { congestionControl: 'reno', trafficClass: 184 } as const;
    const result = await here.clock.drive(here.start({ count: 3, socket }).result);
    expect(result.plan.socket).toMatchObject({ ...socket, maxSegmentBytes: null, multipath: false });
    expect(result.socket).toEqual(EFFECTIVE);
  });

  test('an engine that cannot read them says nothing of them', async () => {
    const here = setting(...takes(1));
    expect((await here.clock.drive(here.start({ count: 1 }).result)).socket).toBeNull();
  });

  test('the engine that was asked for, and why another one had to do', async () => {
    const { clock, handshaker } = setting(...takes(1));
    const fallback = 'it needs Linux, and this is darwin';
    const run = startPing({ handshaker, clock: clock, fallback }, { ...TARGET, count: 1 });
    const events = await eventsOf(clock, run);
    expect(events[0]).toMatchObject({ kind: 'plan', engine: 'memory', fallback });
    expect((await run.result).engine).toMatchObject({ name: 'memory', requested: 'auto', fallback });
  });

  test('SYNs that were sent again: the reason of a long handshake', async () => {
    const here = setting({ takesNs: 1_030 * MS, resentSyns: 1 });
    const { replies } = await here.clock.drive(here.start({ count: 1 }).result);
    expect(replies[0]).toMatchObject({ resentSyns: 1, handshakeRttNs: null });
  });
});

describe('a stop of the program', () => {
  /** Three handshakes, 30 ms each unless scripted, while the process is heard to go on at these times. */
  function stopped(continuedAtMs: readonly number[], script: readonly ScriptedHandshake[]) {
    const { clock, handshaker } = setting(...script);
    let watching = true;
    const watchSuspensions = () => ({
      continuedAtNs: continuedAtMs.map((ms) => ORIGIN_NS + BigInt(ms * MS)),
      settled: () => Promise.resolve(),
      stop: () => {
        watching = false;
      },
    });
    const deps = { handshaker, clock: clock, watchSuspensions };
    const run = startPing(deps, { ...TARGET, count: 3, timeoutMs: 100 });
    return { clock, run, isWatching: () => watching };
  }

  test('is in no figure of the application; the kernel was not stopped, and its figure stands', async () => {
    const { clock, run, isWatching } = stopped([1_020], [{ takesNs: 30 * MS, handshakeRttNs: 24_000 }]);
    const { replies, statistics } = await clock.drive(run.result);
    expect(replies.map(({ connectNs }) => connectNs)).toEqual([30 * MS, null, 30 * MS]);
    expect(statistics).toMatchObject({
      answered: 3,
      suspended: 1,
      handshakeRttNs: { n: 3, max: 24_000 },
      connectNs: { n: 2, max: 30 * MS },
    });
    expect(isWatching()).toBe(false);
  });

  test('between two handshakes spoils neither', async () => {
    const { clock, run } = stopped([500], takes(30));
    expect((await clock.drive(run.result)).statistics).toMatchObject({ suspended: 0, connectNs: { n: 3 } });
  });

  test('makes no time-out that never was: the start is left out, and made up for', async () => {
    const late = new EcholotError('timeout', 'no connection within 100 ms');
    const { clock, run } = stopped(
      [80],
      [{ takesNs: 100 * MS, error: late }, { takesNs: MS }, { takesNs: MS }, { takesNs: MS }],
    );
    const { replies, failures, missedSlots } = await clock.drive(run.result);
    expect(replies.map(({ sequence, atNs }) => [sequence, atNs / MS])).toEqual([
      [1, 1_000],
      [2, 2_000],
      [3, 3_000],
    ]);
    expect({ failures, missedSlots }).toEqual({ failures: [], missedSlots: 1 });
  });

  test('does not excuse a refusal: that was an answer', async () => {
    const { clock, run } = stopped([20], [{ takesNs: 30 * MS, error: REFUSED }]);
    expect((await clock.drive(run.result)).statistics).toMatchObject({ failed: 3 });
  });
});

describe('the target', () => {
  test('is the address that answered first: a name of many hosts is one path', async () => {
    const here = setting({ takesNs: MS, error: REFUSED }, { takesNs: MS });
    await here.clock.drive(here.start({ count: 4 }).result);
    const tried = here.handshaker.targets.map(({ addresses }) => addresses?.map(({ address }) => address));
    // Looked up once, also where nothing has answered yet.
    const both = ['192.0.2.6', '192.0.2.7'];
    expect(tried).toEqual([undefined, both, ['192.0.2.7'], ['192.0.2.7']]);
  });

  test('and those that its name stands for are in the record', async () => {
    const here = setting({ takesNs: MS });
    const { addresses } = await here.clock.drive(here.start({ count: 1 }).result);
    expect(addresses).toEqual({ lookedUp: ['192.0.2.6', '192.0.2.7'], chosen: '192.0.2.7', failed: [] });
  });

  test('options of the socket and the time limit reach the engine each time', async () => {
    const here = setting(...takes(1));
    await here.clock.drive(
      here.start({ count: 2, timeoutMs: 250, socket: { congestionControl: 'bbr' } }).result,
    );
    for (const options of here.handshaker.options) {
      expect(options).toMatchObject({ timeoutNs: 250 * MS, socket: { congestionControl: 'bbr' } });
    }
  });
});

describe('the end', () => {
  test('cancelled between two handshakes: at once, with the result of those made', async () => {
    const here = setting(...takes(10));
    const run = here.start({ intervalMs: 60_000 });
    here.clock.wakeAt(ORIGIN_NS + BigInt(90_000 * MS), () => run.cancel());
    const result = await here.clock.drive(run.result);
    expect(result.durationNs).toBe(90_000 * MS);
    expect(result).toMatchObject({
      outcome: { status: 'cancelled' },
      statistics: { answered: 2, failed: 0 },
    });
  });

  test('cancelled during a handshake: at once, and that one is neither reply nor failure', async () => {
    const here = setting(...takes(10, 5_000));
    const run = here.start();
    here.clock.wakeAt(ORIGIN_NS + BigInt(1_500 * MS), () => run.cancel());
    const result = await here.clock.drive(run.result);
    expect(result.durationNs).toBe(1_500 * MS);
    expect(result.statistics).toMatchObject({ answered: 1, failed: 0 });
  });

  test('the signal of the caller ends it as cancel() does', async () => {
    const here = setting(...takes(10));
    const abort = new AbortController();
    const run = here.start({ signal: abort.signal });
    here.clock.wakeAt(ORIGIN_NS + BigInt(500 * MS), () => abort.abort());
    expect((await here.clock.drive(run.result)).outcome.status).toBe('cancelled');
  });

  test('a signal that was aborted before leaves nothing to do', async () => {
    const here = setting(...takes(10));
    const { replies } = await here.clock.drive(here.start({ signal: AbortSignal.abort() }).result);
    expect({ replies, starts: here.startsMs() }).toEqual({ replies: [], starts: [] });
  });

  test('what this machine lacks is no loss of the path, and the series goes on', async () => {
    const usedUp = networkError(
      'host.example:443',
      Object.assign(new Error('connect EADDRNOTAVAIL'), { code: 'EADDRNOTAVAIL', syscall: 'connect' }),
    );
    const here = setting({ takesNs: MS, error: usedUp }, { takesNs: MS });
    const run = here.start({ count: 4 });
    const result = await here.clock.drive(run.result);
    expect(result.statistics).toMatchObject({ answered: 2, failed: 0, unsent: 2 });
    expect(result.failures).toEqual([]);
    expect(result.unsent?.map(({ sequence, error }) => [sequence, error.code])).toEqual([
      [1, 'limit'],
      [3, 'limit'],
    ]);
    expect(result.outcome.status).toBe('complete');
  });

  test('a route that this machine lacks is no loss of the path either', async () => {
    const error = new EcholotError('network', 'host.example:443: the network is unreachable');
    error.nothingSent = true;
    const here = setting({ takesNs: MS, error });
    const { statistics } = await here.clock.drive(here.start({ count: 2 }).result);
    expect(statistics).toMatchObject({ failed: 0, unsent: 2 });
  });

  const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND'), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
  });
  test.each([
    ['a name that nobody knows', networkError('host.example:443', unknown)],
    ['a wish that the engine refuses', new EcholotError('usage', 'no such option')],
    ['a fault of echolot', new TypeError('undefined is not a function') as EcholotError],
  ])('%s ends it: the next handshake would not fare better', async (_what, error) => {
    const here = setting({ takesNs: MS, error });
    const failure = await here.clock.drive(here.start().result.catch((thrown: unknown) => thrown));
    expect(failure).toBeInstanceOf(PingError);
    expect((failure as PingError).result).toMatchObject({
      failures: [],
      outcome: { status: 'failed', error: { message: error.message } },
    });
  });

  test('the engine is closed once, however the series ends', async () => {
    const complete = setting(...takes(1));
    await complete.clock.drive(complete.start({ count: 2 }).result);
    const failed = setting({ takesNs: 1, error: new EcholotError('usage', 'no such option') });
    await failed.clock.drive(failed.start().result.catch(() => {}));
    expect([complete.handshaker.closed, failed.handshaker.closed]).toEqual([1, 1]);
  });
});

describe('on the pretend network', () => {
  async function pingNetwork(latencyNs: number, options: Partial<PingOptions>) {
    const clock = new VirtualClock();
    const network = new MemoryNetwork(clock, { latencyNs });
    let open = 0;
    await network.listen({ port: TARGET.port }, (connection) => {
      open++;
      return {
        onBytes: () => {},
        onDrain: () => {},
        onEnd: () => connection.end(),
        onClose: (error) => {
          if (error === undefined) open--;
        },
      };
    });
    const handshaker = handshakerOver('memory', network);
    const run = startPing({ handshaker, clock: clock }, { ...TARGET, ...options });
    const result = await clock.drive(run.result);
    advance(clock, 10n * BigInt(latencyNs));
    return { result, open };
  }

  test('a handshake takes one round trip, and the server sees each connection end in peace', async () => {
    const { result, open } = await pingNetwork(3 * MS, { count: 5 });
    expect(result.replies.map(({ connectNs }) => connectNs)).toEqual(Array(5).fill(6 * MS));
    expect(open).toBe(0);
  });

  test('a path longer than the time limit is a series of time-outs', async () => {
    const { result } = await pingNetwork(60 * MS, { count: 3, timeoutMs: 100, intervalMs: 50 });
    expect(result.failures.map(({ atNs, error }) => [atNs / MS, error.code])).toEqual([
      [0, 'timeout'],
      [100, 'timeout'],
      [200, 'timeout'],
    ]);
    expect(result.missedSlots).toBe(2);
  });

  test('a port on which nothing listens is a series of refusals', async () => {
    const { result } = await pingNetwork(MS, { count: 2, port: 444 });
    expect(result.statistics).toMatchObject({ answered: 0, failed: 2, connectNs: null });
  });
});

describe('options that cannot be are refused before anything is sent', () => {
  test.each([
    [{ host: '' }, 'the host is empty'],
    [{ port: 0 }, 'the port cannot be 0'],
    [{ intervalMs: 9 }, 'the interval cannot be 9 ms'],
    [{ intervalMs: Number.NaN }, 'the interval cannot be NaN ms'],
    [{ count: 0 }, 'the number of handshakes cannot be 0'],
    [{ count: 1.5 }, 'the number of handshakes cannot be 1.5'],
    [{ timeoutMs: 0 }, 'the timeout cannot be 0 ms'],
    [{ family: 5 as 4 }, 'there is no address family 5'],
    [{ engine: 'rust' as 'node' }, 'there is no engine rust'],
    [{ socket: { trafficClass: 256 } }, 'the traffic class cannot be 256'],
    [{ family: 6 as const, socket: { bindAddress: '192.0.2.1' } }, '192.0.2.1 is no address of the family 6'],
  ])('%j', (options, message) => {
    const here = setting(...takes(1));
    expect(() => here.start(options)).toThrow(message);
    expect(here.startsMs()).toEqual([]);
  });
});
