/** A load has its phases, its streams and its probes as they were asked for, and keeps what it saw when it fails. */
import { describe, expect, test } from 'vitest';
import { eventsOf, failureOf, loading, resultOf } from './loading.ts';
import { granting } from './scripted-flows.ts';

const S = 1_000_000_000;
const MBIT = 1_000_000;

describe('phases', () => {
  test('idle, down, up and recovery follow each other, 20 s in all', async () => {
    const { phases, durationNs, outcome } = await resultOf(loading());
    expect(phases.map(({ name, fromAtNs, toAtNs }) => [name, (toAtNs - fromAtNs) / S])).toEqual([
      ['idle', 3],
      ['down', 7],
      ['up', 7],
      ['recovery', 3],
    ]);
    expect(phases.every(({ isComplete }) => isComplete)).toBe(true);
    expect(durationNs / S).toBeCloseTo(20, 0);
    expect(outcome.status).toBe('complete');
  });

  test('probes beside the data go on from the first phase to the last, ten milliseconds apart', async () => {
    const { foreignProbes } = await resultOf(loading());
    const gaps = foreignProbes.dueAtNs.slice(1).map((ns, i) => ns - (foreignProbes.dueAtNs[i] as number));
    expect(new Set(gaps)).toEqual(new Set([10_000_000]));
    expect(foreignProbes.dueAtNs.length).toBeGreaterThanOrEqual(1_990);
  });

  test('that end late by a queue or a cut of seconds leave time for those that follow', async () => {
    const here = loading();
    await resultOf(here);
    const [owner] = here.flows.opened;
    const protocol = owner?.plan.protocol;
    // Two of them carry data, and each may take 5 s to end.
    expect(protocol).toMatchObject({ question: { kind: 'turn', patienceMs: 0, durationMs: 32_000 } });
  });

  test('a server that grants half the time has all phases halved, and says so', async () => {
    const here = loading({ answers: [granting({ durationMs: 12_000 })] });
    const { phases, granted } = await resultOf(here);
    expect(granted?.durationNs).toBe(12 * S);
    expect(phases.map(({ fromAtNs, toAtNs }) => (toAtNs - fromAtNs) / S)).toEqual([1.5, 3.5, 3.5, 1.5]);
  });

  test('bytes end a phase before its time', async () => {
    const phases = [{ name: 'down' }, { name: 'up' }] as const;
    const result = await resultOf(loading({ carries: () => 80 * MBIT }, { phases, bytes: 10_000_000 }));
    for (const phase of result.phases) {
      expect((phase.toAtNs - phase.fromAtNs) / S).toBeCloseTo(1, 0);
      expect(phase.isComplete).toBe(true);
    }
  });

  test('an echo has its data go both ways on one connection', async () => {
    const { streams, granted, plan } = await resultOf(loading({}, { echo: true }));
    expect(plan.phases.map(({ name }) => name)).toEqual(['idle', 'both', 'recovery']);
    expect(streams.map(({ direction }) => direction)).toEqual(['both']);
    expect(granted).toBeNull();
  });
});

