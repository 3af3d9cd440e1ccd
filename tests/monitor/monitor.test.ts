/** What becomes of targets over hours and days, in virtual time. */
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../src/core/errors.ts';
import { parseDayWindow } from '../../src/monitor/schedule/day-window.ts';
import { createMemoryStore } from '../../src/monitor/store/memory-store.ts';
import { broken, elapsed, GOOD, makeWorld, REFUSED, START_MS, target, WorldClock } from './world.ts';

const HOUR_MS = 3_600_000;

describe('the schedule', () => {
  test('a target is measured at its own moments of Unix time, also by a monitor that begins later', async () => {
    const first = makeWorld(() => GOOD);
    await first.monitor.start([target('a'), target('b')]);
    await first.pass(60_000);
    const late = new WorldClock();
    late.aheadMs += 3_333;
    const second = makeWorld(() => GOOD, late);
    await second.monitor.start([target('a'), target('b')]);
    await second.pass(60_000);
    for (const name of ['a', 'b']) {
      const [one, other] = [first, second].map(({ intervals }) =>
        intervals.filter((each) => each.target === name).map(({ interval }) => interval.fromMs % 10_000),
      );
      expect(new Set([...(one ?? []), ...(other ?? [])]).size).toBe(1);
      expect(one?.length).toBeGreaterThanOrEqual(5);
    }
  });

  test('a target that hangs delays no other, and its lost starts are told', async () => {
    const { monitor, intervals, pass, clock } = makeWorld(async (host) => {
      if (host === 'hangs') await elapsed(clock, 25_000);
      return GOOD;
    });
    await monitor.start([target('hangs'), target('works')]);
    await pass(60_500);
    const works = intervals.filter((each) => each.target === 'works');
    expect(works.length).toBeGreaterThanOrEqual(6);
    const hangs = intervals.filter((each) => each.target === 'hangs');
    expect(hangs.map(({ interval }) => interval.skipped)).toEqual(
      [{ busy: 2 }, { busy: 2 }].slice(0, hangs.length),
    );
  });

  test('two loads are never under way at once, and one at night is left alone by day', async () => {
    let underWay = 0;
    let most = 0;
    let loads = 0;
    const clock = new WorldClock();
    const { monitor, pass, intervals } = makeWorld(() => GOOD, clock, undefined, {
      load: async () => {
        most = Math.max(most, ++underWay);
        await elapsed(clock, 15_000);
        underWay--;
        loads++;
        throw new EcholotError('timeout', 'silence');
      },
    });
    const often = { kind: 'load', intervalMs: 60_000 } as const;
    // Whatever the zone, it is not both.
    const hour = new Date(clock.wallMs()).getHours();
    const other = `${(hour + 3) % 24}:00..${(hour + 5) % 24}:00`;
    await monitor.start([
      target('a', often),
      target('b', often),
      target('c', { ...often, during: parseDayWindow(other) }),
      target('echoes'),
    ]);
    await pass(600_000);
    expect(most).toBe(1);
    expect(loads).toBeGreaterThanOrEqual(16);
    expect(intervals.filter((each) => each.target === 'c')).toEqual([]);
    expect(intervals.filter((each) => each.target === 'echoes').length).toBeGreaterThanOrEqual(59);
  });

  test('what was measured is in the store, by target and address', async () => {
    const { monitor, store, pass } = makeWorld(() => GOOD);
    await monitor.start([target('a')]);
    await pass(60_500);
    await monitor.stop();
    const [found] = await store.summaries({
      target: 'a',
      fromMs: START_MS,
      toMs: START_MS + HOUR_MS,
      stepMs: 0,
    });
    expect(found?.series).toMatchObject({ target: 'a', address: '192.0.2.1', port: 9_900, kind: 'measure' });
    expect(found?.intervals.length).toBe(6);
    expect(found?.intervals[0]?.layers.application).toMatchObject({ count: 20 });
  });
});

