/** Paced probes in progress: the line that is redrawn, and the lines that are not. */
import { describe, expect, test } from 'vitest';
import { PacedLines, PacedLiveLine } from '../../../src/cli/show/progress/paced-progress.ts';
import { pacedLiveLines } from '../../../src/report/paced/paced-lines.ts';

type PacedEvent = Parameters<PacedLines['note']>[0];

const S = 1_000_000_000;
const MS = 1_000_000;
const RATES = [2_000, 4_000];

const PLAN = {
  kind: 'plan',
  plan: {
    host: 'host.example',
    port: 9_900,
    ratesPerSecond: RATES,
    arrivals: 'uniform',
    connections: 4,
    inFlight: 1_024,
    stepNs: 2 * S,
  },
  engine: 'native',
  fallback: null,
} as unknown as PacedEvent;

/** All that two steps tell, four times a second. */
function* told(): Generator<PacedEvent> {
  yield PLAN;
  for (const [i, askedPerSecond] of RATES.entries()) {
    const [step, atNs] = [i + 1, i * 2.5 * S];
    const times = { warmupNs: 0.5 * S, durationNs: 2 * S };
    yield { kind: 'step', step, of: RATES.length, askedPerSecond, atNs, ...times };
    for (let passedNs = 250 * MS; passedNs <= 2.5 * S; passedNs += 250 * MS) {
      const due = (askedPerSecond * passedNs) / S;
      yield {
        kind: 'progress',
        step,
        atNs: atNs + passedNs,
        leftNs: 2.5 * S - passedNs,
        isWarmup: passedNs <= 0.5 * S,
        due,
        sent: due,
        answered: due,
        lost: 0,
        backlog: 0,
        answeredPerSecond: 1,
        responseP50Ns: passedNs <= 0.5 * S ? null : 106_000,
      };
    }
  }
}

describe('lines one after the other', () => {
  test('are one for each second and the end of each step, with the mean rate of their time', () => {
    const lines = new PacedLines();
    expect([...told()].flatMap((event) => lines.note(event) ?? [])).toEqual([
      'host.example port 9900: 2,000/s 4,000/s uniform, 2 s each; 4 connections × 1,024 in flight; engine native',
      '   1.0 s  2,000/s  answered 2,000/s  p50 106 µs  backlog 0',
      '   2.0 s  2,000/s  answered 2,000/s  p50 106 µs  backlog 0',
      '   2.5 s  2,000/s  answered 2,000/s  p50 106 µs  backlog 0',
      '   3.0 s  4,000/s  warm-up  answered 4,000/s  p50 none yet  backlog 0',
      '   4.0 s  4,000/s  answered 4,000/s  p50 106 µs  backlog 0',
      '   5.0 s  4,000/s  answered 4,000/s  p50 106 µs  backlog 0',
    ]);
  });

  test('of a step that is over, whose answers take their time, are one a second as well, and say what is waited for', () => {
    const lines = new PacedLines();
    const all = [...told()].slice(0, 12);
    for (const event of all) lines.note(event);
    const last = all.at(-1);
    if (last?.kind !== 'progress') throw new Error('a step ends with progress');
    const late = Array.from({ length: 12 }, (_, i): PacedEvent => {
      const answered = last.answered - 1_200 + 100 * (i + 1);
      return { ...last, atNs: last.atNs + (i + 1) * 250 * MS, leftNs: 0, answered };
    });
    expect(late.flatMap((event) => lines.note(event)?.slice(0, 9) ?? [])).toEqual([
      '   3.0 s ',
      '   4.0 s ',
      '   5.0 s ',
    ]);
    const [first] = late;
    if (first === undefined) throw new Error('there is none');
    const drawn: (readonly string[])[] = [];
    new PacedLiveLine({ tell: (texts) => drawn.push(texts) }).note(first);
    expect(drawn[0]?.[0]).toContain('waiting for 1,100 answers');
    expect(drawn[0]?.[0]).not.toContain('left');
  });

  test('say which connection was lost, and when lines were', () => {
    const lines = new PacedLines();
    const error = { code: 'network', message: 'the connection was reset' } as const;
    const lost = { kind: 'connection-lost', connection: 3, atNs: 1.25 * S, error } as unknown as PacedEvent;
    expect(lines.note(lost)).toBe('connection 3 was lost at 1.25 s: the connection was reset');
    expect(lines.note({ kind: 'lost', events: 7 })).toContain('7 moments');
  });
});

describe('the line that is redrawn', () => {
  test('tells the time left of all steps, their warm-up included', () => {
    const drawn: (readonly string[])[] = [];
    const live = new PacedLiveLine({ tell: (lines) => drawn.push(lines) });
    for (const event of told()) live.note(event);
    expect(drawn[0]?.[0]).toBe('2,000/s  warm-up  5 s left  answered 1/s  p50 none yet  backlog 0');
    expect(drawn.at(-1)?.[0]).toBe('4,000/s  0 s left  answered 1/s  p50 106 µs  backlog 0');
  });

  test('is shorter on a narrow terminal, and keeps what matters most', () => {
    const pace = {
      askedPerSecond: 2_000,
      isWarmup: false,
      answeredPerSecond: 1_998,
      responseP50Ns: 106_000,
      backlog: 12,
      lost: 3,
      waiting: 0,
    };
    expect(pacedLiveLines(pace, 12.1 * S)).toEqual([
      '2,000/s  13 s left  answered 1,998/s  p50 106 µs  backlog 12  lost 3',
      '2,000/s  answered 1,998/s  p50 106 µs  backlog 12  lost 3',
      '2,000/s  answered 1,998/s  p50 106 µs',
      'answered 1,998/s  p50 106 µs',
      'answered 1,998/s',
    ]);
  });

  test('of a closed loop has no rate and no backlog', () => {
    const pace = {
      askedPerSecond: null,
      isWarmup: false,
      answeredPerSecond: 152_314,
      responseP50Ns: 205_000,
      backlog: 0,
      lost: 0,
      waiting: 0,
    };
    expect(pacedLiveLines(pace, S)[0]).toBe('1 s left  answered 152,300/s  p50 205 µs');
  });
});
