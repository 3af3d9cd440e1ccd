/** Numbers, setups and frames against naive second implementations. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSetup } from '../../src/core/wire/decode.ts';
import { DIALECT_NAMES, DIALECTS, RECOGNISED_DIALECTS } from '../../src/core/wire/dialects.ts';
import { announcedBytes, encodeSetup, makePayload, ProbeWriter } from '../../src/core/wire/encode.ts';
import { Framer, TOO_LONG } from '../../src/core/wire/framer.ts';
import {
  contentEnd,
  decimalDigits,
  isDecimal,
  isDigits,
  parseCount,
  parseDelay,
  printable,
  secondsText,
  writeDecimal,
} from '../../src/core/wire/grammar.ts';
import { bytes, pieces, text } from './ends.ts';

const fieldArb = fc
  .array(fc.constantFrom(...'0123456789012345678900..+-eExN a\n'), { maxLength: 18 })
  .map((all) => all.join(''));
const naturalArb = fc.oneof(fc.nat(2_000), fc.maxSafeNat());

function isAllDigits(field: string): boolean {
  return field.length > 0 && [...field].every((character) => '0123456789'.includes(character));
}

function naiveCount(field: string): number | undefined {
  if (!isAllDigits(field) || field.length > 15 || BigInt(field) < 1n) return undefined;
  return Number(BigInt(field));
}

function naiveDelayNs(field: string, nsPerUnit: bigint): number | undefined {
  const parts = field.split('.');
  const [whole = '', fraction = '0'] = parts;
  if (parts.length > 2 || !isAllDigits(whole) || !isAllDigits(fraction) || whole.length > 9) return undefined;
  return Number(BigInt(whole) * nsPerUnit + (BigInt(fraction) * nsPerUnit) / 10n ** BigInt(fraction.length));
}

describe('numbers on the wire', () => {
  test('a count is taken if and only if it is plain digits and at least 1', () => {
    fc.assert(
      fc.property(fc.oneof(fieldArb, naturalArb.map(String)), (field) => {
        expect(parseCount(field)).toBe(naiveCount(field));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['seconds', 1_000_000_000n],
    ['milliseconds', 1_000_000n],
  ] as const)('a delay in %s is exact to the nanosecond', (unit, nsPerUnit) => {
    const numberArb = fc
      .tuple(fc.nat(1_000_000), fc.option(fc.stringMatching(/^\d{1,12}$/), { nil: undefined }))
      .map(([whole, fraction]) => (fraction === undefined ? String(whole) : `${whole}.${fraction}`));
    fc.assert(
      fc.property(fc.oneof(fieldArb, numberArb), (field) => {
        const delay = parseDelay(field, unit);
        expect(delay?.delayNs).toBe(naiveDelayNs(field, nsPerUnit));
        if (delay !== undefined) expect(delay.unit).toBe(unit);
      }),
      { numRuns: 1_000 },
    );
  });

  test('an unmarked delay is milliseconds, one with a point seconds', () => {
    fc.assert(
      fc.property(fc.nat(9_999), fc.option(fc.nat(999), { nil: undefined }), (whole, fraction) => {
        const field = fraction === undefined ? String(whole) : `${whole}.${fraction}`;
        const unit = fraction === undefined ? 'milliseconds' : 'seconds';
        expect(parseDelay(field, 'inferred')).toEqual(parseDelay(field, unit));
      }),
      { numRuns: 300 },
    );
  });

  test('seconds are written so that they are read as the same delay', () => {
    fc.assert(
      fc.property(fc.nat(20_000_000_000), (delayNs) => {
        expect(parseDelay(secondsText(delayNs), 'seconds')?.delayNs).toBe(delayNs);
      }),
      { numRuns: 500 },
    );
  });

  test('a sequence number is written as everybody writes numbers', () => {
    fc.assert(
      fc.property(naturalArb, fc.nat(5), (value, offset) => {
        const buffer = new Uint8Array(offset + 20);
        const end = writeDecimal(buffer, offset, value);
        expect(text(buffer.subarray(offset, end))).toBe(String(value));
        expect(decimalDigits(value)).toBe(String(value).length);
        expect(buffer.subarray(0, offset).every((byte) => byte === 0)).toBe(true);
        expect(buffer.subarray(end).every((byte) => byte === 0)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('a sequence number is recognised only in its one plain spelling', () => {
    const nearArb = fc.tuple(naturalArb, fc.constantFrom('', '0', ' ', '+')).map(([n, front]) => front + n);
    fc.assert(
      fc.property(fc.oneof(fieldArb, nearArb), naturalArb, (field, other) => {
        const near = isAllDigits(field) ? Number(field) : 0;
        for (const value of [other, Number.isSafeInteger(near) ? near : 0]) {
          expect(isDecimal(bytes(field), 0, field.length, value)).toBe(field === String(value));
        }
        expect(isDigits(bytes(field), 0, field.length)).toBe(isAllDigits(field));
      }),
      { numRuns: 1_000 },
    );
  });

  test('a line end is LF or CR LF, and no more than that is cut off', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\r', '\n'), maxLength: 6 }), (line) => {
        expect(line.slice(0, contentEnd(bytes(line)))).toBe(line.replace(/\r?\n?$/, ''));
      }),
      { numRuns: 300 },
    );
  });

  test('bytes of a peer in an error text cannot break the terminal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 1, max: 100 }), (received, max) => {
        expect(printable(received, max)).toMatch(/^[\x20-\x7e]*$/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('messages', () => {
  const setupArb = fc.record({
    measurement: fc.constantFrom('rtt' as const, 'throughput' as const),
    payloadBytes: fc.integer({ min: 1, max: 16 * 1024 * 1024 }),
    probes: fc.integer({ min: 20, max: 1_000_000 }),
    delay: fc
      .oneof(
        fc.nat(10_000_000_000),
        fc.nat(10_000).map((ms) => ms * 1_000_000),
      )
      .map((delayNs) => ({ delayNs, unit: 'seconds' as const })),
  });

  test.each(DIALECT_NAMES)('a setup means the same at both ends: %s', (name) => {
    const dialect = DIALECTS[name];
    const others = dialect.toldApart === 'option' ? [dialect] : RECOGNISED_DIALECTS;
    fc.assert(
      fc.property(setupArb, (setup) => {
        const message = encodeSetup(dialect, setup);
        const payloadBytes = announcedBytes(dialect, setup);
        const means = {
          ...setup,
          payloadBytes,
          delay: expect.objectContaining({ delayNs: setup.delay.delayNs }),
        };
        expect(readSetup(message, [dialect], undefined)).toEqual([{ dialect, setup: means }]);
        expect(readSetup(message, others, undefined)).toContainEqual({ dialect, setup: means });
      }),
      { numRuns: 40 },
    );
  });

  test('a probe is the same whichever probe was written before it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...DIALECT_NAMES),
        fc.nat(50),
        fc.array(fc.nat(2_000), { minLength: 1, maxLength: 8 }),
        (name, size, sequences) => {
          const writer = new ProbeWriter(DIALECTS[name], size);
          const payload = text(makePayload(size));
          for (const sequence of sequences) {
            const fields =
              DIALECTS[name].probe.order === 'sequence-first' ? [sequence, payload] : [payload, sequence];
            expect(text(writer.write(sequence))).toBe(`m ${fields.join(' ')}\n`);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a payload has its exact size and cannot be taken for a status or a number', () => {
    for (const size of [1, 25, 26, 27, 100, 1_000, 2_048]) {
      expect(text(makePayload(size))).toMatch(new RegExp(`^[a-z]{${size}}$`));
    }
  });
});

describe('frames', () => {
  const lineArb = fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\0'), maxLength: 20 });
  const sizesArb = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });

  test('lines come out as they went in, however they were cut, from reused buffers', () => {
    fc.assert(
      fc.property(fc.array(lineArb, { maxLength: 12 }), lineArb, sizesArb, (lines, rest, sizes) => {
        const framer = new Framer();
        const met: string[] = [];
        for (const piece of pieces(lines.map((line) => `${line}\n`).join('') + rest, sizes)) {
          const chunk = bytes(piece);
          framer.push(chunk);
          for (let next = framer.next(64); next !== undefined; next = framer.next(64)) {
            met.push(next === TOO_LONG ? 'too long' : text(next));
          }
          framer.retain();
          chunk.fill(0xff);
        }
        expect(met).toEqual(lines.map((line) => `${line}\n`));
        expect(text(framer.peek())).toBe(rest);
        expect(framer.length).toBe(rest.length);
      }),
      { numRuns: 500 },
    );
  });

  test('a message stays what it was until its buffer is given back, whatever comes meanwhile', () => {
    const longArb = fc.integer({ min: 0, max: 60 }).map((size) => 'x'.repeat(size));
    const roundArb = fc.record({ size: fc.integer({ min: 1, max: 90 }), givesBack: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(longArb, { maxLength: 12 }),
        fc.array(roundArb, { minLength: 1, maxLength: 8 }),
        (lines, rounds) => {
          const framer = new Framer();
          const stream = lines.map((line, i) => `${i} ${line}\n`);
          let lent: { readonly view: Uint8Array; readonly was: string }[] = [];
          const met: string[] = [];
          let offset = 0;
          for (let i = 0; offset < stream.join('').length; i++) {
            const { size, givesBack } = rounds[i % rounds.length] as (typeof rounds)[number];
            const chunk = bytes(stream.join('').slice(offset, offset + size));
            offset += size;
            framer.push(chunk);
            for (let next = framer.next(64); next !== undefined; next = framer.next(64)) {
              expect(next).not.toBe(TOO_LONG);
              lent.push({ view: next as Uint8Array, was: text(next as Uint8Array) });
              met.push(text(next as Uint8Array));
            }
            framer.retain();
            for (const { view, was } of lent) expect(text(view)).toBe(was);
            // What lies in the chunk itself has left with it.
            lent = givesBack ? [] : lent.filter(({ view }) => view.buffer !== chunk.buffer);
            if (givesBack) framer.reuse();
            chunk.fill(0xff);
          }
          expect(met).toEqual(stream);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('no more than the bound is ever held of a line that does not end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), sizesArb, (bound, sizes) => {
        const framer = new Framer();
        let verdict: ReturnType<Framer['next']>;
        for (const piece of pieces('x'.repeat(400), sizes)) {
          framer.push(bytes(piece));
          verdict = framer.next(bound);
          if (verdict === TOO_LONG) break;
          framer.retain();
          expect(framer.length).toBeLessThan(bound);
          expect(framer.peek().buffer.byteLength).toBeLessThanOrEqual(bound);
        }
        expect(verdict).toBe(TOO_LONG);
      }),
      { numRuns: 200 },
    );
  });
});
