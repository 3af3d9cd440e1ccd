/** The log of residences and the reading of an answer: a number that is wrong here is a wrong network time. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ResidenceReader } from '../../src/core/client/residence-reader.ts';
import { ResidenceLog } from '../../src/core/wire/residence.ts';
import { bytes, text } from './ends.ts';

function logOf(residencesNs: readonly number[]): ResidenceLog {
  const log = new ResidenceLog();
  for (const residenceNs of residencesNs) log.record(residenceNs);
  return log;
}

/** What a client makes of an answer in which each residence is to be parted. */
function readParted(answer: string, count: number): readonly number[] | string {
  const reader = new ResidenceReader();
  reader.ask(0, count, { waits: true, busy: false });
  const received = bytes(answer);
  const verdict = reader.read(received, received.length);
  return verdict === 'answer' ? Array.from(reader.residences!.waitNs!) : verdict;
}

/** What a client makes of the time for which a server says that it was busy with others. */
function readBusy(answer: string, count: number): number | undefined | string {
  const reader = new ResidenceReader();
  reader.ask(0, count, { waits: true, busy: true });
  const received = bytes(answer);
  const verdict = reader.read(received, received.length);
  return verdict === 'answer' ? reader.residences!.busyNs : verdict;
}

function told(log: ResidenceLog, first: number, count: number): string {
  return text(log.answerTo(bytes(`r ${first} ${count}\n`))!);
}

/** What a client makes of an answer that comes at once. */
function read(answer: string, count: number): readonly number[] | string {
  const reader = new ResidenceReader();
  reader.ask(0, count);
  const received = bytes(answer);
  const verdict = reader.read(received, received.length);
  return verdict === 'answer' ? Array.from(reader.residences!.residenceNs) : verdict;
}

describe('what is recorded', () => {
  test('what cannot be a residence is missing, never 0', () => {
    const log = logOf([Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY, 2 ** 53, 0, 2 ** 53 - 1]);
    expect(told(log, 0, 7)).toBe('200 OK: Residence application - - - - - 0 9007199254740991\n');
  });

  test('any number of residences: the last 4,096 come back as they were, all others are missing', () => {
    const countArb = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 4_000, max: 9_000 }));
    fc.assert(
      fc.property(countArb, fc.nat(9_000), fc.integer({ min: 1, max: 50 }), (recorded, first, count) => {
        const log = logOf(Array.from({ length: recorded }, (_, i) => 10 * i));
        const expected = Array.from({ length: count }, (_, i) => {
          const probe = first + i;
          return probe < recorded && probe >= recorded - 4_096 ? String(10 * probe) : '-';
        });
        expect(told(log, first, count)).toBe(`200 OK: Residence application ${expected.join(' ')}\n`);
      }),
      { numRuns: 60 },
    );
  });

  test('a session of ten probes does not pay for thousands', () => {
    const lengths: number[] = [];
    const { Float64Array: real } = globalThis;
    globalThis.Float64Array = new Proxy(real, {
      construct(target, [length]: [number]) {
        lengths.push(length);
        return new target(length);
      },
    });
    try {
      logOf(Array.from({ length: 10 }, () => 1));
      expect(Math.max(...lengths)).toBeLessThanOrEqual(3 * 64);
      lengths.length = 0;
      logOf(Array.from({ length: 100_000 }, () => 1));
      expect(Math.max(...lengths)).toBe(3 * 4_096);
      expect(lengths.length).toBeLessThan(10);
    } finally {
      globalThis.Float64Array = real;
    }
  });
});

