/** A load in progress: the line that is redrawn, and the lines that are not. */
import type { WriteStream } from 'node:tty';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LoadLines, LoadLiveLine } from '../../../src/cli/show/progress/load-progress.ts';
import { loadTurnsDisplay } from '../../../src/cli/show/progress/load-turns.ts';
import { ProgressLine } from '../../../src/cli/show/progress/progress-line.ts';

type LoadEvent = Parameters<LoadLines['note']>[0];

const S = 1_000_000_000;
const MS = 1_000_000;
const MBIT = 1_000_000;

const PHASES = [
  { name: 'idle', durationNs: 2 * S },
  { name: 'down', durationNs: 4 * S },
] as const;

const PLAN = {
  kind: 'plan',
  plan: { host: 'load.example', port: 9_900, phases: PHASES, bitsPerSecond: undefined },
  engine: 'native',
  fallback: null,
} as unknown as LoadEvent;

/** All that a load tells, with the time at which it does, ns. */
function* told(): Generator<LoadEvent> {
  yield PLAN;
  let atNs = 0;
  for (const { name, durationNs } of PHASES) {
    yield { kind: 'phase', phase: name, atNs, durationNs };
    const endNs = atNs + durationNs;
    for (let at = atNs + 100 * MS; at <= endNs; at += 100 * MS) {
      const downBitsPerSecond = name === 'down' ? 90 * MBIT : null;
      const progress = {
        phase: name,
        atNs: at,
        leftNs: endNs - at,
        rttNs: 2 * MS,
        streams: name === 'down' ? 1 : 0,
      };
      yield { kind: 'progress', ...progress, downBitsPerSecond, upBitsPerSecond: null };
    }
    atNs = endNs;
  }
}

/** A phase that goes on for as long as the number of streams is searched for. */
function* searching(): Generator<LoadEvent> {
  yield PLAN;
  yield { kind: 'phase', phase: 'down', atNs: 0, durationNs: 4 * S };
  for (let atNs = 100 * MS; atNs <= 7 * S; atNs += 100 * MS) {
    const leftNs = Math.min(4 * S, 7 * S - atNs);
    const progress = { phase: 'down', atNs, leftNs, rttNs: 2 * MS, streams: 1 } as const;
    yield { kind: 'progress', ...progress, downBitsPerSecond: 90 * MBIT, upBitsPerSecond: null };
  }
}

describe('lines one after the other', () => {
  test('are one for each interval, with the means of its time', () => {
    const lines = new LoadLines(1_000);
    expect([...told()].flatMap((event) => lines.note(event) ?? [])).toEqual([
      'load.example port 9900: idle 2 s, down 4 s; engine native',
      '   1.0 s  idle       RTT 2.00 ms',
      '   2.0 s  idle       RTT 2.00 ms',
      '   3.0 s  down       90.0 Mbit/s  RTT 2.00 ms  1 stream',
      '   4.0 s  down       90.0 Mbit/s  RTT 2.00 ms  1 stream',
      '   5.0 s  down       90.0 Mbit/s  RTT 2.00 ms  1 stream',
      '   6.0 s  down       90.0 Mbit/s  RTT 2.00 ms  1 stream',
    ]);
  });

  test('end with their phase, so that no line is of two', () => {
    const lines = new LoadLines(3_000);
    const said = [...told()].flatMap((event) => lines.note(event) ?? []).slice(1);
    expect(said.map((line) => line.slice(0, 14))).toEqual([
      '   2.0 s  idle',
      '   3.0 s  down',
      '   6.0 s  down',
    ]);
  });

  test('say when a load has to wait, and when the server grants less', () => {
    const lines = new LoadLines(1_000);
    lines.note(PLAN);
    expect(lines.note({ kind: 'waiting', forMs: 2_500 })).toBe(
      'another load is under way there; asking again in 3 s',
    );
    const granted = { bitsPerSecond: null, streams: 1 };
    expect(lines.note({ kind: 'granted', granted: { ...granted, durationNs: 60 * S } })).toBeUndefined();
    expect(lines.note({ kind: 'granted', granted: { ...granted, durationNs: 3 * S } })).toBe(
      'the server grants 3 s of 6 s: each phase is shorter',
    );
    expect(lines.note({ kind: 'lost', events: 7 })).toContain('7 moments');
  });
});

