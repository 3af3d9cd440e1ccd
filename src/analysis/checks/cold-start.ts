/** Whether the first probes of the blocks are slower than the rest, though no window of TCP had to grow for them. */
import type { RawBlock } from '../../result/block-record.ts';
import { countedRttNs } from '../../result/samples.ts';
import type { ColdStartWarning } from '../../result/warnings.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';
import { type Check, inEachSeries, type MeasuredSeries, NOT_KEPT, type Unknown } from './check.ts';
import { delayedAckOf } from './delayed-ack.ts';
import { fitsInitialWindow } from './words/segments.ts';
import { probesOf, timeText } from './words/words.ts';

/** The head is a tenth of each block, where there are this many samples in all of them. */
export const MIN_SAMPLES = 50;
export const FACTOR = 1.5;
/** The head must be above most of the rest, too. */
export const QUANTILE = 0.9;
/** How often chance alone may put as many probes of the head there, in all series of a record together. */
export const LEVEL = 0.001;
/** Of the blocks: what happened in few of them is no matter of their beginning. */
export const MIN_SHARE = 0.5;

export const COLD_START: Check = {
  question: 'Were the first probes of the blocks slower than the rest?',
  look: (subject) =>
    inEachSeries(subject, (series) => {
      // One doubt is enough: a held acknowledgement at the head is no cold start.
      const heldBack = delayedAckOf(series, subject.recording.plan);
      const raised = heldBack !== undefined && 'code' in heldBack;
      return raised ? undefined : coldStart(series, LEVEL / subject.series.length);
    }),
};

function coldStart(
  { record, rawBlocks: blocks }: MeasuredSeries,
  level: number,
): ColdStartWarning | Unknown | undefined {
  if (blocks === undefined) return NOT_KEPT;
  const parts = blocks.map(partsOf);
  const head = parts.flatMap((part) => part.head);
  const rest = parts.flatMap((part) => part.rest);
  if (rest.length === 0 || head.length + rest.length < MIN_SAMPLES) return undefined;
  const firstMedianNs = Math.round(quantile(sorted(head), 0.5));
  const ascending = sorted(rest);
  const restMedianNs = Math.round(quantile(ascending, 0.5));
  const highNs = quantile(ascending, QUANTILE);
  if (firstMedianNs <= FACTOR * restMedianNs || firstMedianNs <= highNs) return undefined;
  const high = head.filter((ns) => ns > highNs).length;
  if (chanceOfAsMany(high, head.length, 1 - QUANTILE) >= level) return undefined;
  const limitNs = FACTOR * restMedianNs;
  const slow = parts.filter((part) => quantile(sorted(part.head), 0.5) > limitNs).length;
  if (slow < MIN_SHARE * blocks.length) return undefined;
  if (!blocks.every(fitsInitialWindow)) {
    return { unknown: 'of messages larger than the first congestion window the window may have had to grow' };
  }
  return {
    code: 'cold-start',
    check: 'cold-start',
    message: `the first tenth of the ${probesOf(record)} in each block was slower than the rest (medians ${timeText(firstMedianNs)} and ${timeText(restMedianNs)})`,
    advice: blocks.every(({ samples }) => samples.warmupProbes === 0)
      ? 'use --warmup to leave out the first probes of each block'
      : 'use more --warmup to leave out all the probes that are slow at first',
    workload: record.workload,
    firstMedianNs,
    restMedianNs,
  };
}

/** Of at least `k` of `n` where each comes about with probability `p`: the binomial distribution. */
function chanceOfAsMany(k: number, n: number, p: number): number {
  let term = (1 - p) ** n;
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return Math.max(0, 1 - below);
}

interface Parts {
  readonly head: readonly number[];
  readonly rest: readonly number[];
}

function partsOf(block: RawBlock): Parts {
  const rttNs = countedRttNs(block.samples);
  const tenth = Math.max(1, Math.floor(rttNs.length / 10));
  return { head: rttNs.slice(0, tenth), rest: rttNs.slice(tenth) };
}
