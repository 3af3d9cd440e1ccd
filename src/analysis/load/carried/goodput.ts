/** What a direction carried while the load had settled, and how its streams shared that. */
import type { LoadDirection, StreamRecord } from '../../../result/load/load-result.ts';
import type { DirectionStatistics, LoadEstimate } from '../../../result/load/load-statistics.ts';
import { pool, quantile } from '../../../stats/quantile/quantiles.ts';
import { quantileOf } from '../estimates.ts';
import { blocksOf, holds, type Span, type Window } from '../window.ts';
import { isLost, isPatchy, type Receipts, ratesWithin, receiptsOf, receivedWithin } from './receipts.ts';

/** Two of the server's reports, four of the own tallies: five values for each second. */
export const INTERVAL_NS = 200_000_000;

/** A direction of a phase, and how much of each stream its receiver had. */
export interface DirectedStreams {
  readonly direction: LoadDirection;
  readonly streams: readonly StreamRecord[];
  readonly receipts: readonly Receipts[];
}

type Goodput = Pick<
  DirectionStatistics,
  'goodput' | 'p10' | 'p90' | 'intervals' | 'intervalNs' | 'receivedBytes' | 'streams' | 'shares' | 'fairness'
>;

/** Those that carried data that way; an echo's carry both ways. */
export function directedStreams(all: readonly StreamRecord[], direction: LoadDirection): DirectedStreams {
  const streams = all.filter((stream) => stream.direction === direction || stream.direction === 'both');
  return { direction, streams, receipts: streams.map((stream) => receiptsOf(stream, direction)) };
}

/** The rates of the whole intervals that count, bit/s, and when each of them began. */
export function countedRates(
  receipts: readonly Receipts[],
  window: Window,
): { readonly atNs: number[]; readonly rates: number[] } {
  const all = ratesWithin(receipts, window, INTERVAL_NS);
  const begins = all.map((_, i) => window.fromNs + i * INTERVAL_NS);
  const counted = (_: number, i: number): boolean =>
    holds(window, begins[i] as number, (begins[i] as number) + INTERVAL_NS);
  return { atNs: begins.filter(counted), rates: all.filter(counted) };
}

/**
 * @param phase from its begin to its end, the ramp included
 * @returns null when there is no whole interval
 */
export function goodputWithin(directed: DirectedStreams, window: Window, phase: Span): Goodput | null {
  const { streams, receipts } = directed;
  const { atNs, rates } = countedRates(receipts, window);
  if (rates.length === 0) return null;
  const blocks = blocksOf(window, atNs, rates);
  const pooled = pool(blocks.map(({ samples }) => samples));
  const carried = receipts.map((one) => receivedWithin([one], window));
  const total = carried.reduce((sum, bytes) => sum + bytes, 0);
  return {
    goodput: receipts.some((one) => isPatchy(one, window))
      ? unknownSpread(quantile(pooled, 0.5))
      : quantileOf(blocks, pooled, 0.5),
    p10: quantile(pooled, 0.1),
    p90: quantile(pooled, 0.9),
    intervals: rates.length,
    intervalNs: INTERVAL_NS,
    receivedBytes: Math.round(receivedWithin(receipts, phase)),
    streams: streams.filter((stream) => !isLost(stream)).length,
    shares: carried.map((bytes) => (total === 0 ? 0 : bytes / total)),
    fairness: jainIndex(carried),
  };
}

/** The mean of a second and more is one value, however many intervals it is spread over. */
function unknownSpread(value: number): LoadEstimate {
  return { value, interval: null, refused: 'too-few-samples' };
}

/**
 * Jain, Chiu and Hawe, "A Quantitative Measure of Fairness and Discrimination for Resource Allocation in Shared Computer
 * Systems", DEC-TR-301 (1984): the square of the sum over n times the sum of squares.
 */
export function jainIndex(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value ** 2, 0);
  return squares === 0 ? 1 : sum ** 2 / (values.length * squares);
}
