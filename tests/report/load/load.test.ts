/** The report of a load: the answer in a dozen lines, tables, doubts, and no line that speaks against another. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Depth } from '../../../src/report/document/document.ts';
import { documentOf } from '../../../src/report/document/documents.ts';
import { documentText } from '../../../src/report/human.ts';
import { markdownText } from '../../../src/report/markdown.ts';
import type { LoadResult } from '../../../src/result/load/load-result.ts';
import type { LoadedPhaseStatistics, LoadStatistics } from '../../../src/result/load/load-statistics.ts';
import {
  difference,
  direction,
  doubt,
  down,
  echoResult,
  latency,
  loadResult,
  MBIT,
  MS,
  refused,
  S,
  statistics,
  US,
  up,
} from './load-results.ts';

function report(result: LoadResult, depth: Depth = 'usual', width = 80): string {
  return documentText(documentOf(result, depth), width);
}

/** With statistics of its own. */
function withStatistics(over: Partial<LoadStatistics>): LoadResult {
  return loadResult({ statistics: statistics(over) });
}

/** The lines of the answer, without title and byline. */
function answer(result: LoadResult, width = 80): string[] {
  const [, second = ''] = report(result, 'brief', width).split('\n\n');
  return second.trimEnd().split('\n');
}

/** One line of the answer, as one line. */
function line(result: LoadResult, name: string): string {
  const lines = answer(result, 1_000);
  return (lines.find((one) => one.startsWith(name)) ?? '').replace(/ {2,}/g, ' ');
}

describe('a load reads as it always did', () => {
  test.each([
    ['load', 'usual', 80],
    ['load-wide', 'usual', 200],
    ['load-full', 'full', 80],
  ] as const)('%s', async (name, depth, width) => {
    const doubts = [
      doubt('probes-late', 'down', 'the probes were late by 2.1 ms (p99)'),
      doubt('probes-late', 'up', 'the probes were late by 1.8 ms (p99)'),
      doubt('processors-shared', null, 'client and server share 2 processors'),
    ];
    const result = withStatistics({ doubts });
    await expect(report(result, depth, width)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test('as Markdown', async () => {
    await expect(markdownText(documentOf(loadResult(), 'full'))).toMatchFileSnapshot('golden/load.md.txt');
  });

  test('of an echo server', async () => {
    await expect(report(echoResult())).toMatchFileSnapshot('golden/load-echo.txt');
  });
});

describe('the answer', () => {
  test('has twelve lines with both directions, and fits a terminal', () => {
    const lines = answer(loadResult());
    expect(lines).toHaveLength(12);
    for (const one of lines) expect(one.length).toBeLessThanOrEqual(80);
  });

  test('is no wider than the terminal, whichever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 200 }), (width) => {
        for (const one of answer(loadResult(), width)) expect(one.length).toBeLessThanOrEqual(width);
      }),
      { numRuns: 40 },
    );
  });

  test('tells of doubts where nothing else does', () => {
    const doubts = [doubt('too-short', 'up', 'too short for an interval')];
    expect(line(withStatistics({ doubts }), 'Doubts')).toBe('Doubts 1 too short for an interval');
    expect(report(withStatistics({ doubts }))).not.toMatch(/^Doubts /m);
  });

  test('has goodput both ways in one line where both were at once', () => {
    const directions = [direction('down'), direction('up')];
    const result = withStatistics({ loaded: [down({ phase: 'both', directions })] });
    expect(line(result, 'Both ways')).toMatch(
      /^Both ways 94\.1 Mbit\/s down, 95 %: 93\.9–94\.3; up 47\.8 Mbit\/s, 95 %:/,
    );
  });

  test('is of three digits, whatever the rate', () => {
    const fast = direction('down', { goodput: difference(9_412.345 * MBIT, 12 * MBIT) });
    expect(line(withStatistics({ loaded: [down({ directions: [fast] })] }), 'Down')).toContain('9.41 Gbit/s');
    const slow = direction('down', { goodput: difference(941_234.5, 12_000), p10: 929_000, p90: 953_000 });
    expect(line(withStatistics({ loaded: [down({ directions: [slow] })] }), 'Down')).toContain(
      '941 kbit/s 95 %: 929–953, p10 to p90: 929–953',
    );
  });

  test('of few probes marks the p99: it is little more than the largest', () => {
    expect(line(loadResult(), 'RTT, idle')).toContain('p99 ~2.90 ms');
    expect(line(loadResult(), 'RTT, down')).toContain('p99 18.9 ms (18.3–19.5)');
  });

  test('without an interval has none made up', () => {
    const one = latency(2 * MS, 3 * MS, { p50: refused(2 * MS), p99: refused(3 * MS) });
    expect(line(withStatistics({ idle: one }), 'RTT, idle')).toBe('RTT, idle 2.00 ms p99 ~3.00 ms');
  });
});

