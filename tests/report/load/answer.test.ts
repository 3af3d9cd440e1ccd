/** The answer of a load: a dozen lines, of which none speaks against another. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoadedPhaseStatistics } from '../../../src/result/load/load-statistics.ts';
import { loadResult } from './load-results.ts';
import { difference, direction, doubt, down, latency, refused, statistics, up } from './load-statistics.ts';
import { answer, line, report, withStatistics } from './reporting.ts';
import { MBIT, MS, US } from './units.ts';

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

  test('and the network is named once where all of it is there', () => {
    const { queues } = up();
    const network = queues === null ? null : { ...queues, network: 3 * MS, largest: 'network' as const };
    expect(line(withStatistics({ loaded: [down(), up({ queues: network })] }), 'Whose queue')).toBe(
      'Whose queue network in the network: down 13.7 ms (97 %) towards the client, up 3.00 ms (95 %) towards the server',
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
      'Others hardly wait the data alone waits (+412 ms), in a queue of its own, for its window or for what is sent again',
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
    // Where the data never came there may be an idle phase all the same.
    expect(others({ pair: 'unknown', latency: null, increase: null })).toBe(
      'Others not told no probe beside the data counts',
    );
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
    expect(line(result, 'Whose queue')).toBe('Whose queue not told cannot be told apart (+14.1 ms)');
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
      'Whose queue this machine up 3.02 ms (95 %) in this machine; not certain that it is any (down +15.0 ms)',
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

describe('what limited it', () => {
  test('is known of the sender that is here, and not of the other', () => {
    expect(line(loadResult(), 'Limited by')).toBe(
      'Limited by congestion up 93 %, send buffer 7 %; down: not known',
    );
  });

  test('is not known of several, each by its name: a phase with both directions is not taken for two', () => {
    const unknown = { limits: [{ by: 'unknown', share: 1 }] } as const;
    const both = up({
      phase: 'both',
      directions: [direction('down', unknown), direction('up')],
    });
    const result = withStatistics({ loaded: [down({ directions: [direction('down', unknown)] }), both] });
    expect(line(result, 'Limited by')).toMatch(/; down: not known; both, down: not known$/);
  });

  test('is told of each direction', () => {
    const capped = direction('down', { limits: [{ by: 'server-cap', share: 0.99 }] });
    const result = withStatistics({ loaded: [down({ directions: [capped] }), up()] });
    expect(line(result, 'Limited by')).toBe(
      'Limited by server bound down 99 %; up: congestion window 93 %, send buffer 7 %',
    );
  });
});
