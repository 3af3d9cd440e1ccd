/**
 * Round trips a minute, by draft-ietf-ippm-responsiveness-09: a probe of its own connection stands for the request of
 * a new user, one within the data for that of the load itself. As no connection is opened for each probe, the foreign
 * part rests on its requests alone, where the draft's formula for TCP has the mean of handshake and request.
 */
import type { ProbesRecord } from '../../../result/load/load-result.ts';
import type { Responsiveness } from '../../../result/load/load-statistics.ts';
import { type SortedSamples, sorted } from '../../../stats/quantile/quantiles.ts';
import { type Receipts, ratesWithin } from '../carried/receipts.ts';
import { MAD } from '../carried/settling.ts';
import type { Span, Window } from '../window.ts';
import { probesWithin } from './latency.ts';
import { STABILITY_INTERVAL_NS, Stability } from './stability.ts';

const NS_PER_MINUTE = 60_000_000_000;
/** Trimmed mean percentage, 5.2. */
export const TRIMMED_SHARE = 0.95;

/** What both kinds of probe have seen. */
export interface ProbeKinds {
  readonly foreign: ProbesRecord;
  readonly own: readonly ProbesRecord[];
}

type RpmParts = Omit<Responsiveness, 'confidence'>;

interface Subject extends ProbeKinds {
  /** Of each direction that carries data. */
  readonly receipts: readonly (readonly Receipts[])[];
}

/** A phase that carried data, from its begin on, as the draft counts its intervals. */
export interface JudgedPhase extends Span {
  /** The run found it stable, and ended it. */
  readonly isStable: boolean;
}

/**
 * 5.3.1, the case of TCP only: the mean of both parts, each 60 s over the trimmed mean of its round trips.
 * @param window of the settled load; what lies more than MAD intervals back is left out
 * @returns null where one of the two kinds was never answered
 */
export function responsivenessOf(
  subject: Subject,
  window: Window,
  phase: JudgedPhase,
): Responsiveness | null {
  const parts = rpmWithin(subject, lastIntervals(window, window.toNs));
  if (parts === null) return null;
  return { ...parts, confidence: confidenceOf(subject, { ...phase, holes: window.holes }, phase.isStable) };
}

/** Of the MAD intervals before a moment. */
export function lastIntervals(window: Window, toNs: number): Window {
  return { ...window, fromNs: Math.max(window.fromNs, toNs - MAD * STABILITY_INTERVAL_NS), toNs };
}

/** @returns null where one of the two kinds was never answered */
export function rpmWithin({ foreign, own }: ProbeKinds, window: Window): RpmParts | null {
  const foreignRpm = rpmOf([foreign], window);
  const ownRpm = rpmOf(own, window);
  if (foreignRpm === null || ownRpm === null) return null;
  return { rpm: (foreignRpm + ownRpm) / 2, foreignRpm, ownRpm };
}

function rpmOf(records: readonly ProbesRecord[], window: Window): number | null {
  const { rttNs } = probesWithin(records, window);
  const mean = rttNs.length === 0 ? 0 : trimmedMean(sorted(rttNs));
  return mean === 0 ? null : NS_PER_MINUTE / mean;
}

/** Without what lies above the percentile; of one sample it is that. */
export function trimmedMean(samples: SortedSamples): number {
  const kept = Math.max(1, Math.floor(TRIMMED_SHARE * samples.length));
  let sum = 0;
  for (let i = 0; i < kept; i++) sum += samples[i] as number;
  return sum / kept;
}

/** 5.4.1: `low` before MAD intervals are over, `high` when all is stable by the end of them, `medium` else. */
function confidenceOf(subject: Subject, phase: Window, isStable: boolean): Responsiveness['confidence'] {
  if (isStable) return 'high';
  const goodputs = subject.receipts.map((receipts) => ratesWithin(receipts, phase, STABILITY_INTERVAL_NS));
  const intervals = goodputs[0]?.length ?? 0;
  if (intervals < MAD) return 'low';
  const stability = new Stability(goodputs.length);
  let isStableNow = false;
  for (let i = 0; i < intervals; i++) {
    const endNs = phase.fromNs + (i + 1) * STABILITY_INTERVAL_NS;
    const parts = rpmWithin(subject, lastIntervals(phase, endNs));
    const rates = goodputs.map((rates) => rates[i] as number);
    isStableNow = stability.note(rates, parts?.rpm ?? null);
  }
  return isStableNow ? 'high' : 'medium';
}
