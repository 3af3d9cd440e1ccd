/**
 * How the round-trip time grows with the size, RTT = a + b x size, through the median of each size. The rate is
 * 8 / b bits per second where one direction is slow (pathchar's regression, with medians in place of minima: where
 * threads sleep, the minimum is made by the rare probe that met one awake).
 */
import type { Recording } from '../result/result.ts';
import type { FitRecord, FitValue, SeriesRecord } from '../result/series-record.ts';
import { familyOf, withoutSize } from '../result/workload.ts';
import { seededRandom } from '../stats/distributions/random.ts';
import { fitBySize } from '../stats/fit/size-fit.ts';
import { quantile } from '../stats/quantile/quantiles.ts';
import { sortedRttNs } from './samples/probes.ts';
import { measuredBlocks } from './samples/select.ts';
import { networkTimeGrows, tcpWaitShare } from './tcp-waits.ts';

const BITS_PER_BYTE = 8;
const NS_PER_S = 1_000_000_000;
/** Below this the line does not carry to a size of zero. */
export const MIN_R_SQUARED_OF_INTERCEPT = 0.99;
/** Below this the sizes explain too little of the times for what they add to be a rate. */
export const MIN_R_SQUARED_OF_RATE = 0.9;
/** Of their time: sizes that wait for more in TCP grow by its round trips. */
const MAX_WAIT_SHARE = 0.1;

/** @param series those of this recording */
export function fitsOf(recording: Recording, series: readonly SeriesRecord[]): FitRecord[] {
  const { plan, blocks } = recording;
  const random = seededRandom(plan.seed);
  return inFamilies(series).flatMap((family) => {
    const rounds = new Map<string, { x: number; y: number }[]>();
    for (const { workload } of family) {
      for (const block of measuredBlocks(blocks, workload)) {
        const round = `${block.run} ${block.round}`;
        const points = rounds.get(round) ?? [];
        points.push({ x: workload.payloadBytes, y: quantile(sortedRttNs(block), 0.5) });
        rounds.set(round, points);
      }
    }
    const fit = fitBySize([...rounds.values()], random);
    const [first] = family;
    if (fit === null || first === undefined) return [];
    const { slope, intercept, rSquared } = fit;
    const isRate = (rSquared ?? 0) >= MIN_R_SQUARED_OF_RATE && !growsByTcp(family);
    const refused =
      intercept.value <= 0 ? 'negative' : (rSquared ?? 0) < MIN_R_SQUARED_OF_INTERCEPT ? 'poor-fit' : null;
    return [
      {
        workload: withoutSize(first.workload),
        sizes: family.length,
        intercept: refused === null ? intercept : null,
        interceptRefused: refused,
        slopeNsPerByte: slope,
        rateBitsPerSecond: isRate ? rateOf(slope) : null,
        rSquared,
      },
    ];
  });
}

/** Series with samples whose workloads differ in size alone, in the order of the record. */
function inFamilies(series: readonly SeriesRecord[]): SeriesRecord[][] {
  const measured = series.filter(({ statistics }) => statistics !== null);
  return [...Map.groupBy(measured, ({ workload }) => familyOf(workload)).values()];
}

/** Whether larger messages take longer since TCP lets them wait, and not since the path is slow. */
function growsByTcp(family: readonly SeriesRecord[]): boolean {
  const waits = family.some((each) => (tcpWaitShare(each) ?? 0) > MAX_WAIT_SHARE);
  return waits && networkTimeGrows(family) !== true;
}

/** A slope that may be 0 is no rate: the path may be as fast as it likes. */
function rateOf({ value, interval }: FitValue): FitValue | null {
  const rate = (slope: number): number => (BITS_PER_BYTE * NS_PER_S) / slope;
  if (value <= 0 || (interval !== null && interval.low <= 0)) return null;
  return {
    value: rate(value),
    interval: interval === null ? null : { low: rate(interval.high), high: rate(interval.low) },
  };
}
