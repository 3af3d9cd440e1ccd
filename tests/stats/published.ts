/**
 * Data sets with published statistics, so that the mathematics is not only checked against itself.
 * Each is short enough to be typed in, or follows the rule its publisher gives.
 */

export interface PublishedData {
  readonly name: string;
  readonly values: readonly number[];
  readonly mean: number;
  readonly standardDeviation: number;
}

/** `first`, then 500 times the pair: how NIST describes its "numerical accuracy" sets 2 to 4. */
function alternating(first: number, pair: readonly [number, number]): number[] {
  return [first, ...Array.from({ length: 500 }, () => pair).flat()];
}

/**
 * NIST Statistical Reference Datasets, univariate: https://www.itl.nist.gov/div898/strd/univ/homepage.html
 * They are made to break one-pass formulas: a small spread on a large mean, as round-trip times have.
 */
export const NIST: readonly PublishedData[] = [
  { name: 'NumAcc1', values: [10_000_001, 10_000_003, 10_000_002], mean: 10_000_002, standardDeviation: 1 },
  { name: 'NumAcc2', values: alternating(1.2, [1.1, 1.3]), mean: 1.2, standardDeviation: 0.1 },
  {
    name: 'NumAcc3',
    values: alternating(1_000_000.2, [1_000_000.1, 1_000_000.3]),
    mean: 1_000_000.2,
    standardDeviation: 0.1,
  },
  {
    name: 'NumAcc4',
    values: alternating(10_000_000.2, [10_000_000.1, 10_000_000.3]),
    mean: 10_000_000.2,
    standardDeviation: 0.1,
  },
];

/** Miles per gallon of 32 cars, R's `mtcars$mpg`, with what `summary` and `sd` of R print. */
export const MTCARS = {
  values: [
    21, 21, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 32.4,
    30.4, 33.9, 21.5, 15.5, 15.2, 13.3, 19.2, 27.3, 26, 30.4, 15.8, 19.7, 15, 21.4,
  ],
  min: 10.4,
  firstQuartile: 15.425,
  median: 19.2,
  mean: 20.090625,
  thirdQuartile: 22.8,
  max: 33.9,
  standardDeviation: 6.026948,
} as const;

/**
 * Michelson's 100 measurements of the speed of light in 1879, km/s less 299,000: R's `morley`, and NIST's
 * "Michelso", whose certified standard deviation is 0.0790105478190518 in 1,000 km/s.
 */
export const MICHELSON = {
  values: [
    850, 740, 900, 1070, 930, 850, 950, 980, 980, 880, 1000, 980, 930, 650, 760, 810, 1000, 1000, 960, 960,
    960, 940, 960, 940, 880, 800, 850, 880, 900, 840, 830, 790, 810, 880, 880, 830, 800, 790, 760, 800, 880,
    880, 880, 860, 720, 720, 620, 860, 970, 950, 880, 910, 850, 870, 840, 840, 850, 840, 840, 840, 890, 810,
    810, 820, 800, 770, 760, 740, 750, 760, 910, 920, 890, 860, 880, 720, 840, 850, 850, 780, 890, 840, 780,
    810, 760, 810, 790, 810, 820, 850, 870, 870, 810, 740, 810, 940, 950, 800, 810, 870,
  ],
  min: 620,
  firstQuartile: 807.5,
  median: 850,
  mean: 852.4,
  thirdQuartile: 892.5,
  max: 1070,
  standardDeviation: 79.0105478190518,
} as const;
