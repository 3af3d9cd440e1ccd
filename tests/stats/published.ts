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

/** The shares of {@link T_TABLE}'s columns. */
export const T_SHARES: readonly number[] = [0.9, 0.95, 0.975, 0.99, 0.995];

/** NIST/SEMATECH e-Handbook, 1.3.6.7.2, "Critical Values of the Student's t Distribution". Its last
 * column, 0.999, is left out: other tables and the formulas agree against its last digits. */
export const T_TABLE: readonly { readonly degreesOfFreedom: number; readonly critical: readonly number[] }[] =
  [
    { degreesOfFreedom: 1, critical: [3.078, 6.314, 12.706, 31.821, 63.657] },
    { degreesOfFreedom: 2, critical: [1.886, 2.92, 4.303, 6.965, 9.925] },
    { degreesOfFreedom: 3, critical: [1.638, 2.353, 3.182, 4.541, 5.841] },
    { degreesOfFreedom: 4, critical: [1.533, 2.132, 2.776, 3.747, 4.604] },
    { degreesOfFreedom: 5, critical: [1.476, 2.015, 2.571, 3.365, 4.032] },
    { degreesOfFreedom: 9, critical: [1.383, 1.833, 2.262, 2.821, 3.25] },
    { degreesOfFreedom: 10, critical: [1.372, 1.812, 2.228, 2.764, 3.169] },
    { degreesOfFreedom: 29, critical: [1.311, 1.699, 2.045, 2.462, 2.756] },
    { degreesOfFreedom: 30, critical: [1.31, 1.697, 2.042, 2.457, 2.75] },
    { degreesOfFreedom: 100, critical: [1.29, 1.66, 1.984, 2.364, 2.626] },
  ];

/** z and the share below it: Python's manual and R's `pnorm`, to 15 digits. */
export const NORMAL_SHARES: readonly (readonly [number, number])[] = [
  [1, 0.841344746068543],
  [-1, 0.158655253931457],
  [1.96, 0.97500210485178],
  [-2, 0.0227501319481792],
  [-5, 2.86651571879194e-7],
  [-10, 7.61985302416053e-24],
];

/** Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988). */
export const NORMAL_QUANTILES: readonly (readonly [number, number])[] = [
  [0.25, -0.6744897501960817],
  [0.001, -3.090232306167813],
  [1e-20, -9.26234008979841],
];

/**
 * Hunter's L measure of the lightness of canned tuna, and a panel's score, by lightness: Hollander and Wolfe,
 * "Nonparametric Statistical Methods" (1973), p. 185, the example of R's `cor.test`, which prints T = 26, tau
 * 0.4444444 and one-sided p 0.05972.
 */
export const TUNA = {
  scores: [2.5, 4, 2.6, 3.6, 2.8, 3.1, 5.2, 5, 3.8],
  tau: 4 / 9,
  oneSidedP: 0.05972,
} as const;

/**
 * Hamilton depression scores, second visit less first: Hollander and Wolfe (1973), p. 29, the example of R's
 * `wilcox.test`. Estimate -0.46, the 95 % interval of the exact test -0.786 to -0.010.
 */
export const DEPRESSION = {
  differences: [-0.952, 0.147, -1.022, -0.43, -0.62, -0.59, -0.49, 0.08, -0.01],
  estimate: -0.46,
  low: -0.786,
  high: -0.01,
} as const;

/** Sen (1968), section 6: slope 4; the intercept is the median of y - 4x. */
export const SEN = {
  points: [
    { x: 1, y: 9 },
    { x: 2, y: 15 },
    { x: 3, y: 19 },
    { x: 4, y: 20 },
    { x: 10, y: 45 },
    { x: 12, y: 55 },
    { x: 18, y: 78 },
  ],
  slope: 4,
  intercept: 6,
} as const;

/**
 * Eight mass spectrometer measurements of a uranium isotope, of Tietjen and Moore: NIST/SEMATECH e-Handbook,
 * 1.3.5.17.1, where the last is the one outlier.
 */
export const URANIUM: readonly number[] = [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57];

/** Histograms of the Java original: the value 42, in the README of the JavaScript port, and a line of jHiccup's log. */
export const HDR_TEXTS = [
  {
    text: 'HISTFAAAAB542pNpmSzMwMDAxAABzFCaEUoz2X+AMIKZAEARAtM=',
    lowest: 1,
    highest: 2,
    significantDigits: 3,
    met: [42],
  },
  {
    text: 'HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lMaxhvMekILGZkKmcCAEf2CsI=',
    lowest: 20_000,
    highest: 3_600_000_000_000,
    significantDigits: 2,
    // 168 units of 16,384 ns: the log tells a longest time of 2.769 ms.
    met: [...Array.from({ length: 25 }, (_, i) => i), 107, 168],
  },
] as const;
