/** Which blocks run when, from the plan alone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MeasureOptions, Plan } from '../../src/measure/exchange/plan.ts';
import { planMeasurement } from '../../src/measure/exchange/plan.ts';
import {
  type BlockSpec,
  blocksOfRound,
  hasWarmUpBlock,
  type Pace,
  paceOf,
  roundStartNs,
  shuffled,
  warmUpBlocks,
} from '../../src/measure/exchange/schedule.ts';
import { seededRandom } from '../../src/stats/distributions/random.ts';

const MS = 1_000_000;
const PACE: Pace = { probes: 37, warmupProbes: 3 };
const SIZES = [1, 100, 200, 400, 800, 1_000];

function plan(options: Partial<MeasureOptions> = {}): Plan {
  return planMeasurement({ host: 'echo.example', port: 9_900, type: 'rtt', seed: 7, ...options });
}

/** All blocks of a plan with a number of blocks, round by round. */
function rounds(of: Plan, pace: Pace = PACE): BlockSpec[][] {
  const random = seededRandom(of.seed);
  return Array.from({ length: of.blocks ?? 0 }, (_, i) => blocksOfRound(of, pace, i + 1, random));
}

function sizes(blocks: readonly BlockSpec[]): number[] {
  return blocks.map(({ workload }) => workload.payloadBytes);
}