test('a fault of the program costs a run, and is told; all else goes on', async () => {
  const { monitor, events, intervals, pass } = makeWorld((host) => {
    if (host === 'bad') throw new TypeError('nothing to see');
    return GOOD;
  });
  monitor.subscribe((news) => {
    if (news.kind === 'interval' && news.target.name === 'heard') throw new RangeError('cannot hear');
  });
  await monitor.start([target('bad'), target('heard'), target('works')]);
  await pass(30_500);
  expect(intervals.filter((each) => each.target === 'works').length).toBeGreaterThanOrEqual(3);
  expect(intervals.filter((each) => each.target === 'bad')[0]?.interval).toMatchObject({ unsentRuns: 1 });
  expect(events.some(({ text }) => text.includes('cannot hear'))).toBe(true);
});

describe('events', () => {
  test('a target that stops answering is told once, with the reason, and again when it answers', async () => {
    let run = GOOD;
    const { monitor, events, pass } = makeWorld(() => run);
    await monitor.start([target('a')]);
    await pass(30_000);
    run = REFUSED;
    await pass(60_000);
    run = GOOD;
    await pass(30_000);
    expect(events.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      'monitor: monitoring 1 target',
      'down: a does not answer: connection refused: nothing listens there',
      'up: a answers again',
    ]);
    expect(events[1]?.facts).toEqual({ reason: 'refused' });
    expect(events[2]?.facts).toEqual({ downMs: 60_000 });
  });

  test('a machine that cannot send says nothing of the path', async () => {
    const full = new EcholotError('limit', 'too many open files');
    let run = GOOD;
    const { monitor, events, intervals, pass } = makeWorld(() => run);
    await monitor.start([target('a')]);
    await pass(20_000);
    run = broken(full);
    await pass(20_000);
    expect(events.map(({ kind }) => kind)).toEqual(['monitor']);
    expect(intervals.at(-1)?.interval).toMatchObject({
      unsentRuns: 1,
      failures: { here: 1 },
      answeredRuns: 0,
    });
    expect(monitor.states[0]?.state.status).toBe('unsent');
  });

  test('a name with another address is an event and a series of its own', async () => {
    let address = '192.0.2.1';
    const world = makeWorld(() => ({ ...GOOD, remote: { address, port: 9_900, family: 4 } }));
    await world.monitor.start([target('a')]);
    await world.pass(30_000);
    address = '192.0.2.2';
    await world.pass(30_000);
    expect(world.events.filter(({ kind }) => kind === 'address').map(({ facts }) => facts)).toEqual([
      { from: '192.0.2.1', to: '192.0.2.2' },
    ]);
    await world.monitor.stop();
    expect((await world.store.series()).map((series) => series.address)).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  test('a monitor that was away says for how long', async () => {
    const store = createMemoryStore();
    const first = makeWorld(() => GOOD, new WorldClock(), store);
    await first.monitor.start([target('a')]);
    await first.pass(60_500);
    await first.monitor.stop();
    const later = new WorldClock();
    later.aheadMs += HOUR_MS;
    const second = makeWorld(() => GOOD, later, store);
    await second.monitor.start([target('a')]);
    const gap = second.events.find(({ kind }) => kind === 'gap');
    expect(gap?.facts).toMatchObject({ reason: 'stopped', toMs: START_MS + HOUR_MS });
    expect(gap?.text).toMatch(/no monitor was running/);
  });
});

describe('clocks', () => {
  const jumps = [
    ['set forward by an hour', HOUR_MS, 'clock'],
    ['set back by an hour', -HOUR_MS, 'clock'],
  ] as const;

  test.each(jumps)(
    'a clock that is %s is a gap with its reason, and the schedule goes on',
    async (_, byMs, reason) => {
      const { monitor, events, intervals, clock, pass } = makeWorld(async () => {
        await elapsed(clock, 4_000);
        return GOOD;
      });
      await monitor.start([target('a')]);
      await pass(32_000);
      clock.aheadMs += byMs;
      await pass(30_000);
      const gaps = events.filter(({ kind }) => kind === 'gap');
      expect(gaps.map(({ facts }) => facts['reason'])).toEqual([reason]);
      expect(gaps[0]?.text).toBe(`the clock was set ${byMs > 0 ? 'forward' : 'back'} by 3,600 s`);
      const after32 = intervals.filter(
        ({ interval }) => Math.abs(interval.fromMs - START_MS - byMs) < 70_000,
      );
      expect(after32.length).toBeGreaterThanOrEqual(2);
      const phases = new Set(intervals.map(({ interval }) => interval.fromMs % 10_000));
      expect(phases.size).toBe(1);
    },
  );

  test('a machine that slept for an hour has a gap of an hour, and no interval of it', async () => {
    const { monitor, events, intervals, clock, pass } = makeWorld(() => GOOD);
    await monitor.start([target('a')]);
    await pass(32_000);
    clock.sleep(HOUR_MS);
    await pass(30_000);
    const [gap] = events.filter(({ kind }) => kind === 'gap');
    expect(gap?.text).toBe('nothing was measured for 3,600 s: this machine was suspended');
    const inside = intervals.filter(
      ({ interval }) => interval.fromMs > START_MS + 40_000 && interval.fromMs < START_MS + HOUR_MS + 30_000,
    );
    expect(inside).toEqual([]);
  });

  test('what was under way when the clock was set is no measurement', async () => {
    const { monitor, intervals, clock, pass } = makeWorld(async () => {
      await elapsed(clock, 4_000);
      return GOOD;
    });
    await monitor.start([target('a')]);
    while (intervals.length < 2) await pass(100);
    const begun = (intervals[1]?.interval.fromMs ?? 0) + 10_000;
    while (clock.wallMs() < begun + 1_000) await pass(100);
    clock.aheadMs += HOUR_MS;
    await pass(10_000);
    const spoilt = intervals.find(({ interval }) => interval.fromMs === begun);
    expect(spoilt?.interval).toMatchObject({ runs: 0, probes: 0, skipped: { clock: 1 }, layers: {} });
  });
});

describe('a new configuration', () => {
  test('leaves targets that are as before alone, ends those that are gone, begins new ones', async () => {
    const { monitor, intervals, pass } = makeWorld(() => GOOD);
    await monitor.start([target('stays'), target('goes'), target('changes')]);
    await pass(30_000);
    await monitor.reload([target('stays'), target('changes', { probes: 5 }), target('comes')]);
    expect(monitor.states.map(({ target: { name }, state }) => [name, state.status])).toEqual([
      ['stays', 'up'],
      ['changes', 'waiting'],
      ['comes', 'waiting'],
    ]);
    const before = intervals.length;
    await pass(20_500);
    const names = intervals.slice(before).map((each) => each.target);
    expect(new Set(names)).toEqual(new Set(['stays', 'changes', 'comes']));
    expect(names.filter((name) => name === 'stays').length).toBe(2);
  });
});

test('a day of measuring grows no memory', { timeout: 60_000 }, async () => {
  // What a store costs is asked of stores.
  const store = { ...createMemoryStore(), maintain: async () => {} };
  const world = makeWorld(() => GOOD, new WorldClock(), store);
  const targets = Array.from({ length: 3 }, (_, i) => target(`t${i}`, { intervalMs: 60_000 }));
  await world.monitor.start(targets);
  await world.pass(2 * HOUR_MS);
  const waiting = pendingOf(world.clock);
  await world.pass(22 * HOUR_MS);
  expect(world.intervals.length).toBeGreaterThanOrEqual(3 * 60 * 24 - 3);
  expect(pendingOf(world.clock)).toBe(waiting);
  await world.monitor.stop();
  expect(pendingOf(world.clock)).toBe(0);
});

/** Wake-ups that somebody still waits for. */
function pendingOf(clock: WorldClock): number {
  return (clock as unknown as { pending: Set<unknown> }).pending.size;
}
