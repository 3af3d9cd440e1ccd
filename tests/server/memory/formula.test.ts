/** An operator who says how much memory there is has a server that stays within it, and is told where that cannot be. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../../src/core/errors.ts';
import {
  limitsWithin,
  memoryBound,
  memoryBoundText,
  SPARING_READ_BYTES,
} from '../../../src/server/memory/formula.ts';
import { planServer } from '../../../src/server/plan.ts';

const MIB = 1024 * 1024;
const NATIVE = { threads: 1, hasNode: false };
const USUAL = { maxSessions: 1_024, maxTotalPayloadBytes: 1_024 * MIB };

describe('limits that are chosen by memory', () => {
  test('make up no more than it, whatever else is asked for, or are refused in so many words', () => {
    const asked = fc.record(
      {
        maxSessions: fc.integer({ min: 1, max: 100_000 }),
        maxTotalPayloadBytes: fc.integer({ min: 1, max: 4_096 * MIB }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16_384 }),
        fc.integer({ min: 1, max: 64 }),
        fc.boolean(),
        asked,
        (mib, threads, hasNode, wanted) => {
          try {
            const limits = limitsWithin(mib * MIB, wanted, USUAL, { threads, hasNode });
            expect(limits).toMatchObject(wanted);
            expect(limits.maxSessions).toBeGreaterThanOrEqual(1);
            expect(limits.maxTotalPayloadBytes).toBeGreaterThanOrEqual(1);
            const { totalBytes } = memoryBound(limits, { threads, hasNode }, SPARING_READ_BYTES);
            expect(totalBytes).toBeLessThanOrEqual(mib * MIB);
          } catch (error) {
            if (!(error instanceof EcholotError)) throw error;
            expect(error.code).toBe('usage');
          }
        },
      ),
    );
  });

  test('are the usual ones where there is plenty, and all that is there is used where there is not', () => {
    expect(limitsWithin(64 * 1024 * MIB, {}, USUAL, NATIVE)).toEqual(USUAL);
    const { maxSessions, maxTotalPayloadBytes } = limitsWithin(256 * MIB, {}, USUAL, NATIVE);
    expect(maxSessions).toBe(199);
    expect(maxTotalPayloadBytes).toBe(14 * MIB);
  });

  test('serve somebody in as little as there may be, and less is too little', () => {
    expect(limitsWithin(216 * MIB, {}, USUAL, NATIVE)).toEqual({
      maxSessions: 56,
      maxTotalPayloadBytes: 4 * MIB,
    });
    expect(() => limitsWithin(215 * MIB, {}, USUAL, NATIVE)).toThrow(
      /215 MiB of memory are too little.*216 MiB/,
    );
    expect(() => limitsWithin(256 * MIB, { maxSessions: 5_000 }, USUAL, NATIVE)).toThrow(/up to 905.1 MiB/);
  });

  test('of a server take no message that there is no room for', () => {
    const { limits, memory } = planServer({ memoryBytes: 224 * MIB });
    expect(limits.maxPayloadBytes).toBe(limits.maxTotalPayloadBytes);
    expect(memory.totalBytes).toBeLessThanOrEqual(224 * MIB);
    expect(() => planServer({ memoryBytes: 0.5 })).toThrow('memory');
  });
});

test('the formula is told with its numbers, and they add up', () => {
  expect(memoryBoundText(memoryBound(USUAL, { threads: 3, hasNode: false }, SPARING_READ_BYTES))).toBe(
    '2.402 GiB at most: program 228 MiB + garbage 40 MiB + 1024 sessions x 144 KiB + 2 x 1 GiB of messages',
  );
});