describe('what is read', () => {
  test('an answer is read as it was meant, stamps missing included', () => {
    const residenceArb = fc.oneof(fc.maxSafeNat(), fc.nat(20_000), fc.constant(Number.NaN));
    const sourceArb = fc.constantFrom('kernel' as const, 'application' as const);
    fc.assert(
      fc.property(
        fc.array(residenceArb, { minLength: 1, maxLength: 40 }),
        sourceArb,
        (residencesNs, source) => {
          const log = logOf(residencesNs);
          log.source = source;
          const reader = new ResidenceReader();
          const answer = log.answerTo(reader.ask(0, residencesNs.length))!;
          expect(answer.length).toBeLessThan(reader.maxBytes);
          expect(reader.read(answer, answer.length)).toBe('answer');
          expect(reader.residences).toEqual({ source, residenceNs: Float64Array.from(residencesNs) });
        },
      ),
    );
  });

  test('CR LF ends an answer, too', () => {
    expect(read('200 OK: Residence kernel 12 -\r\n', 2)).toEqual([12, Number.NaN]);
  });

  test.each([
    ['a value is missing', '200 OK: Residence kernel 12\n'],
    ['there is a value too many', '200 OK: Residence kernel 12 13 14\n'],
    ['there is none', '200 OK: Residence kernel\n'],
    ['the source is missing', '200 OK: Residence 12 13\n'],
    ['the source is unknown', '200 OK: Residence driver 12 13\n'],
    ['the source goes on', '200 OK: Residence kernels 12 13\n'],
    ['a value is negative', '200 OK: Residence kernel 12 -13\n'],
    ['a value is broken', '200 OK: Residence kernel 12 1.5\n'],
    ['a value has an exponent', '200 OK: Residence kernel 12 1e3\n'],
    ['a value is no number', '200 OK: Residence kernel 12 NaN\n'],
    ['a value is past what is exact', '200 OK: Residence kernel 12 9007199254740992\n'],
    ['a value has leading zeros without end', `200 OK: Residence kernel 12 ${'0'.repeat(17)}\n`],
    ['two blanks stand between two values', '200 OK: Residence kernel 12  13\n'],
    ['a blank stands at the end', '200 OK: Residence kernel 12 13 \n'],
    ['it is another status', '200 OK: Ready\n'],
    ['it is an empty line', '\n'],
    ['a second line follows', '200 OK: Residence kernel 12 13\nm'],
    ['a line comes before', '\n200 OK: Residence kernel 12 13\n'],
    ['it has no end', `200 OK: Residence kernel 12 ${'1'.repeat(40)}`],
  ])('no number is taken from an answer when %s', (_fault, answer) => {
    expect(read(answer, 2)).toBe('wrong');
  });

  test('what TCP kept is told apart, and what is no part of the whole is missing', () => {
    const log = new ResidenceLog();
    const pairs = [
      [500, 400],
      [500, 0],
      [500, 501],
      [500, -1],
      [500, Number.NaN],
      [Number.NaN, 3],
    ] as const;
    for (const [residenceNs, waitNs] of pairs) log.record(residenceNs, waitNs);
    const answer = text(log.answerTo(bytes('r 0 7 +waits\n'))!);
    expect(answer).toBe('200 OK: Residence application 500/400 500/0 500/- 500/- 500/- - -\n');
    expect(readParted(answer, 7)).toEqual([400, 0, ...Array<number>(5).fill(Number.NaN)]);
    // A client of an older version asks as it always did.
    expect(told(log, 0, 2)).toBe('200 OK: Residence application 500 500\n');
  });

  test('more than the whole is no part of it, whatever a server says', () => {
    expect(readParted('200 OK: Residence kernel 12/13 12/12\n', 2)).toEqual([Number.NaN, 12]);
  });

  test.each([
    ['a part is missing', '200 OK: Residence kernel 12/3 13\n'],
    ['a part is empty', '200 OK: Residence kernel 12/ 13/3\n'],
    ['there is a part too many', '200 OK: Residence kernel 12/3/3 13/3\n'],
    ['what is missing has a part', '200 OK: Residence kernel -/3 13/3\n'],
    ['a part is broken', '200 OK: Residence kernel 12/1.5 13/3\n'],
    ['the whole is missing', '200 OK: Residence kernel /3 13/3\n'],
  ])('no number is taken from an answer in parts when %s', (_fault, answer) => {
    expect(readParted(answer, 2)).toBe('wrong');
  });

  const busyArb = fc.record({
    residenceNs: fc.oneof(fc.nat(20_000), fc.constant(Number.NaN)),
    waitNs: fc.oneof(fc.nat(20_000), fc.constant(Number.NaN)),
    busyNs: fc.oneof(fc.nat(20_000), fc.constant(Number.NaN)),
  });

  test.each(['kernel', 'application'] as const)(
    'the time with others is the sum of what is known of the probes, by stamps of the %s',
    (source) => {
      fc.assert(
        fc.property(fc.array(busyArb, { minLength: 1, maxLength: 40 }), (probes) => {
          const log = new ResidenceLog();
          log.source = source;
          for (const { residenceNs, waitNs, busyNs } of probes) log.record(residenceNs, waitNs, busyNs);
          const reader = new ResidenceReader();
          const answer = log.answerTo(reader.ask(0, probes.length + 1, { waits: true, busy: true }))!;
          expect(answer.length).toBeLessThan(reader.maxBytes);
          expect(reader.read(answer, answer.length)).toBe('answer');
          // Of the kernel's residence it is a part; the program's own begins behind it.
          const known = probes.filter(
            ({ residenceNs, busyNs }) =>
              !Number.isNaN(residenceNs) && busyNs <= (source === 'kernel' ? residenceNs : Number.MAX_VALUE),
          );
          const totalNs = known.reduce((total, { busyNs }) => total + busyNs, 0);
          expect(reader.residences?.busyNs).toBe(known.length === 0 ? Number.NaN : totalNs);
          expect(reader.residences?.residenceNs).toHaveLength(probes.length + 1);
        }),
      );
    },
  );

  test('the time with others is told to nobody who did not ask for it', () => {
    const log = new ResidenceLog();
    log.record(500, 400, 300);
    const answer = (question: string): string => text(log.answerTo(bytes(question))!);
    expect(answer('r 0 1\n')).toBe('200 OK: Residence application 500\n');
    expect(answer('r 0 1 +waits\n')).toBe('200 OK: Residence application 500/400\n');
    expect(answer('r 0 1 +waits +busy\n')).toBe('200 OK: Residence application 500/400 +busy 300\n');
  });

  test('more than the residences is no part of them, whatever a server says', () => {
    expect(readBusy('200 OK: Residence kernel 12/0 - 13/0 +busy 26\n', 3)).toBeNaN();
    expect(readBusy('200 OK: Residence kernel 12/0 - 13/0 +busy 25\n', 3)).toBe(25);
    expect(readBusy('200 OK: Residence kernel - +busy -\n', 1)).toBeNaN();
  });

  test.each([
    ['missing', '200 OK: Residence kernel 12/3\n'],
    ['without its number', '200 OK: Residence kernel 12/3 +busy\n'],
    ['empty', '200 OK: Residence kernel 12/3 +busy \n'],
    ['broken', '200 OK: Residence kernel 12/3 +busy 1.5\n'],
    ['negative', '200 OK: Residence kernel 12/3 +busy -1\n'],
    ['no number', '200 OK: Residence kernel 12/3 +busy NaN\n'],
    ['past what is exact', '200 OK: Residence kernel 12/3 +busy 9007199254740992\n'],
    ['there twice', '200 OK: Residence kernel 12/3 +busy 1 +busy 1\n'],
    ['before the residences', '200 OK: Residence kernel +busy 1 12/3\n'],
    ['another word', '200 OK: Residence kernel 12/3 +lazy 1\n'],
  ])('no number is taken from an answer whose time with others is %s', (_fault, answer) => {
    expect(readBusy(answer, 1)).toBe('wrong');
  });

  test('room is kept from question to question, and no old value shows', () => {
    const reader = new ResidenceReader();
    for (const [count, answer] of [
      [3, '200 OK: Residence kernel 1 2 3\n'],
      [1, '200 OK: Residence kernel -\n'],
      [2, '200 OK: Residence application 7 8\n'],
    ] as const) {
      reader.ask(0, count);
      expect(reader.residences).toBeUndefined();
      reader.read(bytes(answer), answer.length);
      expect(reader.residences?.residenceNs).toHaveLength(count);
    }
    expect(Array.from(reader.residences!.residenceNs)).toEqual([7, 8]);
  });
});
