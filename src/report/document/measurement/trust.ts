/** How far the answer can be trusted, in one line that a person can use. */

import type { Result } from '../../../result/result.ts';
import type { SampleStatistics, SeriesRecord } from '../../../result/series-record.ts';
import { supportsQuantile } from '../../../stats/quantile/quantiles.ts';
import { counted, figureText } from '../../../text/numbers.ts';
import type { KeyFigure } from '../document.ts';
import { estimateOf } from '../intervals.ts';
import { weigh } from '../weigh.ts';
import { statisticsOf } from './measured.ts';
import { whoseTail } from './whose-time.ts';

/** Where the medians are known no better, they are an order of magnitude and no more. */
const ROUGH = 0.5;
const TAIL = 0.99;
/** Of the median: a p99 below it is no tail. */
const NO_TAIL = 1.5;

/** @param told the series whose tail is looked at @param shown those whose medians are in the answer */
export function trustFigure(result: Result, told: SeriesRecord, shown: readonly SeriesRecord[]): KeyFigure {
  const reach = worstReach(shown);
  const { doubts } = weigh(result);
  const [first] = doubts;
  const words = [
    ...(reach !== null && reach > ROUGH
      ? ['blocks differ that much: measure longer, or on a quiet machine']
      : []),
    ...(reach === null ? ['too few blocks for an interval'] : []),
    ...tailWords(result, told),
    first === undefined
      ? 'no doubts found'
      : `${counted(doubts.length, 'doubt')}${doubts.length === 1 ? '' : ', the first'}: ${first.cause}`,
  ];
  return { name: 'Trust', value: reachWords(reach), detail: words.join('; ') };
}

function reachWords(reach: number | null): string {
  if (reach === null) return 'not known';
  return `medians to ${figureText(reach * 100, reach < 0.1 ? 1 : 2)} %`;
}

/** How far the worst interval reaches to either side; null where one has none. */
function worstReach(shown: readonly SeriesRecord[]): number | null {
  let worst = 0;
  for (const series of shown) {
    const reach = reachOf(statisticsOf(series));
    if (reach === null) return null;
    worst = Math.max(worst, reach);
  }
  return worst;
}

function reachOf(statistics: SampleStatistics | null): number | null {
  const estimate = estimateOf(statistics, 0.5);
  if (estimate === undefined || estimate.interval === null || estimate.value <= 0) return null;
  const { value, interval } = estimate;
  return Math.max(interval.high - value, value - interval.low) / value;
}

function tailWords({ blocks }: Result, told: SeriesRecord): string[] {
  const statistics = told.statistics?.rttNs;
  if (statistics === undefined || !supportsQuantile(statistics.n, TAIL))
    return ['too few samples for a tail'];
  if (statistics.p99 < NO_TAIL * statistics.median) return [];
  const isSameMachine = blocks.some(({ local, remote }) => local.address === remote.address);
  const whose = whoseTail(told, isSameMachine);
  if (whose === undefined) return [];
  const clears = whose.isPath ? '' : ', not from the path';
  return [`the tail (p99) comes from ${whose.late}${clears}`];
}