describe('whose queue is told in ms, with its way in words', () => {
  test.each([
    ['down', 'in the network towards the client'],
    ['up', 'in the network towards the server'],
    [null, 'in the network, whose direction is not known'],
  ] as const)('%s', (way, words) => {
    const { queues } = down();
    const phase = down({ queues: queues === null ? null : { ...queues, direction: way } });
    expect(line(withStatistics({ loaded: [phase] }), 'Whose queue')).toBe(
      `Whose queue network 13.7 ms (97 %) ${words}`,
    );
  });

  test('and nobody has one where there is no increase', () => {
    const queues = {
      ownMachine: 0,
      network: 0,
      server: 0,
      largest: null,
      largestShare: null,
      direction: null,
    };
    const increase = { p50: difference(0, 0.1 * MS), p99: difference(0, MS) };
    const result = withStatistics({ loaded: [down({ queues, increase })] });
    expect(line(result, 'Whose queue')).toBe("Whose queue nobody's no increase to speak of (0 µs)");
    expect(line(result, 'Increase')).toBe('Increase 0 µs down, 95 %: -100 to 100');
  });

  test('and without stamps it says why it cannot be told', () => {
    const result = loadResult({
      foreignProbes: { ...loadResult().foreignProbes, layers: null },
      statistics: statistics({ loaded: [down({ queues: null })] }),
    });
    expect(line(result, 'Whose queue')).toBe('');
    expect(report(result).replace(/\s+/g, ' ')).toContain(
      'no kernel stamps (engine native): whose queue it is cannot be told',
    );
    expect(report(result)).not.toContain('Where foreign probes spent');
  });
});

describe('no line speaks against another', () => {
  const others = (over: Partial<LoadedPhaseStatistics>): string =>
    line(withStatistics({ loaded: [down(over)] }), 'Others');
  const large = { p50: difference(80 * MS, MS), p99: difference(90 * MS, MS) };
  const small = { p50: difference(0.6 * MS, 0.2 * MS), p99: difference(2 * MS, MS) };
  const own = { p50: difference(412 * MS, MS), p99: difference(500 * MS, MS) };

  test('a queue of its own beside a large increase of others is no reason to say that they do not wait', () => {
    expect(others({ pair: 'own-flow', increase: large, ownIncrease: own })).toBe(
      'Others wait less +80.0 ms beside +412 ms of the data itself, which has a queue of its own',
    );
    expect(others({ pair: 'own-flow', increase: small, ownIncrease: own })).toBe(
      'Others hardly wait the data alone waits (+412 ms), in a queue of its own or for its window',
    );
  });

  test('one queue for all is no reason to say that others wait as long, where the data waits longer', () => {
    expect(others({ ownIncrease: own })).toBe(
      'Others wait, too in one queue for all (+14.1 ms); the data itself waits longer (+412 ms)',
    );
  });

  test('nobody waits only where the figures say so', () => {
    expect(others({ pair: 'none', increase: small, ownIncrease: small })).toContain('do not wait');
    expect(others({ pair: 'none', increase: large, ownIncrease: small })).toBe(
      'Others not told the probes disagree (+80.0 ms)',
    );
  });

  test('what is not known is told with its reason', () => {
    expect(others({ pair: 'unknown', ownIncrease: null })).toContain('no probes within the data');
    expect(others({ pair: 'unknown', increase: null })).toContain('no idle phase');
    expect(others({ pair: 'unknown', increase: small, ownIncrease: own })).toContain(
      'not certain whether they wait',
    );
  });

  test("an increase that is certain is never said to be nobody's", () => {
    const queues = {
      ownMachine: 0,
      network: 0,
      server: 0,
      largest: null,
      largestShare: null,
      direction: null,
    };
    const result = withStatistics({ loaded: [down({ queues })] });
    expect(line(result, 'Whose queue')).toBe('Whose queue not told +14.1 ms, which cannot be told apart');
  });

  test('nobody has a queue only where no phase has one', () => {
    const queues = {
      ownMachine: 0,
      network: 0,
      server: 0,
      largest: null,
      largestShare: null,
      direction: null,
    };
    const wide = { p50: difference(15 * MS, 40 * MS), p99: difference(15 * MS, 40 * MS) };
    const result = withStatistics({ loaded: [down({ queues, increase: wide }), up()] });
    expect(line(result, 'Whose queue')).toBe(
      'Whose queue this machine down no increase to speak of (+15.0 ms); up 3.02 ms (95 %) in this machine',
    );
  });

  test('a time and its interval have one unit, whichever is the larger', () => {
    const wide = { p50: difference(-276 * US, 17 * MS), p99: difference(0, MS) };
    expect(line(withStatistics({ loaded: [down({ increase: wide })] }), 'Increase')).toBe(
      'Increase -0.276 ms down, 95 %: -17.3 to 16.7',
    );
  });

  test('two phases that differ are both told', () => {
    const result = withStatistics({
      loaded: [down({ pair: 'own-flow', increase: small, ownIncrease: own }), up()],
    });
    expect(line(result, 'Others')).toMatch(/^Others wait, too up: as long as .*; down: the data alone waits/);
  });
});

