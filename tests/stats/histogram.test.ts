/** Histograms that other programs can read and that can be added up, and texts that try to do harm. */
import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { build, decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { HIGHEST_NS, NanosecondHistogram } from '../../src/stats/histogram.ts';
import { decodeHistogram, encodeHistogram } from '../../src/stats/histogram-codec.ts';
import { quantile, sorted } from '../../src/stats/quantile/quantiles.ts';
import { HDR_TEXTS } from './published.ts';

/** What the library tells of its bins, and has no types for. */
interface Reference {
  readonly countsArrayLength: number;
  recordValue(ns: number): void;
  valueFromIndex(index: number): number;
  getCountAtIndex(index: number): number;
}

/** Round-trip times of all sizes, up to an hour, equally likely on a scale of powers. */
const ns = fc
  .double({ min: 0, max: Math.log(HIGHEST_NS), noNaN: true })
  .map((log) => Math.round(Math.exp(log)));
const samples = fc.array(ns, { minLength: 1, maxLength: 200 });

describe('recorded times', () => {
  test('quantiles are within a thousandth of those of the samples', () => {
    fc.assert(
      fc.property(samples, fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
        const exact = quantile(sorted(values), p);
        expect(Math.abs(NanosecondHistogram.of(values).quantile(p) - exact)).toBeLessThanOrEqual(
          0.001 * exact,
        );
      }),
    );
  });

  test('two runs added up are the same as one run of both', () => {
    fc.assert(
      fc.property(samples, samples, (a, b) => {
        const merged = NanosecondHistogram.of(a);
        merged.merge(NanosecondHistogram.of(b));
        const whole = NanosecondHistogram.of([...a, ...b]);
        expect(merged.count).toBe(a.length + b.length);
        expect([...merged.bins()]).toEqual([...whole.bins()]);
        expect(merged.encode()).toBe(whole.encode());
      }),
    );
  });

  test('every time is counted where the library that others read it with counts it', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const theirs = build({
          lowestDiscernibleValue: 1,
          highestTrackableValue: HIGHEST_NS,
          numberOfSignificantValueDigits: 3,
          bitBucketSize: 64,
        }) as unknown as Reference;
        for (const value of values) theirs.recordValue(value);
        const bins = Array.from({ length: theirs.countsArrayLength }, (_, i) => ({
          fromNs: theirs.valueFromIndex(i),
          toNs: theirs.valueFromIndex(i + 1),
          count: theirs.getCountAtIndex(i),
        }));
        expect([...NanosecondHistogram.of(values).bins()]).toEqual(bins.filter(({ count }) => count > 0));
      }),
    );
  });

  test('every sample is in one bin, and within it', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const bins = [...NanosecondHistogram.of(values).bins()];
        for (const { fromNs, toNs, count } of bins) {
          expect(values.filter((value) => value >= fromNs && value < toNs)).toHaveLength(count);
          expect(toNs - fromNs).toBeLessThanOrEqual(Math.max(1, fromNs / 1_000));
        }
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
      }),
    );
  });

  test('what took longer than an hour is counted, and told', () => {
    const histogram = NanosecondHistogram.of([5, HIGHEST_NS, HIGHEST_NS * 3, Number.POSITIVE_INFINITY]);
    expect(histogram.count).toBe(4);
    expect(histogram.atTop).toBe(3);
    expect(NanosecondHistogram.decode(histogram.encode()).atTop).toBe(3);
  });

  test.each([-1, Number.NaN])('what is no time is refused, not counted as one: %d', (value) => {
    expect(() => new NanosecondHistogram().record(value)).toThrow(RangeError);
  });

  test('of nothing there is no quantile', () => {
    expect(() => new NanosecondHistogram().quantile(0.5)).toThrow(RangeError);
    expect(() => NanosecondHistogram.of([1]).quantile(1.1)).toThrow(RangeError);
    expect([...new NanosecondHistogram().bins()]).toEqual([]);
  });
});

describe('the interchange format', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const histogram = NanosecondHistogram.of(values);
        const back = NanosecondHistogram.decode(histogram.encode());
        expect(back.count).toBe(histogram.count);
        expect([...back.bins()]).toEqual([...histogram.bins()]);
        expect(back.encode()).toBe(histogram.encode());
      }),
    );
  });

  test('also of nothing', () => {
    expect(NanosecondHistogram.decode(new NanosecondHistogram().encode()).count).toBe(0);
  });

  test.each(HDR_TEXTS)('a text of another port is read, and written the same byte for byte', (known) => {
    const { text, met, ...layout } = known;
    const read = decodeHistogram(text, 100_000);
    expect(read).toMatchObject(layout);
    const indexes = Array.from(read.counts, (count, index) => ({ index, count })).filter(
      ({ count }) => count > 0,
    );
    expect(indexes.map(({ index }) => index)).toEqual(met);
    expect(unpacked(encodeHistogram(read))).toEqual(unpacked(text));
  });

  test('the library of another author reads what is written', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const theirs = decodeFromCompressedBase64(NanosecondHistogram.of(values).encode(), 64);
        expect(theirs.totalCount).toBe(values.length);
        const most = Math.max(...values);
        expect(Math.abs(theirs.maxValue - most)).toBeLessThanOrEqual(0.001 * most);
      }),
    );
  });

  test('counts beyond 32 bits survive', () => {
    for (const count of [1, 63, 64, 2 ** 31, 2 ** 32 + 1, 2 ** 48 + 7, 2 ** 51]) {
      const text = encodeHistogram({
        lowest: 1,
        highest: HIGHEST_NS,
        significantDigits: 3,
        counts: [0, 0, 0, count, 0],
      });
      expect([...Array.from(decodeHistogram(text, 10).counts)]).toEqual([0, 0, 0, count, 0]);
    }
  });
});

