/** What a scraper that takes native histograms reads: one wrong byte, and it takes nothing at all. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketIndex, SCHEMA, stretches } from '../../../src/monitor/metrics/exponential.ts';
import { metricsProtobuf } from '../../../src/monitor/metrics/protobuf.ts';
import { type Family, gauge, histograms } from '../../../src/text/open-metrics.ts';
import { everything } from './counted.ts';
import {
  delimited,
  type Message,
  messagesIn,
  numberIn,
  signedIn,
  signedListIn,
  textIn,
} from './parsed-protobuf.ts';

function written(families: readonly Family[]): Uint8Array {
  const writing = metricsProtobuf(families);
  for (;;) {
    const step = writing.next();
    if (step.done === true) return step.value;
  }
}

/** Counts of a native histogram by index, as its reader has them. */
function nativeCounts(histogram: Message): Map<number, number> {
  const deltas = signedListIn(histogram, 13);
  const counts = new Map<number, number>();
  let index = 0;
  let count = 0;
  let at = 0;
  for (const span of messagesIn(histogram, 12)) {
    index += signedIn(span, 1);
    for (let i = 0; i < (numberIn(span, 2) ?? 0); i++) {
      count += deltas[at++] ?? Number.NaN;
      counts.set(index++, count);
    }
  }
  expect(at).toBe(deltas.length);
  return counts;
}

const anyCounts = fc
  .dictionary(fc.integer({ min: -300, max: 100 }).map(String), fc.integer({ min: 1, max: 2 ** 51 }), {
    maxKeys: 60,
  })
  .map((counts) => new Map(Object.entries(counts).map(([index, count]) => [Number(index), count])));

describe('a native histogram', () => {
  test('has every count where it was, however they are spread and however large', () => {
    fc.assert(
      fc.property(anyCounts, (exponential) => {
        const buckets = { bounds: [1], counts: [5, 2], sum: 9, exponential };
        const [family] = delimited(written([histograms('a_seconds', 'A.', [[{}, buckets]])]));
        const [metric] = messagesIn(family!, 4);
        const [histogram] = messagesIn(metric!, 7);
        expect(nativeCounts(histogram!)).toEqual(new Map([...exponential].sort(([a], [b]) => a - b)));
        expect([numberIn(histogram!, 1), numberIn(histogram!, 2)]).toEqual([7, 9]);
        expect(signedIn(histogram!, 5)).toBe(SCHEMA);
        expect(numberIn(histogram!, 6)).toBeGreaterThan(0);
        const classic = messagesIn(histogram!, 3).map((bucket) => [numberIn(bucket, 2), numberIn(bucket, 1)]);
        expect(classic).toEqual([
          [1, 5],
          [Number.POSITIVE_INFINITY, 7],
        ]);
      }),
    );
  });

  test('counts each time in the bucket that ends at or above it, and not a whole bucket above', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 4_000, noNaN: true }), (seconds) => {
        const end = 2 ** (bucketIndex(seconds) / 2 ** SCHEMA);
        expect(end).toBeGreaterThanOrEqual(seconds * (1 - 1e-12));
        expect(end / 2 ** (1 / 2 ** SCHEMA)).toBeLessThan(seconds * (1 + 1e-12));
      }),
    );
    expect([1, 2, 0.5, 1.05].map(bucketIndex)).toEqual([0, 8, -8, 1]);
  });

  test('is told in as few stretches as it has', () => {
    const counts = new Map([
      [3, 1],
      [-2, 4],
      [-1, 5],
      [4, 2],
    ]);
    expect(stretches(counts)).toEqual([
      { firstIndex: -2, counts: [4, 5] },
      { firstIndex: 3, counts: [1, 2] },
    ]);
  });
});

test('all metrics of a monitor are in it, under the names that they have in text', () => {
  const families = delimited(written(everything()));
  const told = families.map((family) => [textIn(family, 1), numberIn(family, 3)]);
  expect(told).toContainEqual(['echolot_build_info', 1]);
  expect(told).toContainEqual(['echolot_probes_total', 0]);
  expect(told).toContainEqual(['echolot_up', 1]);
  expect(told).toContainEqual(['echolot_rtt_seconds', 4]);
  expect(told.length).toBe(everything().length);
  const probes = families.find((family) => textIn(family, 1) === 'echolot_probes_total')!;
  const [first] = messagesIn(probes, 4);
  const labels = messagesIn(first!, 1).map((label) => [textIn(label, 1), textIn(label, 2)]);
  expect(labels).toEqual([
    ['target', 'a'],
    ['site', 'fra'],
  ]);
  expect(numberIn(messagesIn(first!, 3)[0]!, 1)).toBe(20);
});

test('no label is lost or spoilt, whatever its length and its characters', () => {
  const label = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.nat(40_000).map((n) => 'ü'.repeat(n)),
  );
  fc.assert(
    fc.property(label, fc.double({ noNaN: true }), (value, level) => {
      const [family] = delimited(written([gauge('a', value, [[{ one: value, other: '' }, level]])]));
      const [metric] = messagesIn(family!, 4);
      expect(messagesIn(metric!, 1).map((one) => textIn(one, 2))).toEqual([value.toWellFormed(), '']);
      expect(textIn(family!, 2)).toBe(value.toWellFormed());
      expect(numberIn(messagesIn(metric!, 2)[0]!, 1)).toBe(level);
    }),
    { numRuns: 40 },
  );
});
