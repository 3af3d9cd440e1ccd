/** Runs that were apart: what chance makes of an unchanged target is called nothing, and a tenth is found. */
import { describe, expect, test } from 'vitest';
import { type RunRatioEstimate, type RunSamples, ratioOfRuns } from '../../src/stats/compare/run-ratio.ts';
import { type Random, seededRandom } from '../../src/stats/distributions/random.ts';
import { sorted } from '../../src/stats/quantile/quantiles.ts';
import { normalDraw, simulateBlocks, simulateRunLevels } from './simulate.ts';

const REPEATS = 400;

interface Made {
  readonly a: readonly RunSamples[];
  readonly b: readonly RunSamples[];
}

interface Making {
  readonly runs: number;
  /** Standard deviation of the logarithm of the level of a run. */
  readonly scatter: number;
  /** Of the levels of two runs, one right after the other. */
  readonly correlation: number;
  readonly ratio?: number;
  /** All of A first, or A and B in turns. */
  readonly inTurns?: boolean;
}

/** Levels of runs alone: a run of one sample is its median. */
function makeSides({ runs, scatter, correlation, ratio = 1, inTurns = false }: Making, random: Random): Made {
  const levels = simulateRunLevels(2 * runs, correlation, random);
  const sides: { a: RunSamples[]; b: RunSamples[] } = { a: [], b: [] };
  for (const [place, level] of levels.entries()) {
    const ofA = inTurns ? place % 2 === 0 : place < runs;
    const value = Math.exp(scatter * level) * (ofA ? 1 : ratio);
    sides[ofA ? 'a' : 'b'].push({ place, samples: sorted(new Array<number>(10).fill(value)) });
  }
  return sides;
}

function claims({ interval }: RunRatioEstimate): boolean {
  return interval !== null && (interval.low > 1 || interval.high < 1);
}

function shareThatClaims(repeats: number, estimate: (random: Random) => RunRatioEstimate): number {
  let count = 0;
  for (let seed = 1; seed <= repeats; seed++) if (claims(estimate(seededRandom(seed)))) count++;
  return count / repeats;
}

const median = (made: Made): RunRatioEstimate => ratioOfRuns(made.a, made.b, 0.5);

describe('medians of runs of one unchanged target', () => {
  const cases = [3, 4, 5, 8, 16].flatMap((runs) =>
    [0.03, 0.2].flatMap((scatter) => [0, 0.3].map((correlation) => ({ runs, scatter, correlation }))),
  );
  test.each(cases)(
    '$runs a side that scatter by $scatter and follow each other by $correlation',
    (making) => {
      const share = shareThatClaims(REPEATS, (random) => median(makeSides(making, random)));
      expect(share).toBeLessThanOrEqual(0.05);
    },
  );

  test('also where half of the runs take twice as long as the others', () => {
    const bimodal = (random: Random): RunRatioEstimate => {
      const runs = Array.from({ length: 16 }, (_, place) => ({
        place,
        samples: sorted(
          new Array<number>(10).fill((random() < 0.4 ? 2 : 1) * Math.exp(0.05 * normalDraw(random))),
        ),
      }));
      return ratioOfRuns(runs.slice(0, 8), runs.slice(8), 0.5);
    };
    expect(shareThatClaims(REPEATS, bimodal)).toBeLessThanOrEqual(0.05);
  });

  test('one run each claims nothing, however far apart they are', () => {
    const { a, b } = makeSides({ runs: 1, scatter: 0, correlation: 0, ratio: 3 }, seededRandom(1));
    expect(ratioOfRuns(a, b, 0.5)).toMatchObject({ interval: null, refused: 'too-few-runs' });
    expect(ratioOfRuns(a, b, 0.5).value).toBeCloseTo(3, 12);
  });

  test('nor does one run against many', () => {
    const { a, b } = makeSides({ runs: 4, scatter: 0.01, correlation: 0, ratio: 3 }, seededRandom(1));
    expect(ratioOfRuns(a.slice(0, 1), b, 0.5).refused).toBe('too-few-runs');
  });
});