describe('a text that is damaged or hostile', () => {
  const good = NanosecondHistogram.of([1, 1_000, 1_000, 50_000, 20_000_000]).encode();

  test('is refused with a plain error wherever it is damaged, or is still a histogram', () => {
    const damaged = fc.record({ at: fc.nat(good.length - 1), by: fc.constantFrom(...'Az09+/=!\n ') });
    fc.assert(
      fc.property(damaged, ({ at, by }) => {
        expectRefusedOrRead(good.slice(0, at) + by + good.slice(at + 1));
      }),
      { numRuns: 500 },
    );
  });

  test('so it is wherever it is cut off', () => {
    for (let length = 0; length < good.length - 4; length++) {
      expect(() => NanosecondHistogram.decode(good.slice(0, length))).toThrow(RangeError);
    }
  });

  test('so is any other text', () => {
    fc.assert(fc.property(fc.string(), (text) => expectRefusedOrRead(text)));
    fc.assert(fc.property(fc.base64String(), (text) => expectRefusedOrRead(text)));
  });

  test('and whatever its unpacked bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, withHeader) => {
        expectRefusedOrRead(packed(withHeader ? withGoodHeader(bytes) : bytes));
      }),
    );
  });

  test.each([
    ['a row of zeros without end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f], 'too many counts'],
    ['a number without end', new Array<number>(20).fill(0x80), 'too many bytes'],
    ['a count past all counting', new Array<number>(8).fill(0xfe).concat(0x01), 'too large'],
    ['a number that stops halfway', [0x80], 'cut off'],
    [
      'counts that together pass all counting',
      new Array<number[]>(3).fill([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]).flat(),
      'too large',
    ],
  ])('%s is refused', (_name, numbers, message) => {
    const text = packed(withGoodHeader(Uint8Array.from(numbers)));
    expect(() => NanosecondHistogram.decode(text)).toThrow(message);
  });

  test('a small text that unpacks to megabytes is not unpacked', () => {
    const bomb = packed(withGoodHeader(new Uint8Array(5_000_000)));
    expect(bomb.length).toBeLessThan(10_000);
    expect(() => NanosecondHistogram.decode(bomb)).toThrow('cannot be unpacked');
  });

  test('a text of megabytes is refused before it is read', () => {
    expect(() => NanosecondHistogram.decode('A'.repeat(10_000_000))).toThrow('too long');
  });

  test('a histogram that is divided otherwise would give wrong times, and is refused', () => {
    expect(() => NanosecondHistogram.decode(HDR_TEXTS[0].text)).toThrow('not one of 1 ns to 1 h');
  });

  test('as is one whose counts are shifted, as the library would have written it', () => {
    const bytes = withGoodHeader(Uint8Array.of(2));
    bytes[11] = 1;
    expect(() => NanosecondHistogram.decode(packed(bytes))).toThrow('shifted');
  });
});

function expectRefusedOrRead(text: string): void {
  try {
    expect(NanosecondHistogram.decode(text).count).toBeGreaterThanOrEqual(0);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
  }
}

function unpacked(text: string): Uint8Array {
  return new Uint8Array(inflateSync(Uint8Array.from(atob(text), (each) => each.charCodeAt(0)).subarray(8)));
}

/** The header of an empty histogram, with these bytes for its counts. */
function withGoodHeader(numbers: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(40 + numbers.length);
  bytes.set(unpacked(new NanosecondHistogram().encode()).subarray(0, 40));
  bytes.set(numbers, 40);
  new DataView(bytes.buffer).setUint32(4, numbers.length);
  return bytes;
}

function packed(bytes: Uint8Array): string {
  const body: Uint8Array = deflateSync(bytes, {});
  const envelope = new Uint8Array(8 + body.length);
  new DataView(envelope.buffer).setUint32(0, 0x1c849314);
  new DataView(envelope.buffer).setUint32(4, body.length);
  envelope.set(body, 8);
  return btoa(Array.from(envelope, (byte) => String.fromCharCode(byte)).join(''));
}