describe('streams', () => {
  test('each direction has as many as asked for, and both together twice as many', async () => {
    const phases = [{ name: 'down' }, { name: 'both' }] as const;
    const { streams } = await resultOf(loading({}, { streams: 3, phases }));
    const of = (phase: string, direction: string): number =>
      streams.filter((stream) => stream.phase === phase && stream.direction === direction).length;
    expect([of('down', 'down'), of('both', 'down'), of('both', 'up'), streams.length]).toEqual([3, 3, 3, 9]);
    expect(streams.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('auto opens one more each second while goodput rises, and no more', async () => {
    const carries = (streams: number): number => Math.min(streams, 3) * 30 * MBIT;
    const phases = [{ name: 'up', durationMs: 10_000 }] as const;
    const { streams } = await resultOf(loading({ carries }, { streams: 'auto', phases }));
    expect(streams.map(({ fromAtNs }) => Math.round(fromAtNs / S))).toEqual([0, 1, 2, 3]);
  });

  test('auto stops where the server takes no more', async () => {
    const carries = (streams: number): number => streams * 30 * MBIT;
    const phases = [{ name: 'up' }] as const;
    const result = await resultOf(loading({ carries, refusesFrom: 3 }, { streams: 'auto', phases }));
    expect(result.streams).toHaveLength(2);
    expect(result.outcome.status).toBe('complete');
  });

  test('a rate is shared by the streams of a direction', async () => {
    const here = loading({}, { streams: 4, bitsPerSecond: 40 * MBIT, phases: [{ name: 'both' }] });
    await resultOf(here);
    const rates = here.flows.commands.flatMap(({ command }) =>
      command.kind === 'send' || command.kind === 'receive' ? [command.bitsPerSecond] : [],
    );
    expect(new Set(rates)).toEqual(new Set([10 * MBIT]));
  });

  test('a server that grants more than the user wants to load the path with has no say in it', async () => {
    const answers = [granting({ bitsPerSecond: 1_000 * MBIT })];
    const here = loading({ answers }, { bitsPerSecond: 10 * MBIT, phases: [{ name: 'both' }] });
    await resultOf(here);
    const rates = here.flows.commands.flatMap(({ command }) =>
      command.kind === 'send' || command.kind === 'receive' ? [command.bitsPerSecond] : [],
    );
    expect(new Set(rates)).toEqual(new Set([10 * MBIT]));
  });

  test('no more streams than the server grants', async () => {
    const here = loading({ answers: [granting({ streams: 2 })] }, { streams: 8 });
    const { streams } = await resultOf(here);
    expect(streams.filter(({ phase }) => phase === 'down')).toHaveLength(2);
  });

  test('one that is lost is kept with its error, and the others go on', async () => {
    const here = loading({ lostAtNs: { 1: 2 * S } }, { streams: 2, phases: [{ name: 'down' }] });
    const { streams, outcome } = await resultOf(here);
    expect(outcome.status).toBe('complete');
    expect(streams.map(({ error }) => error?.code ?? null)).toEqual(['network', null]);
    expect(streams[0]?.tallies.receivedBytes.at(-1)).toBeGreaterThan(0);
  });
});

describe('faults', () => {
  test('the last stream that is lost ends the load with its error, and figures before it are kept', async () => {
    const { result, code } = await failureOf(loading({ lostAtNs: { 1: 5 * S } }));
    expect(code).toBe('network');
    expect(result.phases.map(({ name, isComplete }) => [name, isComplete])).toEqual([
      ['idle', true],
      ['down', false],
    ]);
    expect(result.streams).toHaveLength(1);
    expect(result.foreignProbes.rttNs.length).toBeGreaterThan(450);
  });

  test('an owner that is lost ends the load within a moment', async () => {
    const { result, code } = await failureOf(loading({ lostAtNs: { 0: 4 * S } }));
    expect(code).toBe('network');
    expect(result.durationNs / S).toBeLessThan(4.5);
  });

  test('an owner that is lost while the next stream is opened ends the load then, with its error', async () => {
    const { result, code } = await failureOf(loading({ lostAtNs: { 0: 12 * S }, silentFrom: 2 }));
    expect(code).toBe('network');
    expect(result.durationNs / S).toBeLessThan(12.5);
    expect(result.phases.map(({ name }) => name)).toEqual(['idle', 'down']);
  });

  test('a cancelled load keeps what it saw, in any phase', async () => {
    for (const afterMs of [1_000, 5_000, 12_000, 18_000]) {
      const here = loading();
      here.clock.wakeAt(here.clock.nowNs() + BigInt(afterMs) * 1_000_000n, () => here.load.cancel());
      const { result } = await failureOf(here);
      expect(result.outcome.status).toBe('cancelled');
      expect(result.durationNs / S).toBeLessThan(afterMs / 1_000 + 0.2);
      expect(here.flows.isClosed).toBe(true);
      expect(here.flows.opened.every((flow) => flow.isClosed)).toBe(true);
    }
  });

  test('whoever comes second has a turn when the other one is over, which may be before its granted time', async () => {
    const busy = (afterMs: number) => ({ kind: 'wait', afterMs }) as const;
    const here = loading({ answers: [busy(27_000), busy(22_000), busy(300), granting()] });
    const events = await eventsOf(here);
    expect(events.filter(({ kind }) => kind === 'waiting')).toEqual(
      [5_000, 5_000, 1_000].map((forMs) => ({ kind: 'waiting', forMs })),
    );
    expect((await here.load.result).outcome.status).toBe('complete');
  });

  test('whoever waits in the queue asks for as long as it has patience, and hears how long it is meanwhile', async () => {
    const turns = [9_000, 8_000].map((afterMs) => ({ kind: 'turn', afterMs, before: 1 }) as const);
    const here = loading({ turns, turnNs: 2 * S }, { waitTurnMs: 600_000 });
    const events = await eventsOf(here);
    expect(events.filter(({ kind }) => kind === 'turn' || kind === 'waiting')).toEqual(turns);
    expect(here.flows.opened[0]?.plan.protocol).toMatchObject({
      question: { kind: 'turn', patienceMs: 600_000 },
    });
    expect((await here.load.result).outcome.status).toBe('complete');
  });

  test('whoever found no room in the queue asks again with the patience that is left, and then gives up', async () => {
    const busy = { kind: 'wait', afterMs: 4_000, before: 2 } as const;
    const here = loading({ answers: [busy] }, { waitTurnMs: 10_000 });
    const { code, message, advice } = await failureOf(here);
    expect([code, message]).toEqual([
      'limit',
      'the server is busy with other loads: about 4 s, 2 before you',
    ]);
    expect(advice).toBe('try again later, or with a longer --wait-turn');
    const asked = here.flows.opened.map(({ plan }) => plan.protocol);
    expect(asked).toMatchObject(
      [10_000, 6_000, 2_000].map((patienceMs) => ({ question: { kind: 'turn', patienceMs } })),
    );
  });

  test('whoever did not want to wait is told how long it would be, and that a place can be kept', async () => {
    const here = loading({ answers: [{ kind: 'wait', afterMs: 130_000, before: 2 }] });
    const { code, message, advice } = await failureOf(here);
    expect([code, message]).toEqual([
      'limit',
      'the server is busy with other loads: about 3 min, 2 before you',
    ]);
    expect(advice).toContain('--wait-turn');
    expect(here.flows.opened).toHaveLength(1);
  });

  test('a server without turns is asked in the older words, and waited for as ever', async () => {
    const old = [{ kind: 'no-turns' }, { kind: 'wait', afterMs: 3_000 }, granting()] as const;
    const here = loading({ answers: old }, { waitTurnMs: 60_000 });
    const events = await eventsOf(here);
    expect(events.filter(({ kind }) => kind === 'waiting')).toEqual([{ kind: 'waiting', forMs: 3_000 }]);
    expect((await here.load.result).outcome.status).toBe('complete');
    const asked = here.flows.opened.map(({ plan }) => plan.protocol);
    expect(asked.slice(0, 3)).toMatchObject(['turn', 'new', 'new'].map((kind) => ({ question: { kind } })));
  });

  test('a cancelled wait leaves the queue at once', async () => {
    const turns = [{ kind: 'turn', afterMs: 9_000, before: 1 }] as const;
    const here = loading({ turns, turnNs: 3_600 * S }, { waitTurnMs: 7_200_000 });
    here.clock.wakeAt(here.clock.nowNs() + BigInt(5 * S), () => here.load.cancel());
    const { result } = await failureOf(here);
    expect(result.outcome.status).toBe('cancelled');
    expect(result.durationNs / S).toBeLessThan(6);
  });

  test('a server that grants one stream carries one direction after the other, in the time of both', async () => {
    const phases = [{ name: 'idle' }, { name: 'both', durationMs: 8_000 }] as const;
    const here = loading({ answers: [granting({ streams: 1 })] }, { phases });
    const { phases: ran, streams, outcome } = await resultOf(here);
    expect(outcome.status).toBe('complete');
    expect(ran.map(({ name, fromAtNs, toAtNs }) => [name, Math.round((toAtNs - fromAtNs) / S)])).toEqual([
      ['idle', 3],
      ['down', 4],
      ['up', 4],
    ]);
    expect(streams.map(({ direction }) => direction)).toEqual(['down', 'up']);
  });

  test('a server that is always busy is given up after two minutes', async () => {
    const { code, message } = await failureOf(loading({ answers: [{ kind: 'wait', afterMs: 50_000 }] }));
    expect([code, message]).toEqual(['limit', 'the server is busy with another load for 50000 ms']);
  });
});

test('a server that says to wait for no time is not asked in a storm, and given up after two minutes', async () => {
  const here = loading({ answers: [{ kind: 'wait', afterMs: 0 }] });
  expect((await failureOf(here)).code).toBe('limit');
  expect(here.flows.opened.length).toBeLessThanOrEqual(121);
});

test('progress comes ten times a second, with what each direction carries', async () => {
  const events = await eventsOf(loading({ carries: () => 50 * MBIT }));
  const progress = events.filter((event) => event.kind === 'progress');
  expect(progress.length).toBeGreaterThan(190);
  const down = progress.filter(({ phase }) => phase === 'down').slice(2, -1);
  for (const { downBitsPerSecond, upBitsPerSecond, rttNs } of down) {
    expect((downBitsPerSecond ?? 0) / MBIT).toBeCloseTo(50, -1);
    expect(upBitsPerSecond).toBeNull();
    expect(rttNs).toBe(10_000_000);
  }
});
