/** Whether figures of a comparison, a series of handshakes, a load, paced probes or a capacity are those that its others give. */
import type { CapacityStatistics } from '../../result/capacity/capacity-result.ts';
import type { Comparison, RatioRecord } from '../../result/comparison.ts';
import type { ComparedFigure } from '../../result/load/load-comparison.ts';
import type { LoadStatistics } from '../../result/load/load-statistics.ts';
import type { PacedComparedFigure } from '../../result/paced/paced-comparison.ts';
import type { PacedStatistics } from '../../result/paced/paced-statistics.ts';
import type { PingResult } from '../../result/ping-result.ts';
import type { Workload } from '../../result/workload.ts';
import { workloadName } from '../../text/sizes.ts';
import { verdictOf } from '../compare.ts';
import { pingStatistics } from '../ping.ts';
import { recordedDifference } from './verify.ts';

/** Samples are not in it, so that no ratio can be made again; but what is said of it follows from its interval. */
export function comparisonDifference({ series }: Comparison): string | undefined {
  for (const { workload, median, tail } of series) {
    const difference = ratioDifference(median, workload, 'median') ?? ratioDifference(tail, workload, 'tail');
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function ratioDifference(record: RatioRecord, workload: Workload, what: string): string | undefined {
  const { interval, ratio, verdict } = record;
  const of = `the recorded ${what} of ${workloadName(workload)}`;
  // A tail's interval is that of a test of its own.
  const isMedian = what === 'median';
  if (isMedian && interval !== null && !(interval.low <= ratio && ratio <= interval.high)) {
    return `${of} is ${ratio}, outside of its interval`;
  }
  const right = verdictOf(interval, workload.kind);
  return verdict === right ? undefined : `${of} is called ${verdict}, and its interval makes it ${right}`;
}

export function pingDifference({ statistics, replies, failures, unsent }: PingResult): string | undefined {
  return recordedDifference(
    statistics,
    pingStatistics(replies, failures, unsent ?? []),
    'the series of handshakes',
    'its replies give',
  );
}

/** Doubts are found again, whatever a file says. */
export function loadDifference(recorded: LoadStatistics, computed: LoadStatistics): string | undefined {
  const { doubts: _, ...figures } = computed;
  return recordedDifference(recorded, figures, 'the load', 'what was seen gives');
}

/** The same of paced probes. */
export function pacedDifference(recorded: PacedStatistics, { steps }: PacedStatistics): string | undefined {
  return recordedDifference(recorded, { steps }, 'the paced probes', 'what was seen gives');
}

/** What is believed of a capacity follows from what was tried, in another version perhaps otherwise: how often a rate held does not. */
export function capacityDifference(
  recorded: CapacityStatistics,
  { rates }: CapacityStatistics,
): string | undefined {
  return recordedDifference(recorded, { rates }, 'the capacity', 'its tries give');
}

/** Intervals and verdicts are made again, by whatever method there is now. */
export function loadComparisonDifference(
  recorded: readonly ComparedFigure[],
  computed: readonly ComparedFigure[],
): string | undefined {
  return recordedDifference(recorded, computed, 'the comparison', 'its loads give');
}

/** The same of paced probes. */
export function pacedComparisonDifference(
  recorded: readonly PacedComparedFigure[],
  computed: readonly PacedComparedFigure[],
): string | undefined {
  return recordedDifference(recorded, computed, 'the comparison', 'its runs give');
}
