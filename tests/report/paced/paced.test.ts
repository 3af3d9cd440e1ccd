/** The report of paced probes: the answer in a dozen lines, tables, and every doubt in words. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Depth } from '../../../src/report/document/document.ts';
import { documentOf } from '../../../src/report/document/documents.ts';
import { documentText } from '../../../src/report/human.ts';
import { markdownText } from '../../../src/report/markdown.ts';
import type { PacedResult } from '../../../src/result/paced/paced-result.ts';
import {
  ALL_DOUBTS,
  closedResult,
  connection,
  estimate,
  MS,
  pacedResult,
  plan,
  refused,
  S,
  saturatedStatistics,
  statistics,
  step,
  stepStatistics,
  sweepResult,
  times,
  US,
  withDoubts,
} from './paced-results.ts';

function report(result: PacedResult, depth: Depth = 'usual', width = 80): string {
  return documentText(documentOf(result, depth), width);
}

/** The lines of the answer, without title and byline. */
function answer(result: PacedResult, width = 80): string[] {
  const [, second = ''] = report(result, 'brief', width).split('\n\n');
  return second.trimEnd().split('\n');
}

/** One line of the answer, as one line. */
function line(result: PacedResult, name: string): string {
  const lines = answer(result, 1_000);
  return (lines.find((one) => one.startsWith(name)) ?? '').replace(/ {2,}/g, ' ');
}

function withStep(over: Parameters<typeof stepStatistics>[0], rest: Partial<PacedResult> = {}): PacedResult {
  return pacedResult({ statistics: statistics({ steps: [stepStatistics(over)] }), ...rest });
}

