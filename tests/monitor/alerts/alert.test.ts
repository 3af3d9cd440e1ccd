/** An alert is told once, with what it stands on, and nothing that is unknown counts for or against it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Notice, step } from '../../../src/monitor/alerts/alert.ts';
import { type AlertState, newAlertState } from '../../../src/monitor/alerts/alert-state.ts';
import { parseCondition } from '../../../src/monitor/alerts/condition.ts';
import { restoreAlert } from '../../../src/monitor/alerts/restore.ts';
import { DOWN, GAP, intervalOf, type MadeUp, STEP_MS } from '../intervals.ts';

const GOOD: MadeUp = { valueNs: 1e6 };
const BAD: MadeUp = { valueNs: 3e6 };
const KINDS: Readonly<Record<string, MadeUp>> = { g: GOOD, b: BAD, '-': GAP, d: DOWN };

/** `ggbb-d`: good, good, bad, bad, gap, down. */
function play(text: string, letters: string, state = newAlertState(), from = 0): (Notice & { at: number })[] {
  const condition = parseCondition(text);
  return [...letters].flatMap((letter, i) => {
    const notice = step(condition, state, intervalOf(from + i, KINDS[letter] ?? GAP));
    return notice === null ? [] : [{ ...notice, at: from + i }];
  });
}

const told = (notices: readonly (Notice & { at: number })[]): string[] =>
  notices.map(({ kind, at }) => `${kind} ${at}`);

describe('is told once when it begins and once when it is over', () => {
  test.each([
    ['rtt.p99 > 2ms', 'ggbbbgg', ['firing 2', 'resolved 5']],
    ['rtt.p99 > 2ms for 3 of 5', 'ggbgbgbgggg', ['firing 6', 'resolved 7']],
    ['rtt.p99 > 2ms for 3 of 5', 'bbgggbbggg', []],
    ['down for 3 of 3', 'gdddddg', ['firing 3', 'resolved 6']],
    ['lost > 10% for 2 of 2', 'gddgg', ['firing 2', 'resolved 3']],
  ])('%s: %s', (text, letters, expected) => {
    expect(told(play(text, letters))).toEqual(expected);
  });
});

test('a gap is neither good nor bad', () => {
  expect(told(play('rtt.p99 > 2ms for 2 of 2', 'b-----b'))).toEqual(['firing 6']);
  expect(told(play('rtt.p99 > 2ms', 'b------'))).toEqual(['firing 0']);
  expect(told(play('down for 2 of 2', '--------'))).toEqual([]);
});

test('runs of which this machine could send nothing are not held against the target', () => {
  const state = newAlertState();
  const unsent = intervalOf(0, { runs: 1, unsentRuns: 1 });
  expect(step(parseCondition('down'), state, unsent)).toBeNull();
  expect(step(parseCondition('lost > 1%'), state, unsent)).toBeNull();
  expect(state.recent).toEqual([]);
});

test('a percentile that is among the lost is above any limit', () => {
  const state = newAlertState();
  const notice = step(parseCondition('rtt.p99 > 1s'), state, intervalOf(0, { valueNs: 1e6, lost: 1 }));
  expect(notice?.evidence.intervals).toEqual([{ fromMs: 0, isBad: true, value: null }]);
  const other = newAlertState();
  expect(step(parseCondition('rtt.p50 > 1s'), other, intervalOf(0, { valueNs: 1e6, lost: 1 }))).toBeNull();
  expect(told(play('rtt.p50 > 1s', 'd'))).toEqual(['firing 0']);
  expect(told(play('rtt.p50 < 1s', 'd'))).toEqual([]);
});

test('a load is judged by what it carried', () => {
  const load = { upBitsPerSecond: null, downBitsPerSecond: 80e6, increaseNs: null };
  const notice = step(
    parseCondition('down.goodput < 90M'),
    newAlertState(),
    intervalOf(0, { ...GOOD, load }),
  );
  expect(notice?.evidence.intervals).toEqual([{ fromMs: 0, isBad: true, value: 80e6 }]);
  expect(
    step(parseCondition('up.goodput < 90M'), newAlertState(), intervalOf(0, { ...GOOD, load })),
  ).toBeNull();
});

test('waits as pending, and says so', () => {
  const state = newAlertState();
  play('rtt.p99 > 2ms for 2 of 3', 'gb', state);
  expect(state.phase).toBe('pending');
  play('rtt.p99 > 2ms for 2 of 3', 'ggg', state, 2);
  expect(state.phase).toBe('inactive');
});

test('that comes and goes is told once as flapping, and again when it has settled', () => {
  const hour = 360;
  const notices = told(play('rtt.p99 > 2ms', 'bg'.repeat(40) + 'g'.repeat(2 * hour)));
  expect(notices.slice(0, 6)).toEqual([
    'firing 0',
    'resolved 1',
    'firing 2',
    'resolved 3',
    'firing 4',
    'resolved 5',
  ]);
  expect(notices[6]).toBe('flapping 6');
  expect(notices.slice(7)).toEqual([`resolved ${79 + hour}`]);
});

test('that settles as bad is told as firing', () => {
  const notices = told(play('rtt.p99 > 2ms', `${'bg'.repeat(10)}${'b'.repeat(400)}`));
  expect(notices.at(-2)).toBe('flapping 6');
  expect(notices.at(-1)?.startsWith('firing')).toBe(true);
});

