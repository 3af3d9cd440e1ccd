/** Values of options as people type them: what is taken, what is refused and in which words. */
import { formatMessage } from '@optique/core/message';
import type { ValueParser } from '@optique/core/valueparser';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byteSize,
  byteSizes,
  byteSizeText,
  count,
  dscp,
  duration,
  durations,
  durationText,
  percent,
  ratesPerSecond,
  word,
} from '../../src/cli/options/words/values.ts';

const GIB = 1024 ** 3;
const WEEK_MS = 7 * 24 * 3_600_000;

/** The value, or the complaint. */
function parsed<T>(parser: ValueParser<'sync', T>, input: string): T | string {
  const result = parser.parse(input);
  return result.success ? result.value : formatMessage(result.error, { colors: false, quotes: true });
}

describe('a list of durations', () => {
  const parser = durations({ min: 0, max: WEEK_MS }, 3);

  test.each([
    ['0,10ms,100ms', [0, 10, 100]],
    ['1s, 50us', [0.05, 1_000]],
    ['100ms,20ms,3ms', [3, 20, 100]],
    ['0', [0]],
  ])('%s is taken by value, in whatever order it is typed', (input, ms) => {
    expect(parsed(parser, input)).toEqual(ms);
  });

  test.each([
    ['', 'Expected a time with its unit'],
    ['0,', 'Expected a time with its unit'],
    ['0,-1ms', 'Expected a time with its unit'],
    ['0,1ms,2ms,3ms', 'Expected 3 times at most, but got "0,1ms,2ms,3ms"'],
    ['1s,1000ms', 'Expected each time once, but got "1s,1000ms"'],
  ])('"%s" is refused: %s', (input, complaint) => {
    expect(parsed(parser, input)).toContain(complaint);
  });

  test('what is shown of a list can be typed', () => {
    const milliseconds = fc.uniqueArray(fc.integer({ min: 0, max: 600_000 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(milliseconds, (times) => {
        expect(parsed(parser, parser.format(times))).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('rates of an open loop', () => {
  const parser = ratesPerSecond(1_000_000, 4);

  test.each([
    ['2000/s', [2_000]],
    ['2k/s', [2_000]],
    ['0.5M/s', [500_000]],
    ['120/m', [2]],
    ['1/m', [1 / 60]],
    ['0.25/s', [0.25]],
    ['3000/s, 1000/s,2000/s', [3_000, 1_000, 2_000]],
  ])('%s is taken in the order in which it is typed', (input, rates) => {
    expect(parsed(parser, input)).toEqual(rates);
  });

  test.each([
    ['', 'Expected how often probes are sent, such as 2000/s or 120/m, but got ""'],
    ['2000', 'such as 2000/s or 120/m, but got "2000"'],
    ['10Mbit/s', 'such as 2000/s or 120/m, but got "10Mbit/s"'],
    ['2000/h', 'but got "2000/h"'],
    ['1m/s', 'but got "1m/s"'],
    ['-1/s', 'but got "-1/s"'],
    ['1000/s,', 'but got ""'],
    ['0/s', 'Expected a rate above 0, up to 1000000/s, but got "0/s"'],
    ['1000001/s', 'Expected a rate above 0, up to 1000000/s, but got "1000001/s"'],
    ['1/s,2/s,3/s,4/s,5/s', 'Expected 4 rates at most, but got "5"'],
  ])('"%s" is refused: %s', (input, complaint) => {
    expect(parsed(parser, input)).toContain(complaint);
  });

  test('what is shown of any can be typed, and is as exact', () => {
    const rate = fc.oneof(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 1, max: 100_000 }).map((perMinute) => perMinute / 60),
      fc.double({ min: 1e-6, max: 1_000_000, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(rate, { minLength: 1, maxLength: 4 }), (rates) => {
        expect(parsed(parser, parser.format(rates))).toEqual(rates);
      }),
    );
  });
});

describe('a duration', () => {
  const parser = duration({ min: 0, max: WEEK_MS });

  test.each([
    ['0', 0],
    ['500ms', 500],
    ['0.5s', 500],
    ['50us', 0.05],
    ['2m', 120_000],
    ['1.5m', 90_000],
    ['0ms', 0],
  ])('%s is %d ms', (input, ms) => {
    expect(parsed(parser, input)).toBeCloseTo(ms, 9);
  });

  test.each(['5', '', '-1s', '1 s', '1e3ms', '.5s', '1h', 'NaNms', 'Infinitys', '1s2', '1S'])(
    '"%s" is refused with an example of what to type',
    (input) => {
      expect(parsed(parser, input)).toMatch(/^Expected a time with its unit, such as 500ms or 2s, but got /);
    },
  );

  test.each([
    ['0', '1ms to 10s'],
    ['0.9ms', '1ms to 10s'],
    ['10.001s', '1ms to 10s'],
  ])('%s out of range is refused with the range', (input, range) => {
    expect(parsed(duration({ min: 1, max: 10_000 }), input)).toContain(`from ${range}, but got`);
  });

  test.each([
    [0, '0'],
    [1, '1ms'],
    [999, '999ms'],
    [1_000, '1s'],
    [90_000, '90s'],
    [60_000, '1m'],
    [0.05, '50us'],
    [0.001, '1us'],
  ])('%d ms is written %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  test('what help prints can be typed and means the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: WEEK_MS }), (ms) => {
        expect(parsed(parser, durationText(ms))).toBe(ms);
      }),
    );
  });

  test('also below a millisecond, in whole microseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (us) => {
        const text = durationText(us / 1_000);
        expect(text).toMatch(/^\d+(us|ms|s|m)$/);
        expect(parsed(parser, text)).toBeCloseTo(us / 1_000, 9);
      }),
    );
  });
});