describe('a tenth more', () => {
  test.each([0.01, 0.02, 0.03])('with eight runs a side that scatter by %d is found', (scatter) => {
    const making = { runs: 8, scatter, correlation: 0.3, ratio: 1.1 };
    expect(shareThatClaims(REPEATS, (random) => median(makeSides(making, random)))).toBeGreaterThanOrEqual(
      0.9,
    );
  });

  test('is found more easily where A and B took turns', () => {
    const found = (inTurns: boolean): number =>
      shareThatClaims(REPEATS, (random) =>
        median(makeSides({ runs: 8, scatter: 0.06, correlation: 0.3, ratio: 1.1, inTurns }, random)),
      );
    expect(found(true)).toBeGreaterThan(found(false));
  });

  test('comes with its size, and the values it is the ratio of', () => {
    const making = { runs: 8, scatter: 0.02, correlation: 0, ratio: 1.1 };
    const estimate = median(makeSides(making, seededRandom(2)));
    expect(estimate.interval).toMatchObject({ method: 'run-welch', units: 8, level: 0.95 });
    expect(estimate.value).toBeCloseTo(estimate.b / estimate.a, 12);
    expect(estimate.interval?.low).toBeLessThan(1.1);
    expect(estimate.interval?.high).toBeGreaterThan(1.1);
  });

  test('the other way round is one over it', () => {
    const { a, b } = makeSides({ runs: 5, scatter: 0.02, correlation: 0, ratio: 1.1 }, seededRandom(2));
    const [forwards, backwards] = [ratioOfRuns(a, b, 0.5), ratioOfRuns(b, a, 0.5)];
    expect(backwards.value).toBeCloseTo(1 / forwards.value, 12);
    expect(backwards.interval?.low).toBeCloseTo(1 / (forwards.interval?.high as number), 9);
  });
});

describe('the slow tail', () => {
  function makeRuns(runs: number, ratio: number, random: Random, samplesPerBlock = 100): Made {
    const levels = simulateRunLevels(2 * runs, 0.3, random);
    const all = levels.map((level, place) => {
      const made = Math.exp(0.05 * level) * (place < runs ? 1 : ratio);
      const blocks = simulateBlocks({ run: 0, blocks: 5, samplesPerBlock, median: made }, random);
      return { place, samples: sorted(blocks.flatMap(({ samples }) => [...samples])) };
    });
    return { a: all.slice(0, runs), b: all.slice(runs) };
  }
  const tail = ({ a, b }: Made): RunRatioEstimate => ratioOfRuns(a, b, 0.99);

  test('of one unchanged target is not taken for different', () => {
    expect(shareThatClaims(100, (random) => tail(makeRuns(8, 1, random)))).toBeLessThanOrEqual(0.05);
  });

  test('that is twice as long is found, and its size', () => {
    const estimate = tail(makeRuns(8, 2, seededRandom(3)));
    expect(estimate.interval).toMatchObject({ method: 'run-welch', units: 8 });
    expect(claims(estimate)).toBe(true);
    expect(estimate.interval?.low).toBeLessThan(2);
    expect(estimate.interval?.high).toBeGreaterThan(2);
  });

  test('of a run that has too few samples for it is refused', () => {
    const random = seededRandom(3);
    expect(tail(makeRuns(5, 2, random, 99))).toMatchObject({ interval: null, refused: 'too-few-samples' });
  });
});

test('two runs a side that happen to be equal are no proof of a difference', () => {
  const run = (place: number, samples: number[]): RunSamples => ({ place, samples: sorted(samples) });
  const a = Array.from({ length: 20 }, (_, i) => 100 + i);
  const b = a.map((sample) => sample + 1);
  expect(claims(ratioOfRuns([run(0, a), run(2, a)], [run(1, b), run(3, b)], 0.5))).toBe(false);
});

test('a run without a ratio is refused, never infinite', () => {
  const zero = [{ place: 0, samples: sorted([0, 1, 2]) }];
  const one = [{ place: 1, samples: sorted([1, 2, 3]) }];
  expect(() => ratioOfRuns(zero, one, 0.5)).toThrow(RangeError);
  expect(() => ratioOfRuns(one, zero, 0.99)).toThrow(RangeError);
  expect(() => ratioOfRuns([], one, 0.5)).toThrow(RangeError);
});
