/** Any message of a load, and any question and answer, for properties. */
import fc from 'fast-check';
import {
  encodeDataHead,
  encodeMessage,
  LOAD_ENDS,
  LOAD_KEY_DIGITS,
  type LoadAnswer,
  type LoadMessage,
  type LoadQuestion,
  type LoadTurn,
  MAX_MARKER,
} from '../../../src/core/load/load-messages.ts';

const MAX_NUMBER = 10 ** 15 - 1;

export const numberArb: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1, 9, 10, MAX_NUMBER),
  fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  fc.integer({ min: 0, max: MAX_NUMBER }),
);
const markerArb = fc.integer({ min: 0, max: MAX_MARKER });
const positiveArb = numberArb.map((number) => Math.max(1, number));
const termsArb = fc.record({ durationMs: positiveArb, bitsPerSecond: numberArb, streams: positiveArb });
const keyArb = fc
  .array(fc.constantFrom(...'0123456789abcdef'), { minLength: LOAD_KEY_DIGITS, maxLength: LOAD_KEY_DIGITS })
  .map((digits) => digits.join(''));

export const questionArb: fc.Arbitrary<LoadQuestion> = fc.oneof(
  termsArb.map((terms) => ({ kind: 'new' as const, ...terms })),
  fc
    .tuple(numberArb, termsArb)
    .map(([patienceMs, terms]) => ({ kind: 'turn' as const, patienceMs, ...terms })),
  keyArb.map((key) => ({ kind: 'join' as const, key })),
);
export const answerArb: fc.Arbitrary<LoadAnswer> = fc.oneof(
  fc.tuple(keyArb, termsArb).map(([key, terms]) => ({ kind: 'granted' as const, key, ...terms })),
  numberArb.map((afterMs) => ({ kind: 'wait' as const, afterMs })),
);
export const turnArb: fc.Arbitrary<LoadTurn> = fc.record({
  kind: fc.constant('turn' as const),
  afterMs: numberArb,
  before: numberArb,
});
export const messageArb: fc.Arbitrary<LoadMessage> = fc.oneof(
  fc.record({ kind: fc.constant('begin' as const), bitsPerSecond: numberArb }),
  fc.record({ kind: fc.constant('marker' as const), marker: markerArb }),
  fc.record({ kind: fc.constant('answer' as const), marker: markerArb, residenceNs: numberArb }),
  fc.record({
    kind: fc.constant('kernel-answer' as const),
    marker: markerArb,
    residenceNs: numberArb,
    waitNs: numberArb,
  }),
  fc.record({
    kind: fc.constant('report' as const),
    receivedBytes: numberArb,
    clockNs: numberArb,
    cpuMillionths: numberArb,
  }),
  fc.record({ kind: fc.constant('end' as const), sentBytes: numberArb }),
  fc.record({ kind: fc.constant('over' as const), reason: fc.constantFrom(...LOAD_ENDS) }),
);

/** What is said: a message, or data of so many bytes. */
export type Said = LoadMessage | { readonly kind: 'data'; readonly bytes: number };

export const saidArb: fc.Arbitrary<readonly Said[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: messageArb },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('data' as const), bytes: fc.integer({ min: 1, max: 300 }) }),
    },
  ),
  { maxLength: 20 },
);

/** Payloads are full of what looks like messages. */
const DECOY = Buffer.from('m 1\nx time\nd 5\n\n');

export function bytesOf(said: readonly Said[]): Buffer {
  return Buffer.concat(
    said.map((what) => {
      if (what.kind !== 'data') return encodeMessage(what);
      const payload = Buffer.alloc(what.bytes, DECOY);
      return Buffer.concat([encodeDataHead(what.bytes), payload]);
    }),
  );
}

/** The grammar's letters more often than chance would have them. */
export const garbageArb: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...Buffer.from('lbmakrdex 0123456789\n\n\n \r-+.')) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
    ),
    { maxLength: 300 },
  )
  .map((all) => Buffer.from(all));
