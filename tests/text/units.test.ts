/** Numbers for people: a unit that fits, three significant digits at least, sizes as they were typed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryText, sizeText } from '../../src/text/sizes.ts';
import { inUnit, kernelTimeText, rateUnit, timeText, timeUnit } from '../../src/text/units.ts';

describe('one duration', () => {
  test.each([
    [1, '1.000 ns'],
    [999, '999.0 ns'],
    [999, '999.0 ns'],
    [9_999, '9.999 µs'],
    [10_000, '10.00 µs'],
    [12_345, '12.35 µs'],
    [123_456, '123.5 µs'],
    [9_999_000, '9,999 µs'],
    [10_000_000, '10.00 ms'],
    [500_000_000, '500.0 ms'],
    [10_000_000_000, '10.00 s'],
  ])('%d ns is %s', (ns, text) => {
    expect(timeText(ns)).toBe(text);
  });
});

describe('the unit of a column', () => {
  test.each([
    [[], 'ns'],
    [[0, 0], 'ns'],
    [[999], 'ns'],
    [[9_999], 'µs'],
    [[10_000], 'µs'],
    [[9_999_999], 'µs'],
    [[10_000_000], 'ms'],
    [[10_000_000_000], 's'],
    // One outlier does not turn a column of microseconds into one of zeros.
    [[20_000, 21_000, 3_000_000_000], 'µs'],
    // A session without a sample has no say.
    [[0, 0, 0, 20_000_000], 'ms'],
  ])('of %j ns is %s', (values, name) => {
    expect(timeUnit(values).name).toBe(name);
  });

  test.each([
    [[9_999], 'bit/s'],
    [[10_000], 'kbit/s'],
    [[10_000_000], 'Mbit/s'],
    [[9_999_999_999], 'Mbit/s'],
    [[10_000_000_000], 'Gbit/s'],
  ])('of %j bit/s is %s', (values, name) => {
    expect(rateUnit(values).name).toBe(name);
  });
});

describe('a value in the unit of its column', () => {
  const MICROSECONDS = { name: 'µs', factor: 1_000 };

  test.each([
    [1_000, '1.000'],
    [9_999, '9.999'],
    [10_000, '10.00'],
    [99_990, '99.99'],
    [100_000, '100.0'],
    [999_900, '999.9'],
    [1_000_000, '1,000'],
    [1_234_567_890, '1,234,568'],
  ])('%d ns in µs is %s', (ns, text) => {
    expect(inUnit(ns, MICROSECONDS)).toBe(text);
  });

  test.each([
    // Rounding that reaches the next power of ten takes a place away.
    [9_999.6, '10.00'],
    [99_996, '100.0'],
    [999_960, '1,000'],
  ])('%d ns in µs is %s, without a place too many', (ns, text) => {
    expect(inUnit(ns, MICROSECONDS)).toBe(text);
  });

  test('a size of 1 byte beside one of 32 KiB still has a throughput', () => {
    expect(inUnit(2_851, { name: 'Mbit/s', factor: 1e6 })).toBe('0.002851');
  });

  test('no value loses its digits: three at least, however small it is in its column', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (value) => {
        const shown = inUnit(value, { name: 'Mbit/s', factor: 1 }).replaceAll(',', '');
        expect(Math.abs(Number(shown) - value)).toBeLessThanOrEqual(value * 0.00501);
      }),
    );
  });
});

describe('a size', () => {
  test.each([
    [1, '1 B'],
    [1000, '1000 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1025, '1025 B'],
    [2048, '2 KiB'],
    [32 * 1024, '32 KiB'],
    [1024 ** 2, '1 MiB'],
    [1024 ** 2 + 1024, '1025 KiB'],
    [16 * 1024 ** 2, '16 MiB'],
    [1024 ** 3, '1 GiB'],
  ])('of %d bytes is %s (K = 1024)', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [65_536, '64 KiB'],
  [65_483, '63.95 KiB'],
  [2_642 * 1024, '2.58 MiB'],
  [6 * 1024 ** 2, '6 MiB'],
  [1024 ** 3, '1 GiB'],
])('a window of %d bytes is %s', (bytes, text) => {
  expect(memoryText(bytes)).toBe(text);
});

test.each([
  [6_000, '6 µs'],
  [1_234_000, '1,234 µs'],
  [9_999_000, '9,999 µs'],
  [12_345_000, '12.35 ms'],
])('%d ns of a kernel that counts microseconds are shown as %s', (ns, text) => {
  expect(kernelTimeText(ns)).toBe(text);
});
