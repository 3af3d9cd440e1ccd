/** The verdict as a whole: each check is answered once, and a clean run is not doubted. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { CHECK_NAMES } from '../../src/result/checks.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { type Code, codes } from './looking.ts';
import { block, cleanRecording, MS, PORTABLE, recording, US } from './recordings.ts';

const ABOUT_SAMPLES: readonly Code[] = ['few-probes', 'thin-tail', 'few-blocks'];

describe('every check is answered', () => {
  test.each([
    ['a clean run', cleanRecording()],
    ['a run that measured nothing', recording([])],
    ['a run that only warmed up', recording([block([100 * US], { kind: 'warm-up', round: 0 })])],
    ['a run of the portable engine', cleanRecording({ engine: { name: 'node' }, blockOver: PORTABLE })],
  ])(
    '%s: each name once, in order, with a question and a reason only where it is unknown',
    (_what, given) => {
      const { checks, warnings } = analyse(given);
      expect(checks.map(({ name }) => name)).toEqual([...CHECK_NAMES]);
      for (const { question, finding, reason, name } of checks) {
        expect(question).toMatch(/^[A-Z].*\?$/);
        expect(reason === null).toBe(finding !== 'unknown');
        expect(warnings.some(({ check }) => check === name)).toBe(finding === 'doubt');
      }
    },
  );

  test('doubts come in the order of their checks, so that reports need not sort', () => {
    const { warnings } = analyse(
      recording([block([100 * US, 47 * MS, 47 * MS, 47 * MS], { readsPerEcho: 2, layers: null })]),
    );
    const places = warnings.map(({ check }) => CHECK_NAMES.indexOf(check));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(warnings.length).toBeGreaterThan(2);
  });
});

test('of a run that measured nothing nothing is doubted: its error says all there is', () => {
  const engine = { name: 'node', fallback: 'there is no koffi' } as const;
  const plan = { precision: 0.02, serverDelayNs: MS };
  const { checks, warnings } = analyse(recording([], { engine, plan }));
  expect(warnings).toEqual([]);
  const clear = checks.filter(({ finding }) => finding === 'clear').map(({ name }) => name);
  expect(clear).toEqual(['suspension', 'closed-early']);
});

describe('a clean run is clear', () => {
  test('all that can be looked for is, and nothing is found', () => {
    const { checks } = analyse(cleanRecording());
    expect(checks.filter(({ finding }) => finding !== 'clear')).toEqual([]);
  });

  test('of the portable engine, what it cannot see is unknown and nothing else', () => {
    const given = cleanRecording({
      engine: { name: 'node' },
      blockOver: { ...PORTABLE, readsPerEcho: null },
    });
    const { checks, warnings } = analyse(given);
    expect(warnings).toEqual([]);
    const unknown = checks.filter(({ finding }) => finding === 'unknown').map(({ name }) => name);
    expect(unknown).toEqual([
      'pieces',
      'server-stalls',
      'server-busy',
      'window',
      'retransmissions',
      'stamps',
    ]);
  });

  test('whatever its size: no doubt but that of too few samples', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(),
          runCount: fc.integer({ min: 1, max: 3 }),
          rounds: fc.integer({ min: 1, max: 12 }),
          probes: fc.integer({ min: 1, max: 60 }),
          warmupProbes: fc.integer({ min: 0, max: 5 }),
          sizes: fc.uniqueArray(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 3 }),
          levelNs: fc.integer({ min: 20 * US, max: 300 * MS }),
          spread: fc.double({ min: 0, max: 0.05, noNaN: true }),
          portable: fc.boolean(),
        }),
        ({ sizes, portable, ...options }) => {
          const given = cleanRecording({
            ...options,
            workloads: sizes.map((payloadBytes) => closedLoop('rtt', payloadBytes)),
            ...(portable ? { engine: { name: 'node' }, blockOver: PORTABLE } : {}),
          });
          const doubts = codes(given).filter((code) => !ABOUT_SAMPLES.includes(code));
          expect(doubts).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

test('every doubt says what it is and what to do, in one line each, without a full stop', () => {
  const slow = Array.from({ length: 12 }, (_, i) =>
    block([...new Array<number>(9).fill((1 + i) * 100 * US), 900 * MS], {
      round: i + 1,
      readsPerEcho: 9,
      suspendedProbes: 1,
      scheduling: { processorWaitNs: 20 * MS, involuntarySwitches: 900, measuredNs: 25 * MS },
      garbageCollections: { count: 1, longestNs: 30 * MS, totalNs: 30 * MS },
    }),
  );
  const given = recording(slow, {
    engine: { fallback: 'there is no koffi', clock: { name: 'coarse', resolutionNs: MS, readCostNs: 1 } },
    plan: { precision: 0.02, blocks: null, probes: null },
  });
  const { warnings } = analyse(given);
  expect(warnings.length).toBeGreaterThan(7);
  for (const { message, advice } of warnings) {
    for (const text of [message, advice]) {
      expect(text).toMatch(/^\S.*[^.\s]$/);
      expect(text).not.toMatch(/undefined|null|NaN|\n/);
    }
  }
});
