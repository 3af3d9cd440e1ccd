/** Whether there is enough: probes, blocks, and the precision that was asked for. */
import type { PlanRecord } from '../../result/plan-record.ts';
import type { Warning } from '../../result/warnings.ts';
import { halfWidth } from '../../stats/quantile/estimate.ts';
import { MIN_BLOCKS } from '../../stats/quantile/interval.ts';
import { supportsQuantile } from '../../stats/quantile/quantiles.ts';
import { percentText } from '../../text/numbers.ts';
import type { Check, Found, Subject } from './check.ts';
import { countText } from './words/words.ts';

/** The assignment asks for at least as many for each size. */
export const MIN_PROBES = 10;
/** The outermost percentile of the report. */
export const TAIL = 0.99;
/** Fewest samples that support it: five are expected beyond. */
export const TAIL_PROBES = 500;

export const SAMPLES: Check = {
  question: 'Are there too few probes or blocks for the figures?',
  look: (subject) => [...fewProbes(subject), ...thinTail(subject), ...fewBlocks(subject)],
};

export const PRECISION: Check = {
  question: 'Are the intervals wider than was asked for?',
  look: precisionMissed,
};

function fewestProbes({ series }: Subject): number {
  return Math.min(...series.map(({ statistics }) => statistics.rttNs.n));
}

function fewProbes(subject: Subject): Warning[] {
  const probes = fewestProbes(subject);
  if (probes >= MIN_PROBES) return [];
  return [
    {
      code: 'few-probes',
      check: 'samples',
      message: `${countText(probes, 'probe')} of a size; the assignment asks for at least ${MIN_PROBES}`,
      advice: moreProbes(subject.recording.plan, MIN_PROBES),
      probes,
    },
  ];
}

function thinTail(subject: Subject): Warning[] {
  const probes = fewestProbes(subject);
  if (supportsQuantile(probes, TAIL)) return [];
  return [
    {
      code: 'thin-tail',
      check: 'samples',
      message: `the 1st and 99th percentiles of ${countText(probes, 'sample')} are little more than their extremes`,
      advice: moreProbes(subject.recording.plan, TAIL_PROBES),
      probes,
      neededProbes: TAIL_PROBES,
    },
  ];
}

function moreProbes({ probes, precision }: PlanRecord, needed: number): string {
  if (precision !== null) return `ask for a narrower --precision, or for --probes ${needed} instead of one`;
  if (probes !== null && probes >= needed) return 'measure again and let the run go to its end';
  return `use --probes ${needed} or more`;
}

function fewBlocks({ series, recording }: Subject): Warning[] {
  const refused = series.filter(({ statistics }) =>
    statistics.rttNs.estimates.some(({ p, refused: why }) => p === 0.5 && why === 'too-few-blocks'),
  );
  if (refused.length === 0) return [];
  const blocks = Math.min(...refused.map(({ record }) => record.blocks));
  const planned = recording.plan.blocks;
  return [
    {
      code: 'few-blocks',
      check: 'samples',
      message: `there is no interval: it takes ${MIN_BLOCKS} blocks of a size, and there ${blocks === 1 ? 'is 1' : `are ${blocks}`}`,
      advice:
        planned === null || planned >= MIN_BLOCKS
          ? 'measure again and let the run go to its end'
          : `use --blocks ${MIN_BLOCKS} or more, with at least ${MIN_PROBES} probes for each`,
      blocks,
      neededBlocks: MIN_BLOCKS,
    },
  ];
}

function precisionMissed(subject: Subject): Found {
  const { plan, stop } = subject.recording;
  if (plan.precision === null) return [];
  // What each of the merged runs achieved says nothing of all of them.
  const merged = stop.reason === 'merged';
  const achieved = merged ? widestHalfWidth(subject) : stop.achievedPrecision;
  const reached = achieved !== null && achieved <= plan.precision;
  if (reached && (merged || stop.reason === 'precision')) return [];
  const asked = `the intervals were to be within ${percentText(plan.precision)} of their median`;
  return [
    {
      code: 'precision-not-reached',
      check: 'precision',
      message: `${asked}, and ${howFar(achieved, reached)}`,
      advice: merged
        ? 'merge more runs'
        : 'allow more time with --max-time, or ask for a wider --precision; the figures are sound all the same',
      askedPrecision: plan.precision,
      achievedPrecision: achieved,
    },
  ];
}

function howFar(achieved: number | null, reached: boolean): string {
  if (achieved === null) return 'there were too few blocks for one';
  return reached
    ? 'the run ended before it was sure that they stay so'
    : `the widest is within ${percentText(achieved)}`;
}

function widestHalfWidth({ series }: Subject): number | null {
  let widest: number | null = null;
  for (const { statistics } of series) {
    const estimate = statistics.rttNs.estimates.find(({ p }) => p === 0.5);
    const width = estimate === undefined ? null : halfWidth(estimate);
    if (width === null) return null;
    widest = Math.max(widest ?? 0, width);
  }
  return widest;
}