describe('the number of probes', () => {
  test('each size gets exactly as many probes as were asked for, however they part among the blocks', () => {
    const numbers = fc.integer({ min: 1, max: 1_000 }).chain((blocks) =>
      fc.record({
        blocks: fc.option(fc.constant(blocks), { nil: undefined }),
        probes: fc.integer({ min: blocks, max: 5_000 }),
      }),
    );
    fc.assert(
      fc.property(numbers, fc.option(fc.integer({ min: 0, max: 50 })), ({ blocks, probes }, warmupProbes) => {
        const all = rounds(
          plan({
            sizes: [1, 2],
            probes,
            ...(blocks === undefined ? {} : { blocks }),
            ...(warmupProbes === null ? {} : { warmupProbes }),
          }),
        ).flat();
        for (const size of [1, 2]) {
          const own = all.filter(({ workload }) => workload.payloadBytes === size);
          expect(own.reduce((sum, block) => sum + block.probes, 0)).toBe(probes);
          const each = own.map((block) => block.probes);
          expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('a number of probes alone never makes blocks of fewer than ten, which servers may refuse', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 5_000 }), (probes) => {
        for (const block of rounds(plan({ probes })).flat()) expect(block.probes).toBeGreaterThanOrEqual(10);
      }),
    );
  });

  test('no session has fewer probes than its dialect knows: such a plan is refused before anything is sent', () => {
    const numbers = fc
      .integer({ min: 1, max: 50 })
      .chain((blocks) =>
        fc.record({ blocks: fc.constant(blocks), probes: fc.integer({ min: blocks, max: 2_000 }) }),
      );
    fc.assert(
      fc.property(numbers, fc.integer({ min: 0, max: 30 }), ({ blocks, probes }, warmupProbes) => {
        const asked = { protocol: 'hello-numeric', blocks, probes, warmupProbes } as const;
        if (Math.floor(probes / blocks) + warmupProbes < 20) {
          expect(() => plan(asked)).toThrow(/no fewer than 20 probes in a session/);
        } else {
          for (const block of rounds(plan(asked)).flat()) {
            expect(block.probes + block.warmupProbes).toBeGreaterThanOrEqual(20);
          }
        }
      }),
    );
  });

  test('where the path decides, each block has what the pace of the path allows', () => {
    for (const block of rounds(plan()).flat()) expect(block).toMatchObject(PACE);
  });
});

describe('a round', () => {
  test('has a block of every size, each once, or some sizes would see more of the path than others', () => {
    for (const round of rounds(plan())) expect(sizes(round).sort((a, b) => a - b)).toEqual(SIZES);
  });

  test('has a size once that was named twice, or its samples would be counted for one series', () => {
    const [first = []] = rounds(plan({ sizes: [100, 10, 100] }));
    expect(sizes(first).sort((a, b) => a - b)).toEqual([10, 100]);
  });

  test('runs its sizes in an order of its own, so that no size always follows the same other one', () => {
    const orders = new Set(rounds(plan()).map((round) => sizes(round).join()));
    expect(orders.size).toBeGreaterThan(5);
  });

  test('has the same order again with the same seed, and another with another', () => {
    const orders = (seed: number): number[][] => rounds(plan({ seed })).map(sizes);
    expect(orders(5)).toEqual(orders(5));
    expect(orders(5)).not.toEqual(orders(6));
  });

  test('gives every order the same chance', () => {
    const random = seededRandom(1);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6_000; i++) {
      const order = shuffled([1, 2, 3], random).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // 1,000 each; five standard deviations are 144.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(144);
  });
});

describe('a single block', () => {
  const plain = plan({ blocks: 1, probes: 20 });

  test('is the plain form of the assignment: the sizes in the order given, without any warm-up', () => {
    const [round = []] = rounds(plan({ blocks: 1, probes: 20, sizes: [800, 1, 400] }));
    expect(sizes(round)).toEqual([800, 1, 400]);
    expect(round.map(({ probes, warmupProbes }) => [probes, warmupProbes])).toEqual([
      [20, 0],
      [20, 0],
      [20, 0],
    ]);
    expect(hasWarmUpBlock(plain)).toBe(false);
  });

  test('waits for nothing', () => {
    expect(roundStartNs(plain, 1, seededRandom(1))).toBe(0);
  });

  test('has a warm-up where somebody asked for one', () => {
    const [round = []] = rounds(plan({ blocks: 1, probes: 20, warmupProbes: 5 }));
    expect(round.every(({ warmupProbes }) => warmupProbes === 5)).toBe(true);
  });
});

describe('the blocks before the first round', () => {
  test('are there in every run of several blocks, also in one that a precision ends', () => {
    expect(hasWarmUpBlock(plan())).toBe(true);
    expect(hasWarmUpBlock(plan({ precision: 0.02 }))).toBe(true);
  });

  test('are of the smallest size, which passes any path, then of the largest, and nobody takes them for measured', () => {
    const blocks = warmUpBlocks(plan({ type: 'both', sizes: [2_000, 100, 30_000] }));
    for (const block of blocks) {
      expect(block).toMatchObject({ round: 0, kind: 'warm-up', warmupProbes: 0, probes: 10 });
    }
    expect(blocks.map(({ workload }) => workload.payloadBytes)).toEqual([100, 30_000]);
  });

  test('are one where there is one size', () => {
    expect(warmUpBlocks(plan({ type: 'both', sizes: [100] }))).toHaveLength(1);
  });

  test('have as many probes as the dialect knows at least', () => {
    expect(warmUpBlocks(plan({ protocol: 'hello-numeric' })).map(({ probes }) => probes)).toEqual([20, 20]);
  });
});

describe('the pace', () => {
  test('fits a block into 25 ms and its warm-up into 2 ms', () => {
    expect(paceOf(plan(), 500_000)).toEqual({ probes: 50, warmupProbes: 4 });
  });

  test('is a hundred probes and a hundred to warm up on the fastest path, which never ends otherwise', () => {
    expect(paceOf(plan(), 1)).toEqual({ probes: 100, warmupProbes: 100 });
    expect(paceOf(plan(), 0)).toEqual({ probes: 100, warmupProbes: 100 });
  });

  test('is ten probes without a warm-up on a path to the other end of the world', () => {
    expect(paceOf(plan(), 300 * MS)).toEqual({ probes: 10, warmupProbes: 0 });
    expect(paceOf(plan(), Number.POSITIVE_INFINITY)).toEqual({ probes: 10, warmupProbes: 0 });
  });

  test('is twenty in a dialect that knows no fewer', () => {
    expect(paceOf(plan({ protocol: 'hello-numeric' }), 300 * MS).probes).toBe(20);
  });

  test('leaves a warm-up alone that was asked for', () => {
    expect(paceOf(plan({ warmupProbes: 7 }), 500_000).warmupProbes).toBe(7);
  });
});

describe('rounds begin', () => {
  test('each at some moment of its own share of the spread, so that no period of the path can hide', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 100 }),
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 0, max: 1_000 }),
        (blocks, spreadMs, seed) => {
          const of = plan({ blocks, probes: 10_000, spreadMs, seed });
          const random = seededRandom(seed);
          const shareNs = (spreadMs * MS) / blocks;
          for (let round = 2; round <= blocks; round++) {
            const startNs = roundStartNs(of, round, random);
            expect(startNs).toBeGreaterThanOrEqual((round - 1) * shareNs - 1);
            expect(startNs).toBeLessThanOrEqual(round * shareNs + 1);
          }
        },
      ),
    );
  });

  test('the first at once, since nobody need wait for it', () => {
    expect(roundStartNs(plan(), 1, () => 0.9)).toBe(0);
    expect(roundStartNs(plan({ precision: 0.02 }), 1, () => 0.9)).toBe(0);
  });

  test('at moments of their own, not in step with anything that comes every so often', () => {
    const of = plan({ blocks: 20, probes: 1_000 });
    const random = seededRandom(3);
    const within = Array.from({ length: 19 }, (_, i) => {
      const shareNs = of.spreadNs / 20;
      return roundStartNs(of, i + 2, random) / shareNs - (i + 1);
    });
    expect(Math.max(...within) - Math.min(...within)).toBeGreaterThan(0.5);
  });

  test('at the pace of thirty to the spread where a precision decides, and go on so after it', () => {
    const of = plan({ precision: 0.02, spreadMs: 3_000 });
    for (const round of [2, 30, 31, 500]) {
      expect(roundStartNs(of, round, () => 0)).toBe((round - 1) * 100 * MS);
    }
  });
});
