/** What a step is counted with: no probe in the wrong part, no median that is off, no due probe forgotten. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PaceCursor } from '../../../src/clock/pace.ts';
import { DueCounter } from '../../../src/measure/paced/due-counter.ts';
import { partBounds, partOf } from '../../../src/measure/paced/parts.ts';
import { ShareMedian } from '../../../src/measure/paced/share-median.ts';
import { StepRecorder } from '../../../src/measure/paced/step-recorder.ts';
import { S } from './pacing.ts';

describe('the parts of a step', () => {
  test.each([
    ['100 ms', 0.1, 5],
    ['3 s', 3, 5],
    ['5 s', 5, 5],
    ['7.9 s', 7.9, 7],
    ['10 s', 10, 10],
    ['an hour', 3_600, 20],
  ])('of %s', (_what, seconds, count) => {
    const bounds = partBounds(7, seconds * S);
    expect(bounds).toHaveLength(count + 1);
    expect([bounds[0], bounds.at(-1)]).toEqual([7, 7 + seconds * S]);
  });

  test('hold each moment of the step once, at their edges too', () => {
    const moment = fc.record({
      fromNs: fc.nat(3_600 * S),
      stepNs: fc.integer({ min: S / 10, max: 3_600 * S }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      edge: fc.option(fc.nat(20)),
      beside: fc.integer({ min: -1, max: 1 }),
    });
    fc.assert(
      fc.property(moment, ({ fromNs, stepNs, share, edge, beside }) => {
        const bounds = partBounds(fromNs, stepNs);
        const inside =
          edge === null ? fromNs + Math.floor(share * stepNs) : (bounds[edge % bounds.length] ?? 0);
        const atNs = inside + beside;
        const right = bounds.findIndex((bound, i) => bound <= atNs && atNs < (bounds[i + 1] ?? 0));
        expect(partOf(bounds, atNs)).toBe(right === -1 ? undefined : right);
      }),
    );
  });
});

test('the median of a connection is right to a hundredth, whatever the times from a microsecond on', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1_000, max: 3_600 * S }), { minLength: 1, maxLength: 50 }),
      (times) => {
        const share = new ShareMedian();
        for (const ns of times) share.add(ns);
        const truth = [...times].sort((a, b) => a - b)[Math.floor((times.length - 1) / 2)] as number;
        expect(Math.abs((share.medianNs ?? 0) / truth - 1)).toBeLessThan(0.01);
      },
    ),
  );
  expect(new ShareMedian().medianNs).toBeNull();
});

test('layers are of the step alone, not of its warm-up, and none of them is below nothing', () => {
  const recorder = new StepRecorder({
    ...{ startNs: 0, warmupNs: S, stepNs: S, pace: undefined, connections: 1, room: { left: 0 } },
  });
  const empty = { connection: new Uint16Array(0), hindrance: new Uint8Array(0) };
  const none = new Float64Array(0);
  const layers = Float64Array.from([
    ...[S / 2, 9, 9, 9, 9, 9],
    ...[1.5 * S, 10, -1, 20, 30, 40],
    ...[1.6 * S, 12, 0, 22, 32, 42],
  ]);
  recorder.add({ ...empty, count: 0, dueNs: none, sentNs: none, rttNs: none, layers });
  const record = recorder.record(null, 2 * S).layers;
  expect(record?.sendCall).toMatchObject({ count: 2, minNs: 10, maxNs: 12 });
  expect(record?.tcpWait).toMatchObject({ count: 2, minNs: 0, maxNs: 0 });
  expect(record?.wakeUp).toMatchObject({ count: 2, minNs: 40, maxNs: 42 });
});

test('what was due is counted as the pace has it, wherever it is cut', () => {
  const pace = fc.record({
    perSecond: fc.double({ min: 0.1, max: 5_000, noNaN: true }),
    arrivals: fc.constantFrom('uniform' as const, 'poisson' as const),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(pace, fc.array(fc.nat(S), { maxLength: 5 }), fc.nat(S), (spec, cuts, startNs) => {
      const counter = new DueCounter(spec, startNs);
      for (const cut of cuts.sort((a, b) => a - b)) {
        let due = 0;
        const cursor = new PaceCursor(spec);
        for (; Math.round(startNs + cursor.nextNs) < startNs + cut; cursor.advance()) due++;
        expect(counter.before(startNs + cut)).toBe(due);
      }
    }),
    { numRuns: 50 },
  );
});