test('lines of a turn are printed when there is news: nobody reads one each second', () => {
  const lines = new LoadLines(1_000);
  const turns = [
    ...[30_000, 29_000, 28_000, 27_000, 26_000, 25_000, 24_000].map((afterMs) => ({ afterMs, before: 1 })),
    ...[9_000, 8_000].map((afterMs) => ({ afterMs, before: 0 })),
  ];
  expect(turns.flatMap((turn) => lines.note({ kind: 'turn', ...turn }) ?? [])).toEqual([
    'waiting for a turn there: about 30 s, 1 before you',
    'waiting for a turn there: about 25 s, 1 before you',
    'waiting for a turn there: about 9 s, you are next',
  ]);
});

describe('the line that is redrawn', () => {
  const written: string[] = [];
  const stream = { isTTY: true, columns: 120, write: (text: string) => written.push(text) };
  const live = (): LoadLiveLine => new LoadLiveLine(new ProgressLine(stream as unknown as WriteStream));

  beforeEach(() => {
    written.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('tells the phase, the time left of all, goodput, latency, and a curve that fills with the phase', () => {
    const line = live();
    for (const event of told()) {
      vi.advanceTimersByTime(100);
      line.note(event);
    }
    const shown = written.map((text) => text.replace('\r\x1b[K', ''));
    expect(shown[0]).toMatch(/^idle {2}6 s left {2}RTT 2\.00 ms {2}█·{9}$/);
    expect(shown[24]).toMatch(/^down {2}4 s left {2}90\.0 Mbit\/s {2}RTT 2\.00 ms {2}█+·+$/);
    expect(shown.at(-1)).toMatch(/^down {2}0 s left {2}90\.0 Mbit\/s {2}RTT 2\.00 ms {2}█{20}$/);
  });

  test('has a curve that fills evenly, also where a phase takes longer than planned', () => {
    const line = live();
    let filled = 0;
    for (const event of searching()) {
      vi.advanceTimersByTime(100);
      line.note(event);
      const now = written.at(-1)?.match(/█/g)?.length ?? 0;
      expect(now - filled).toBeLessThanOrEqual(1);
      filled = now;
    }
    expect(written.at(-1)).toMatch(/down {2}0 s left {2}.* {2}█{20}$/);
  });

  test('counts the time left by what was granted, where that is less', () => {
    const line = live();
    line.note(PLAN);
    line.note({ kind: 'phase', phase: 'idle', atNs: 0, durationNs: S });
    vi.advanceTimersByTime(200);
    const rest = { downBitsPerSecond: null, upBitsPerSecond: null, rttNs: null, streams: 0 };
    line.note({ kind: 'progress', phase: 'idle', atNs: 0, leftNs: S, ...rest });
    expect(written.at(-1)).toContain('idle  3 s left');
  });

  test('counts down in the queue of a server', () => {
    const line = live();
    line.note({ kind: 'turn', afterMs: 63_000, before: 1 });
    vi.advanceTimersByTime(2_500);
    expect(written.at(-1)).toContain('waiting for a turn there: about 61 s, 1 before you');
  });

  test('counts down while another load is under way, and no longer', () => {
    const line = live();
    line.note(PLAN);
    line.note({ kind: 'waiting', forMs: 3_000 });
    vi.advanceTimersByTime(4_000);
    expect(written.map((text) => /again(.*)/.exec(text)?.[1])).toEqual([' in 2 s', ' in 1 s', '', '']);
    line.note({ kind: 'phase', phase: 'idle', atNs: 0, durationNs: S });
    vi.advanceTimersByTime(2_000);
    expect(written).toHaveLength(4);
  });

  test('is no line where there is no terminal', () => {
    const pipe = { ...stream, isTTY: false } as unknown as WriteStream;
    const line = new LoadLiveLine(new ProgressLine(pipe));
    for (const event of told()) line.note(event);
    expect(written).toEqual([]);
  });
});

describe('loads that take turns', () => {
  test('are told with which one it is, and each begins with a curve of its own', () => {
    const drawn: string[] = [];
    const line = { tell: (lines: readonly string[]) => drawn.push(lines[0] ?? ''), eachSecond: () => {} };
    const show = loadTurnsDisplay(line);
    for (const [round, side] of [[1, 'b'] as const, [2, 'a'] as const]) {
      show({ kind: 'load', side, round, rounds: 8 });
      for (const event of told()) show({ kind: 'of-load', event });
    }
    show({ kind: 'lost', events: 3 });
    expect(drawn[0]).toMatch(/^pair 1 of 8, B {2}idle {2}6 s left {2}RTT 2\.00 ms/);
    expect(drawn.at(-1)).toMatch(/^pair 2 of 8, A {2}down {2}0 s left {2}90\.0 Mbit\/s {2}RTT 2\.00 ms/);
    expect(drawn[drawn.length / 2]).toBe(drawn[0]?.replace('1 of 8, B', '2 of 8, A'));
  });
});