describe('the grade', () => {
  test.each([
    ['no-idle', 'there is no idle phase to compare with'],
    ['no-load', 'no phase carried data'],
    ['not-settled', 'the load did not hold'],
    ['no-interval', 'it was too short for an interval of the increase'],
  ] as const)('is none, and says why: %s', (noGrade, why) => {
    expect(line(withStatistics({ grade: null, noGrade }), 'Grade')).toBe(`Grade no grade ${why}`);
  });

  test('is two letters where the interval holds a bound, with its rule', () => {
    const result = withStatistics({ grade: { best: 'A+', worst: 'A', phase: 'down' } });
    expect(line(result, 'Grade')).toBe(
      'Grade A+ or A down +14.1 ms, its interval holds a bound: A+ <5, A <30, B <60, C <200, D <400 ms',
    );
  });
});

describe('how long a load took to hold', () => {
  const settled = (settledAtNs: number | null): string =>
    report(withStatistics({ loaded: [down({ settledAtNs })] }), 'usual', 120);

  test.each([
    [3.6 * S, '0.5 s'],
    [3.1 * S, 'at once'],
    [null, 'never'],
  ])('%s is told in words', (settledAtNs, words) => {
    expect(settled(settledAtNs)).toMatch(new RegExp(`^ +down +${words} +94\\.1`, 'm'));
  });

  test('and that it never did stands beside its goodput', () => {
    expect(line(withStatistics({ loaded: [down({ settledAtNs: null })] }), 'Down')).toContain(
      'did not settle, 95 %:',
    );
  });
});

describe('what limited it', () => {
  test('is known of the sender that is here, and not of the other', () => {
    expect(line(loadResult(), 'Limited by')).toBe(
      'Limited by congestion up 93 %, send buffer 7 %; down: not known',
    );
  });

  test('is told of each direction', () => {
    const capped = direction('down', { limits: [{ by: 'server-cap', share: 0.99 }] });
    const result = withStatistics({ loaded: [down({ directions: [capped] }), up()] });
    expect(line(result, 'Limited by')).toBe(
      'Limited by server bound down 99 %; up: congestion window 93 %, send buffer 7 %',
    );
  });
});

describe('a load that did not come to its end', () => {
  const cut = { ...loadResult(), phases: loadResult().phases.slice(0, 2) };
  const phases = cut.phases.map((phase, i) => ({ ...phase, isComplete: i === 0 }));
  const error = {
    code: 'peer',
    message: 'the server ended the load (time)',
    advice: 'ask for shorter phases',
    expected: null,
    received: null,
    phase: null,
  } as const;

  test('says so first, and how far it came', () => {
    const told = report({ ...cut, phases, outcome: { status: 'failed', error } }).replace(/\s+/g, ' ');
    expect(told).toContain(
      'Incomplete: the load failed: the server ended the load (time) (ask for shorter phases); 1 of 4 phases ran, ended within down',
    );
  });

  test('is told when it was cancelled, too', () => {
    const told = report({ ...cut, phases, outcome: { status: 'cancelled', error } });
    expect(told).toContain('Incomplete: the load was cancelled; 1 of 4 phases ran, ended within down');
  });

  test('before anything has no figure at all', () => {
    const nothing = statistics({ idle: null, recovery: null, loaded: [], grade: null, noGrade: 'no-load' });
    const result = loadResult({
      phases: [],
      streams: [],
      statistics: nothing,
      outcome: { status: 'failed', error },
    });
    const told = report({ ...result, foreignProbes: { ...result.foreignProbes, dueAtNs: [], rttNs: [] } });
    expect(told).not.toMatch(/NaN|undefined|Mbit/);
    expect(told).toContain('0 of 4 phases ran');
  });
});

describe('what is to be known of the figures', () => {
  test('a server that grants less is named, where less was asked for it is not', () => {
    const granted = { durationNs: 25 * S, bitsPerSecond: 50 * MBIT, streams: 8 };
    expect(report(loadResult({ granted }))).toContain('the server grants 50.0 Mbit/s in each direction');
    const plan = { ...loadResult().plan, bitsPerSecond: 20 * MBIT };
    expect(report(loadResult({ granted, plan }))).not.toContain('the server grants');
  });

  test('many streams are left to those who ask for all', () => {
    const [stream] = loadResult().streams;
    if (stream === undefined) throw new Error('there is no stream');
    const streams = Array.from({ length: 40 }, (_, i) => ({ ...stream, number: i + 1 }));
    expect(report(loadResult({ streams }))).toContain('40 streams: --full lists them');
    expect(report(loadResult({ streams }), 'full')).toMatch(/^ +40 +down/m);
  });

  test('tiny times are told in µs, and nothing as 0', () => {
    const idle = latency(21.4 * US, 60 * US);
    expect(line(withStatistics({ idle }), 'RTT, idle')).toContain('21.4 µs 95 %: 21.2–21.6');
  });
});