describe('paced probes read as they always did', () => {
  test.each([
    ['paced', pacedResult(), 'usual', 80],
    ['paced-full', withDoubts(ALL_DOUBTS), 'full', 80],
    ['paced-sweep', sweepResult(), 'usual', 80],
    ['paced-sweep-wide', sweepResult(), 'full', 160],
    ['paced-closed', closedResult(), 'usual', 80],
  ] as const)('%s', async (name, result, depth, width) => {
    await expect(report(result, depth, width)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test('as Markdown', async () => {
    await expect(markdownText(documentOf(pacedResult(), 'full'))).toMatchFileSnapshot('golden/paced.md.txt');
  });
});

describe('the answer', () => {
  const odd: readonly (readonly [string, PacedResult])[] = [
    ['of one rate', pacedResult()],
    ['of a closed loop', closedResult()],
    ['of a rate that is too high', withStep(saturatedStatistics(40_000))],
    ['with every doubt', withDoubts(ALL_DOUBTS)],
    [
      'with hindrances of each kind',
      pacedResult({
        steps: [
          {
            ...step({ askedPerSecond: 2_000 }),
            late: {
              ...step({ askedPerSecond: 2_000 }).late,
              byThread: 10,
              bySocket: 20,
              byAnswer: 70,
            },
          },
        ],
      }),
    ],
  ];

  test.each(odd)('%s has twelve lines at most, and fits a terminal', (_what, result) => {
    const lines = answer(result);
    expect(lines.length).toBeLessThanOrEqual(12);
    for (const one of lines) expect(one.length).toBeLessThanOrEqual(80);
  });

  test('is no wider than the terminal, whichever it is', () => {
    const result = pacedResult();
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 200 }), (width) => {
        for (const one of answer(result, width)) expect(one.length).toBeLessThanOrEqual(width);
      }),
      { numRuns: 40 },
    );
  });

  test('begins with what was asked for, sent and answered', () => {
    expect(line(pacedResult(), 'Asked')).toBe(
      'Asked 2,000/s sent 2,000/s, answered 2,000/s, 95 %: 1,998–2,002',
    );
    expect(line(closedResult(), 'Answered')).toBe(
      'Answered 152,300/s 95 %: 151,300–153,300, 32 under way at most',
    );
  });

  test('has both times of an open loop, and where each begins', () => {
    expect(line(pacedResult(), 'Response')).toBe(
      'Response, p50 106 µs from due; 95 %: 104–108, p90 127 µs, p99 212 µs, p99.9 848 µs, max 1,272 µs',
    );
    expect(line(pacedResult(), 'Service')).toContain('from sent; ');
    expect(report(closedResult(), 'brief')).not.toMatch(/Service|Late|Backlog/);
  });

  test('of a step whose probes were all kept waiting by those before them calls none of them punctual', () => {
    const [one] = pacedResult().steps;
    if (one === undefined) throw new Error('there is no step');
    const of = (sent: number): PacedResult =>
      pacedResult({
        steps: [{ ...one, counts: { due: 6_000, sent, answered: 0, lost: sent } }],
        statistics: statistics({
          steps: [stepStatistics({ response: null, service: null, lateShare: 0, lateMax: null })],
        }),
      });
    expect(line(of(0), 'Response')).toBe(
      'Response – none that was due in the step was sent: those before it still waited',
    );
    expect(line(of(0), 'Late')).toBe('');
    expect(line(of(50), 'Response')).toBe('Response – none was answered');
  });

  test('leaves out percentiles that a handful of probes would decide', () => {
    const [one] = pacedResult().steps;
    if (one === undefined) throw new Error('there is no step');
    const of = (due: number): PacedResult =>
      pacedResult({ steps: [{ ...one, counts: { due, sent: due, answered: due, lost: 0 } }] });
    expect(line(of(5_000), 'Response')).toContain('p99 212 µs, p99.9 848 µs, max');
    expect(line(of(4_999), 'Response')).toContain('p99 212 µs, max');
    expect(line(of(499), 'Service')).toContain('p90 126 µs, max');
    expect(line(of(9), 'Response')).toMatch(/^Response, p50 – from due; .*, max 1,272 µs$/);
    expect(report(of(499))).toMatch(/p99\.9 +– +– +– +–\n/);
    expect(report(of(499))).toContain('– too few probes beyond it');
  });

  test('of a percentile among the missing says that it is longer than all answers', () => {
    const response = times(100 * US, { max: 2 * S, p99: refused(null), p99_9: refused(null) });
    expect(line(withStep({ response, missing: 400 }), 'Response')).toContain(
      'p99 > 2,000 ms, p99.9 > 2,000 ms',
    );
    expect(line(withStep({ response: times(MS, { p50: refused(null) }) }), 'Response')).toMatch(
      /^Response, p50 > 12\.0 ms from due; p90/,
    );
  });

  test('says who was late', () => {
    const { late, ...rest } = step({ askedPerSecond: 2_000 });
    const by = (byThread: number, bySocket: number, byAnswer: number): string =>
      line(pacedResult({ steps: [{ ...rest, late: { ...late, byThread, bySocket, byAnswer } }] }), 'Late');
    expect(by(0, 0, 0)).toBe('Late 0.02 % more than 100 µs after due, worst 210 µs');
    expect(by(3, 0, 0)).toContain('worst 210 µs, own thread');
    expect(by(10, 20, 70)).toContain('in-flight limit 70 %, full socket 20 %, own thread 10 %');
  });

  test('has what waited at the end, and what was lost with its connection', () => {
    expect(line(withStep({ backlog: 1_234 }), 'Backlog')).toBe('Backlog 1,234 due and not sent at the end');
    const { counts, ...rest } = step({ askedPerSecond: 2_000 });
    const lost = pacedResult({
      steps: [{ ...rest, counts: { ...counts, lost: 31 } }],
      connections: [1, 2, 3, 4].map((n) => ({ ...connection(n), lostAtNs: n === 3 ? 4 * S : null })),
    });
    expect(line(lost, 'Lost')).toBe('Lost 31 with 1 of 4 connections');
    expect(report(lost)).toContain('at 4 s');
    const cut = pacedResult({ steps: lost.steps, outcome: { status: 'cancelled', error: null } });
    expect(report(cut)).toMatch(/^Lost +31 +under way when the run was ended$/m);
  });

  test('tells of doubts where nothing else does', () => {
    expect(line(withDoubts(ALL_DOUBTS.slice(2, 3)), 'Doubts')).toBe(
      'Doubts 1 the backlog grew to 2,000 probes',
    );
    expect(report(withDoubts(ALL_DOUBTS))).not.toMatch(/^Doubts /m);
  });

  test('of a run that was cut off says so first', () => {
    const cancelled = sweepResult({
      outcome: { status: 'cancelled', error: null },
      steps: sweepResult().steps.map((one, i) => ({ ...one, isComplete: i < 3 })),
    });
    expect(answer(cancelled)[0]).toContain('Incomplete: the run was cancelled; 3 of 4 steps ran to the end');
  });

  test('of nothing is no figure', () => {
    const nothing = pacedResult({
      steps: [],
      connections: [],
      server: null,
      statistics: statistics({ steps: [] }),
    });
    for (const depth of ['brief', 'usual', 'full'] as const) {
      expect(report(nothing, depth)).not.toMatch(/NaN|undefined|Infinity/);
    }
    const unanswered = withStep({
      answeredPerSecond: estimate(0),
      response: null,
      service: null,
      lateP50: null,
      lateP99: null,
      lateMax: null,
    });
    for (const depth of ['brief', 'usual', 'full'] as const) {
      expect(report(unanswered, depth)).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});

describe('doubts', () => {
  test('do not blame this program for a wait that was due to something else', () => {
    const doubts = [{ kind: 'generator-late', step: 1, lateShare: 0.3, p99Ns: null }] as const;
    expect(line(withDoubts(doubts), 'Doubts')).toContain('late with 30 % of the probes: their response');
  });

  test('give no advice that the protocol cannot follow', () => {
    const doubts = [{ kind: 'in-flight-limit', step: 1, inFlight: 1, share: 0.4 }] as const;
    const server = { protocol: 'hello', readyText: null, inFlight: 1, messageBytes: 107 } as const;
    const told = report(withDoubts(doubts, { server }), 'usual', 1_000);
    expect(told).toContain('since one was under way on each connection; take more --connections\n');
    expect(report(withDoubts(doubts), 'usual', 1_000)).toContain('more --connections or --in-flight');
  });

  test('tell of a backlog only where that is what grew', () => {
    const of = (backlog: number): string =>
      line(withDoubts([{ kind: 'saturated', step: 1, backlog }]), 'Doubts');
    expect(of(2)).toContain('the response time grew to the end');
    expect(of(200)).toContain('the backlog grew to 200 probes');
  });
});

describe('several rates', () => {
  test('have the highest that was kept first, whatever their order', () => {
    expect(line(sweepResult(), 'Kept')).toBe('Kept up to 20,000/s 40,000/s: saturated');
    const { steps, statistics: made, ...rest } = sweepResult();
    const downwards = {
      ...rest,
      steps: steps.toReversed(),
      statistics: { steps: made.steps.toReversed(), doubts: [] },
    };
    expect(line(downwards, 'Kept')).toBe('Kept up to 20,000/s 40,000/s: saturated');
  });

  test('of which a slow machine did not send all are not called kept', () => {
    const doubts = [
      { kind: 'rate-not-kept', step: 2, askedPerSecond: 10_000, sentPerSecond: 9_000 },
    ] as const;
    const slow = sweepResult({ statistics: { ...sweepResult().statistics, doubts } });
    expect(line(slow, 'Kept')).toBe('Kept up to 1,000/s 10,000/s: not sent as asked for');
  });

  test('of which the last was cut off are not called kept up to there, where a server may have broken down', () => {
    const { steps, statistics: made } = sweepResult();
    const cut = sweepResult({
      steps: steps.slice(0, 3).map((one, i) => ({ ...one, isComplete: i < 2 })),
      statistics: statistics({ steps: made.steps.slice(0, 3) }),
    });
    expect(line(cut, 'Kept')).toBe('Kept up to 10,000/s 20,000/s: not run to the end');
  });

  test('of which some were never begun are not called all that were asked for', () => {
    const { steps, statistics: made } = sweepResult();
    const some = sweepResult({
      steps: steps.slice(0, 3),
      statistics: statistics({ steps: made.steps.slice(0, 3) }),
    });
    expect(line(some, 'Kept')).toBe('Kept up to 20,000/s the highest rate that was begun');
  });

  test('of which one lost its probes are not called kept', () => {
    const { steps, statistics: made } = sweepResult();
    const lossy = sweepResult({
      steps: steps.map((one, i) => ({ ...one, counts: { ...one.counts, lost: i === 2 ? 500 : 5 } })),
      statistics: statistics({ steps: made.steps.slice(0, 3) }),
    });
    expect(line(lossy, 'Kept')).toBe('Kept up to 10,000/s 20,000/s: 10 % of its probes lost');
  });

  test('of which none was kept say so', () => {
    const all = sweepResult().statistics.steps.map((one) => ({ ...one, isSaturated: true }));
    const none = sweepResult({ statistics: statistics({ steps: all }) });
    expect(line(none, 'Kept')).toBe('Kept up to none 1,000/s: saturated');
  });

  test('have their doubts with the rates that they are of, each kind once', () => {
    const doubts = [2, 3, 4].map((step) => ({ kind: 'few-probes', step, probes: 9 }) as const);
    const told = report(sweepResult({ statistics: { ...sweepResult().statistics, doubts } }), 'usual', 1_000);
    expect(told.match(/^doubt:/gm)).toHaveLength(1);
    expect(told).toContain('at 10,000/s only 9 probes');
    expect(told).toContain('and likewise at 20,000/s, 40,000/s');
  });
});

test('a closed loop is told to leave out what came while it waited', () => {
  expect(report(closedResult())).toContain('coordinated omission');
  expect(report(pacedResult())).not.toContain('coordinated omission');
});

test('many connections are listed only for those who want all', () => {
  const many = pacedResult({ connections: Array.from({ length: 100 }, (_, i) => connection(i + 1)) });
  expect(report(many)).toContain('100 connections: --full lists them');
  expect(report(many, 'full')).toContain('40100');
});

test.each([
  [1 / 60, '1/m'],
  [7 / 60, '7/m'],
  [0.5, '0.5/s'],
  [120 / 60, '2/s'],
  [1_000 / 60, '1,000/m'],
  [12_345, '12,345/s'],
])('a rate of %s a second is named as somebody would type it: %s', (askedPerSecond, name) => {
  const result = withStep({ askedPerSecond }, { plan: plan({ ratesPerSecond: [askedPerSecond] }) });
  expect(line(result, 'Asked')).toContain(`Asked ${name} sent `);
});
