/**
 * Round trips a minute, by draft-ietf-ippm-responsiveness-09: a probe of its own connection stands for the request of
 * a new user, one within the data for that of the load itself. As no connection is opened for each probe, the foreign
 * part rests on its requests alone, where the draft's formula for TCP has the mean of handshake and request.
 */
import type { ProbesRecord } from '../../../result/load/load-result.ts';
import type { Responsiveness } from '../../../result/load/load-statistics.ts';
import { type SortedSamples, sorted } from '../../../stats/quantile/quantiles.ts';
import { type Receipts, ratesWithin } from '../carried/receipts.ts';
import { isSteady, MAD } from '../carried/settling.ts';
import type { Span, Window } from '../window.ts';
import { probesWithin } from './latency.ts';

const NS_PER_MINUTE = 60_000_000_000;
/** Interval duration, 5.2: how often the draft looks whether it has settled. */
export const DRAFT_INTERVAL_NS = 5_000_000_000;
/** Trimmed mean percentage, 5.2. */
export const TRIMMED_SHARE = 0.95;

interface Subject {
  readonly foreign: ProbesRecord;
  readonly own: readonly ProbesRecord[];
  /** Of each direction that carries data. */
  readonly receipts: readonly (readonly Receipts[])[];
}

/**
 * 5.3.1, the case of TCP only: the mean of both parts, each 60 s over the trimmed mean of its round trips.
 * @param window of the settled load; what lies more than MAD intervals back is left out
 * @param phase from its begin, as the draft counts its intervals
 * @returns null where one of the two kinds was never answered
 */
export function responsivenessOf(subject: Subject, window: Window, phase: Span): Responsiveness | null {
  const fromNs = Math.max(window.fromNs, window.toNs - MAD * DRAFT_INTERVAL_NS);
  const parts = partsOf(subject, { ...window, fromNs });
  if (parts === null) return null;
  return { ...parts, confidence: confidenceOf(subject, { ...phase, holes: window.holes }) };
}

function partsOf(
  { foreign, own }: Subject,
  window: Window,
): (Omit<Responsiveness, 'confidence'> & { readonly rpm: number }) | null {
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

/**
 * 5.4.1: `low` before MAD intervals are over, `high` when goodput of each direction and responsiveness have both
 * become steady by the end of them, `medium` else.
 */
function confidenceOf(subject: Subject, phase: Window): Responsiveness['confidence'] {
  const intervals = Math.floor((phase.toNs - phase.fromNs) / DRAFT_INTERVAL_NS + 1e-9);
  if (intervals < MAD) return 'low';
  const ends = Array.from({ length: intervals }, (_, i) => phase.fromNs + (i + 1) * DRAFT_INTERVAL_NS);
  const lastMad = (values: readonly number[]): number[] => values.slice(-MAD);
  const areGoodputsSteady = subject.receipts.every((receipts) => {
    const rates = ratesWithin(receipts, phase, DRAFT_INTERVAL_NS);
    const averages = rates.map((_, i) => meanOf(rates.slice(Math.max(0, i - MAD + 1), i + 1)));
    return isSteady(lastMad(averages));
  });
  const rpms = lastMad(ends).map((toNs) => {
    const fromNs = Math.max(phase.fromNs, toNs - MAD * DRAFT_INTERVAL_NS);
    return partsOf(subject, { ...phase, fromNs, toNs })?.rpm ?? 0;
  });
  return areGoodputsSteady && isSteady(rpms) ? 'high' : 'medium';
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
