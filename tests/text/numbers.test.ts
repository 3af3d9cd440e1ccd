/** Every number in words, of every magnitude: plain decimals that are read at once, never 1.2e+2. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { timeText as timeInWarning } from '../../src/analysis/checks/words/words.ts';
import { humanReport } from '../../src/report/human.ts';
import { figureText, percentText } from '../../src/text/numbers.ts';
import { memoryText } from '../../src/text/sizes.ts';
import { inUnit, rateUnit, timeText, timeUnit } from '../../src/text/units.ts';
import { cleanRecording } from '../analysis/recordings.ts';

/** From nothing to more than any record can hold. */
const MAGNITUDES = fc
  .tuple(fc.double({ min: 1, max: 10, noNaN: true, maxExcluded: true }), fc.integer({ min: -30, max: 30 }))
  .map(([digits, exponent]) => digits * 10 ** exponent);
const TEXTS: Readonly<Record<string, (value: number) => string>> = {
  'a time in a warning': timeInWarning,
  'a time in a report': timeText,
  'a share': percentText,
  'an amount of memory': memoryText,
  'a figure of two digits': (value) => figureText(value, 2),
  'a figure of a column of times': (value) => inUnit(value, timeUnit([20_000])),
  'a figure of a column of rates': (value) => inUnit(value, rateUnit([value])),
};

describe.each(Object.entries(TEXTS))('%s', (_what, text) => {
  test('has no exponent, whatever its magnitude and sign', () => {
    fc.assert(
      fc.property(MAGNITUDES, fc.boolean(), (value, negative) => {
        expect(text(negative ? -value : value)).toMatch(/^-?[\d,]+(?:\.\d+)?(?: \S+)?$/);
      }),
    );
  });
});

test.each([
  [0, 2, '0'],
  [119.6, 2, '120'],
  [119.6, 3, '120'],
  [0.000_012_34, 2, '0.000012'],
  [-1_234.5, 3, '-1230'],
  [2 / 3, 3, '0.667'],
  [99.96, 3, '100'],
])('%d with %d digits is %s', (value, digits, text) => {
  expect(figureText(value, digits)).toBe(text);
});

test('a report of a run of any length, on a path of any length, has no exponent', () => {
  const time = fc.integer({ min: 0, max: 15 }).map((exponent) => 119 * 10 ** exponent);
  fc.assert(
    fc.property(time, time, (durationNs, levelNs) => {
      const clean = cleanRecording({ levelNs, rounds: 5, probes: 20 });
      const recording = { ...clean, runs: clean.runs.map((run) => ({ ...run, durationNs })) };
      const report = humanReport({ ...recording, ...analyse(recording) });
      expect(report.match(/\S*\de[+-]?\d+/g)).toBeNull();
    }),
    { numRuns: 30 },
  );
});
