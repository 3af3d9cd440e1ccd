/** Alerts of a running monitor: told once, with what they stand on, also across its end. */
import { describe, expect, test } from 'vitest';
import type { ShortRun } from '../../src/measure/standing/short-run.ts';
import { planAlerts } from '../../src/monitor/alerts/rule.ts';
import type { Told } from '../../src/monitor/alerts/watch.ts';
import { createMemoryStore } from '../../src/monitor/store/memory-store.ts';
import { messageOf } from '../../src/monitor/telling/message.ts';
import { elapsed, GOOD, makeWorld, REFUSED, target, WorldClock } from './world.ts';

const SLOW: ShortRun = { ...GOOD, responseNs: Array(20).fill(5_000_000), kernelRttNs: [] };
const RULES = planAlerts([{ name: 'slow', when: 'rtt.p99 > 2ms for 3 of 5' }]);

function world(
  answer: () => ShortRun,
  options: { clock?: WorldClock; store?: ReturnType<typeof createMemoryStore> } = {},
) {
  const told: Told[] = [];
  const made = makeWorld(answer, options.clock, options.store, {
    alerts: { rules: RULES, silences: [] },
    onAlert: (one) => told.push(one),
  });
  return { ...made, told };
}

describe('an alert', () => {
  test('is told when it holds, and when it is over, each once', async () => {
    let run = GOOD;
    const { monitor, told, events, pass } = world(() => run);
    await monitor.start([target('a')]);
    await pass(60_000);
    expect(told).toEqual([]);
    run = SLOW;
    await pass(120_000);
    run = GOOD;
    await pass(120_000);
    expect(told.map(({ notice }) => notice.kind)).toEqual(['firing', 'resolved']);
    expect(
      events.filter(({ kind }) => kind === 'firing' || kind === 'resolved').map(({ text }) => text),
    ).toEqual([
      'a: rtt.p99 > 2ms for 3 of 5: 3 of the last 5 intervals (4,999, 4,999, 4,999 µs) [slow]',
      'a: rtt.p99 > 2ms for 3 of 5 is over (1,000 µs) [slow]',
    ]);
  });

  test('comes to a program with what it stands on, and a link to the page', async () => {
    const { monitor, told, pass } = world(() => SLOW);
    await monitor.start([target('a b')]);
    await pass(60_000);
    const message = messageOf(told[0] as Told, 'http://localhost:9901');
    expect(message).toMatchObject({ alert: 'slow', target: 'a b', state: 'firing', change: null });
    expect(message.intervals.map(({ isBad, value }) => [isBad, Math.round((value ?? 0) / 1e6)])).toEqual([
      [true, 5],
      [true, 5],
      [true, 5],
    ]);
    expect(message.link).toMatch(/^http:\/\/localhost:9901\/target\/a%20b\?from=2026-05-31T23%3A/);
  });

  test('that was told is not told again by a monitor that is started again', async () => {
    const store = createMemoryStore();
    const first = world(() => SLOW, { store });
    await first.monitor.start([target('a')]);
    await first.pass(120_000);
    expect(first.told).toHaveLength(1);
    await first.monitor.stop();
    const clock = new WorldClock();
    clock.aheadMs += 130_000;
    let run = SLOW;
    const second = world(() => run, { clock, store });
    await second.monitor.start([target('a')]);
    await second.pass(60_000);
    expect(second.told).toEqual([]);
    run = GOOD;
    await second.pass(60_000);
    expect(second.told.map(({ notice }) => notice.kind)).toEqual(['resolved']);
  });

  test('that began while nobody could tell it is told by the next monitor', async () => {
    const store = createMemoryStore();
    // What it knows is kept at its begin; then it is killed.
    const first = world(() => SLOW, { store });
    await first.monitor.start([target('a')]);
    await first.pass(15_000);
    expect(first.told).toEqual([]);
    const clock = new WorldClock();
    clock.aheadMs += 15_000;
    const second = world(() => SLOW, { clock, store });
    await second.monitor.start([target('a')]);
    await second.pass(30_000);
    expect(second.told.map(({ notice }) => notice.kind)).toEqual(['firing']);
  });

  test('that is new, and holds already, is told at once; what would have been told before is not', async () => {
    const store = createMemoryStore();
    let run = SLOW;
    const first = makeWorld(() => run, undefined, store);
    await first.monitor.start([target('a'), target('b')]);
    await first.pass(120_000);
    await first.monitor.stop();
    const clock = new WorldClock();
    clock.aheadMs += 120_000;
    const second = world(() => run, { clock, store });
    await second.monitor.start([target('a'), target('b')]);
    await second.pass(5_000);
    expect(second.told.map((one) => [one.target, one.notice.kind])).toEqual([
      ['a', 'firing'],
      ['b', 'firing'],
    ]);
    run = GOOD;
    await second.pass(120_000);
    await second.monitor.stop();
    const later = new WorldClock();
    later.aheadMs += 250_000;
    const third = makeWorld(() => GOOD, later, store, {
      alerts: { rules: planAlerts([{ when: 'rtt.p99 > 3ms for 3 of 5' }]), silences: [] },
      onAlert: (one) => expect.unreachable(one.event.text),
    });
    await third.monitor.start([target('a'), target('b')]);
    await third.pass(60_000);
  });

  test('waits for no past: what is measured while that is read counts, each once', async () => {
    const clock = new WorldClock();
    const inner = createMemoryStore();
    const slow = {
      ...inner,
      summaries: async (query: Parameters<typeof inner.summaries>[0]) => {
        await elapsed(clock, 45_000);
        return await inner.summaries(query);
      },
    };
    const { monitor, told, intervals, pass } = world(() => SLOW, { clock, store: slow });
    await monitor.start([target('a')]);
    await pass(30_000);
    expect(intervals.length).toBeGreaterThanOrEqual(2);
    await pass(60_000);
    expect(told.map(({ notice }) => notice.kind)).toEqual(['firing']);
    const judged = told[0]?.notice.evidence.intervals.map(({ fromMs }) => fromMs) ?? [];
    expect(judged).toEqual(intervals.slice(0, 3).map(({ interval }) => interval.fromMs));
  });

  test('of a target that is silenced is told when the silence is over', async () => {
    const told: Told[] = [];
    const clock = new WorldClock();
    const fromMs = clock.wallMs();
    const made = makeWorld(() => SLOW, clock, undefined, {
      alerts: { rules: RULES, silences: [{ target: 'a*', fromMs, toMs: fromMs + 100_000 }] },
      onAlert: (one) => told.push(one),
    });
    await made.monitor.start([target('abc')]);
    await made.pass(95_000);
    expect(told).toEqual([]);
    await made.pass(30_000);
    expect(told).toHaveLength(1);
  });

  test('does not care for a target that is not among its own', async () => {
    const told: Told[] = [];
    const rules = planAlerts([{ when: 'down', targets: ['b*'] }]);
    const made = makeWorld(() => REFUSED, undefined, undefined, {
      alerts: { rules, silences: [] },
      onAlert: (one) => told.push(one),
    });
    await made.monitor.start([target('a'), target('bb')]);
    await made.pass(30_000);
    expect(told.map((one) => one.target)).toEqual(['bb']);
  });
});