describe('a size', () => {
  const parser = byteSize({ min: 1, max: GIB });

  test.each([
    ['1', 1],
    ['1000', 1_000],
    ['2K', 2_048],
    ['2k', 2_048],
    ['2KiB', 2_048],
    ['16M', 16 * 1024 ** 2],
    ['1G', GIB],
    ['007', 7],
  ])('%s is %d bytes', (input, bytes) => {
    expect(parsed(parser, input)).toBe(bytes);
  });

  test.each(['', '-1', 'abc', '1.5K', '1e3', '2KBB', '2 K', 'K', '0x10', '1,000', '９'])(
    '"%s" is refused with examples of what to type',
    (input) => {
      expect(parsed(parser, input)).toMatch(
        /^Expected a number of bytes such as 1000, 2K or 16M \(K = 1024\)/,
      );
    },
  );

  test.each(['0', '2G', '1025M'])('%s out of range is refused with the range', (input) => {
    expect(parsed(parser, input)).toMatch(/^Expected a size from 1 to 1G, but got /);
  });

  test('what help prints can be typed and means the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: GIB }), (bytes) => {
        expect(parsed(parser, byteSizeText(bytes))).toBe(bytes);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1024 }), fc.constantFrom('K', 'M'), (number, unit) => {
        const bytes = parsed(parser, `${number}${unit}`);
        if (typeof bytes === 'number') expect(parsed(parser, byteSizeText(bytes))).toBe(bytes);
      }),
    );
  });
});

describe('a list of sizes', () => {
  const parser = byteSizes({ min: 1, max: GIB });

  test('keeps the order in which it was typed', () => {
    expect(parsed(parser, '1K,1, 100')).toEqual([1_024, 1, 100]);
  });

  test.each([',', '1,', '1,,2', '1;2', '1,x', '1,0'])(
    '"%s" is refused, naming what is wrong in it',
    (input) => {
      expect(parsed(parser, input)).toMatch(/^Expected a (number of bytes|size from)/);
    },
  );

  test('what is printed can be typed and means the same', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: GIB }), { minLength: 1, maxLength: 20 }), (sizes) => {
        expect(parsed(parser, parser.format(sizes))).toEqual(sizes);
      }),
    );
  });
});

describe('a count', () => {
  const parser = count({ min: 1, max: 65_535 }, 'PORT');

  test.each(['0', '65536', '-1', '1.0', '1e3', '0x50', '', ' 80', '99999999999999999999'])(
    '"%s" is refused with the range',
    (input) => {
      expect(parsed(parser, input)).toMatch(/^Expected a whole number from 1 to 65535, but got /);
    },
  );

  test('takes what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), (port) => {
        expect(parsed(parser, parser.format(port))).toBe(port);
      }),
    );
  });
});

describe('a share in percent', () => {
  const parser = percent({ min: 0.001, max: 0.5 });

  test.each([
    ['2%', 0.02],
    ['0.5 %', 0.005],
    ['0.1%', 0.001],
    ['50%', 0.5],
  ])('"%s" is %d', (input, share) => {
    expect(parsed(parser, input)).toBeCloseTo(share, 12);
  });

  test.each(['2', '0.02', '%', '-2%', '2%%', '1e1%', '2  %', ''])(
    '"%s" is refused with an example',
    (input) => {
      expect(parsed(parser, input)).toMatch(/^Expected a share in percent such as 2% or 0\.5%, but got /);
    },
  );

  test.each(['0%', '0.09%', '51%', '999999999999999%'])('"%s" is refused with the range', (input) => {
    expect(parsed(parser, input)).toMatch(/^Expected a share from 0\.1% to 50%, but got /);
  });

  test('takes what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (permille) => {
        expect(parsed(parser, parser.format(permille / 1_000))).toBeCloseTo(permille / 1_000, 12);
      }),
    );
  });
});

describe('a word', () => {
  const parser = word(['rtt', 'throughput', 'both'], 'TYPE');

  test('is taken as it stands and no other way', () => {
    expect(parsed(parser, 'rtt')).toBe('rtt');
    for (const input of ['RTT', 'rt', '', 'rtt ']) {
      expect(parsed(parser, input)).toMatch(/^Expected one of "rtt", "throughput",? or "both", but got /);
    }
  });

  test('is found by its first letters when Tab is pressed', () => {
    expect([...(parser.suggest?.('t') ?? [])]).toEqual([{ kind: 'literal', text: 'throughput' }]);
  });
});

test('parsers never throw, whatever is typed', () => {
  const parsers: readonly ValueParser<'sync', unknown>[] = [
    duration({ min: 0, max: WEEK_MS }),
    byteSize({ min: 1, max: GIB }),
    byteSizes({ min: 1, max: GIB }),
    count({ min: 0, max: 9 }),
    percent({ min: 0, max: 1 }),
    word(['a'], 'NAME'),
  ];
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (input) => {
      for (const parser of parsers) expect(() => parser.parse(input)).not.toThrow();
    }),
  );
});

describe('a DSCP', () => {
  test.each([
    ['EF', 46],
    ['ef', 46],
    ['LE', 1],
    ['CS0', 0],
    ['CS7', 56],
    ['AF11', 10],
    ['AF43', 38],
    ['0', 0],
    ['63', 63],
  ])('%s is %d, in the upper six bits of the byte', (input, value) => {
    expect(parsed(dscp(), input)).toBe(4 * value);
  });

  test.each(['64', '-1', '', 'AF44', 'AF51', 'CS8', '1.5', '0x2e', 'E F'])(
    '"%s" is refused with what is known',
    (input) => {
      expect(parsed(dscp(), input)).toMatch(
        /^Expected a DSCP from 0 to 63 or its name \(EF, LE, .*, but got /,
      );
    },
  );
});