test('during a silence nothing is told, and what still holds is told at its end', () => {
  const condition = parseCondition('rtt.p99 > 2ms');
  const run = (letters: string, silent: string): string[] => {
    const state = newAlertState();
    return [...letters].flatMap((letter, i) => {
      const notice = step(condition, state, intervalOf(i, KINDS[letter] ?? GAP), silent[i] === 's');
      return notice === null ? [] : [`${notice.kind} ${i}`];
    });
  };
  expect(run('gbbbg', '.ss..')).toEqual(['firing 3', 'resolved 4']);
  expect(run('gbgg', '.ss.')).toEqual([]);
  expect(run('bgg', '.s.')).toEqual(['firing 0', 'resolved 2']);
});

describe('a change', () => {
  const values = (count: number, ns: number): MadeUp[] =>
    Array.from({ length: count }, (_, i) => ({ valueNs: ns + (i % 7) * 1e3 }));
  const watch = (made: readonly MadeUp[], text = 'change > 10 %'): string[] => {
    const state = newAlertState();
    return made.flatMap((one, i) => {
      const notice = step(parseCondition(text), state, intervalOf(i, one));
      return notice === null ? [] : [`${notice.kind} ${i} ${notice.evidence.change?.ratio?.toFixed(1)}`];
    });
  };

  test('is told with its ratio, and is over when it is no news any more', () => {
    const [first, second, ...more] = watch([...values(720, 1e6), ...values(900, 1.5e6)]);
    expect(first).toMatch(/^firing 72\d 1\.5$/);
    expect(second).toMatch(/^resolved 1\d\d\d/);
    expect(more).toEqual([]);
  });

  test('is over when the path is again as it was', () => {
    const notices = watch([...values(720, 1e6), ...values(60, 1.5e6), ...values(60, 1e6)]);
    expect(notices.map((line) => line.split(' ')[0])).toEqual(['firing', 'resolved']);
    expect(Number(notices[1]?.split(' ')[1])).toBeLessThan(800);
  });

  test('is not made of gaps, and not undone by them', () => {
    const gaps = Array.from({ length: 500 }, () => GAP);
    expect(watch([...values(720, 1e6), ...gaps, ...values(300, 1e6)])).toEqual([]);
    expect(watch([...values(720, 1e6), ...values(20, 1.5e6), ...gaps])).toHaveLength(1);
  });
});

const LETTERS = fc.string({ unit: fc.constantFrom('g', 'b', '-', 'd'), maxLength: 300 });
const CONDITIONS = fc.constantFrom(
  'rtt.p99 > 2ms',
  'rtt.p99 > 2ms for 3 of 5',
  'down for 2 of 3',
  'lost > 1% for 2 of 2',
  'change > 10 %',
);

test('nothing is ever told twice', () => {
  fc.assert(
    fc.property(LETTERS, CONDITIONS, (letters, text) => {
      const kinds = play(text, letters).map(({ kind }) => kind);
      for (const [i, kind] of kinds.entries()) expect(kind).not.toBe(i === 0 ? 'resolved' : kinds[i - 1]);
    }),
  );
});

test('a monitor that is started again at any moment tells the same', () => {
  fc.assert(
    fc.property(LETTERS, CONDITIONS, fc.nat({ max: 300 }), (letters, text, at) => {
      const state = newAlertState();
      const first = play(text, letters.slice(0, at), state);
      const restored = restoreAlert(JSON.parse(JSON.stringify(state)));
      if (restored === null) throw new Error('it was not read again');
      const rest = play(text, letters.slice(at), restored, Math.min(at, letters.length));
      expect([...first, ...rest]).toEqual(play(text, letters));
    }),
  );
});

test('a clock that was set back, and equal times, lose nothing and tell nothing twice', () => {
  const condition = parseCondition('rtt.p99 > 2ms for 2 of 2');
  const state = newAlertState();
  const at = (place: number, made: MadeUp): Notice | null => step(condition, state, intervalOf(place, made));
  expect(at(1_000, BAD)).toBeNull();
  expect(at(1_000, BAD)).toMatchObject({ kind: 'firing', atMs: 1_000 * STEP_MS });
  expect(at(10, BAD)).toBeNull();
  expect(at(11, GOOD)).toMatchObject({ kind: 'resolved', atMs: 1_000 * STEP_MS });
});

test('what is no kept alert is refused', () => {
  const state = newAlertState();
  const change = (entries: object): unknown => ({ ...JSON.parse(JSON.stringify(state)), ...entries });
  const path = (entries: object): unknown => change({ path: { ...state.path, ...entries } });
  expect(restoreAlert(change({}))).not.toBeNull();
  for (const wrong of [
    null,
    [],
    'firing',
    change({ phase: 'burning' }),
    change({ more: 1 }),
    change({ turnsMs: new Array(1_000).fill(0) }),
    change({ sinceMs: Number.POSITIVE_INFINITY }),
    path({ logs: [1] }),
    path({ logs: [Number.NaN], fromMs: [0], seen: 1 }),
    path({ excursions: [] }),
    path({ left: { middle: 0 } }),
    change({ path: null }),
  ]) {
    expect(restoreAlert(wrong)).toBeNull();
  }
  fc.assert(fc.property(fc.jsonValue(), (value) => restoreAlert(value) === null));
});

test('a kept alert stays small', () => {
  const state: AlertState = newAlertState();
  play('rtt.p99 > 2ms for 100 of 100', 'gb'.repeat(2_000), state);
  expect(JSON.stringify(state).length).toBeLessThan(20_000);
});
