/**
 * How many times A's quantile B's is, of runs that were apart. Runs of one unchanged target differ by more than their
 * own samples tell, by 3 to 20 % on one machine, so runs are the units, and nothing is said of one run a side.
 */
import { LEVEL, logVarianceByChance, type MeanOfUnits, MIN_RUNS, welchReach } from '../quantile/interval.ts';
import { meanOfNeighbours, RUN_CORRELATION } from '../quantile/neighbours.ts';
import { pool, quantile, type SortedSamples, supportsQuantile } from '../quantile/quantiles.ts';
import { grant, type RatioEstimate, refuse, requirePositive } from './ratio.ts';

export interface RunSamples {
  /** Its place in the order in which the runs of both sides were made. */
  readonly place: number;
  readonly samples: SortedSamples;
}

export interface RunRatioEstimate extends RatioEstimate {
  /** Of each side, the geometric mean of the quantiles of its runs: the ratio is theirs. */
  readonly a: number;
  readonly b: number;
}

/**
 * Each run stands for one value, so each must have samples enough for the quantile.
 * @throws RangeError when a side has no run, or a run no sample, or one that is not above 0
 */
export function ratioOfRuns(a: readonly RunSamples[], b: readonly RunSamples[], p: number): RunRatioEstimate {
  requirePositive(...[...a, ...b].map(({ samples }) => samples));
  const [first, second] = [logQuantileOf(a, p), logQuantileOf(b, p)];
  const middle = second.mean - first.mean;
  const values = { a: Math.exp(first.mean), b: Math.exp(second.mean) };
  const units = Math.min(a.length, b.length);
  if (units < MIN_RUNS) return { ...values, ...refuse(Math.exp(middle), 'too-few-runs') };
  if (![...a, ...b].every(({ samples }) => supportsQuantile(samples.length, p))) {
    return { ...values, ...refuse(Math.exp(middle), 'too-few-samples') };
  }
  const reach = welchReach(first, second);
  const [low, high] = [Math.exp(middle - reach), Math.exp(middle + reach)];
  return {
    ...values,
    ...grant(Math.exp(middle), { level: LEVEL, low, high, method: 'run-welch', units }),
  };
}

function logQuantileOf(runs: readonly RunSamples[], p: number): MeanOfUnits {
  if (runs.length === 0) throw new RangeError('a ratio needs a run of both sides');
  const found = meanOfNeighbours(
    runs.map(({ samples }) => Math.log(quantile(samples, p))),
    RUN_CORRELATION,
    runs.map(({ place }) => place),
  );
  // Runs that happen to be equal are no proof that the next one will be.
  const byChance = logVarianceByChance(pool(runs.map(({ samples }) => samples)), p);
  return runs.length < MIN_RUNS ? found : { ...found, variance: Math.max(found.variance, byChance) };
}
