/**
 * Two spans of one path: how many times the first one's value the second one's is. Its intervals of time have moods in common,
 * so they are no proof of their own: the interval of the ratio is how much two such spans, as far apart, differed in the
 * path's own history, and no less than what the runs in both of them leave open.
 */
import { verdictOf } from '../../analysis/compare.ts';
import type { RatioVerdict } from '../../result/comparison.ts';
import { differenceOfRuns } from '../../stats/compare/run-difference.ts';
import { LEVEL, MIN_RUNS } from '../../stats/quantile/interval.ts';
import type { Span } from '../store/store.ts';
import { reachOfErrors } from './past-errors.ts';
import { levelOf, type Unit, unitsWithin } from './units.ts';

export interface SpanRatio {
  /** Levels of both spans, ns; null of one without an answer. */
  readonly a: number | null;
  readonly b: number | null;
  /** B over A. */
  readonly ratio: number | null;
  readonly interval: { readonly level: typeof LEVEL; readonly low: number; readonly high: number } | null;
  /** Pairs of such spans in the history that have nothing in common; 0 where there were too few, and the runs of both spans alone speak. */
  readonly pairs: number;
  readonly verdict: RatioVerdict;
}

/** Pieces of a span, each a unit: fewer where it has fewer runs. */
const PIECES = 10;
const OVERLAP = 4;
/** Pairs of the past that are looked at, at most: a short span has ten thousand in a month. */
const MOST_PAIRS = 2_000;

/**
 * @param history of the same path, ascending; it may have the spans in it
 */
export function compareSpans(history: readonly Unit[], a: Span, b: Span): SpanRatio {
  const [ofA, ofB] = [unitsWithin(history, a.fromMs, a.toMs), unitsWithin(history, b.fromMs, b.toMs)];
  const [levelA, levelB] = [levelOf(ofA), levelOf(ofB)];
  const levels = { a: expOf(levelA), b: expOf(levelB) };
  if (levelA === null || levelB === null) {
    return { ...levels, ratio: null, interval: null, pairs: 0, verdict: 'too-noisy' };
  }
  const middle = levelB - levelA;
  const ratio = Math.exp(middle);
  const past = pastDifferences(history, a, b);
  const ofHistory = reachOfErrors(past.differences, past.pairs);
  const ofRuns = reachOfRuns(ofA, ofB);
  if (ofRuns === null) return { ...levels, ratio, interval: null, pairs: 0, verdict: 'too-noisy' };
  const reach = Math.max(ofHistory ?? 0, ofRuns);
  const interval = { level: LEVEL, low: Math.exp(middle - reach), high: Math.exp(middle + reach) } as const;
  const pairs = ofHistory === null ? 0 : past.pairs;
  return { ...levels, ratio, interval, pairs, verdict: verdictOf(interval, 'rtt') };
}

/**
 * Of pairs of spans as long and as far apart as these, all over before the earlier one of these was: a change that came after
 * it is what is asked for, and no proof against itself.
 */
function pastDifferences(
  history: readonly Unit[],
  a: Span,
  b: Span,
): { readonly differences: readonly number[]; readonly pairs: number } {
  const endMs = Math.min(a.toMs, b.toMs);
  const apartMs = b.fromMs - a.fromMs;
  const lengthMs = Math.max(a.toMs - a.fromMs, b.toMs - b.fromMs);
  const reachMs = Math.abs(apartMs) + lengthMs;
  const wholeMs = endMs - (history[0]?.fromMs ?? endMs);
  const stepMs = Math.max(lengthMs / OVERLAP, (wholeMs - reachMs) / MOST_PAIRS);
  if (!(stepMs > 0)) return { differences: [], pairs: 0 };
  const differences: number[] = [];
  for (let shiftMs = endMs - wholeMs; shiftMs + reachMs <= endMs; shiftMs += stepMs) {
    const levelAt = (span: Span): number | null => {
      const fromMs = shiftMs + span.fromMs - Math.min(a.fromMs, b.fromMs);
      return levelOf(unitsWithin(history, fromMs, fromMs + span.toMs - span.fromMs));
    };
    const [ofA, ofB] = [levelAt(a), levelAt(b)];
    if (ofA !== null && ofB !== null) differences.push(ofB - ofA);
  }
  return { differences, pairs: Math.min(differences.length, Math.floor(wholeMs / reachMs)) };
}

/** By pieces of both, neighbours alike as runs are; null of a span with fewer than two runs. */
function reachOfRuns(a: readonly Unit[], b: readonly Unit[]): number | null {
  const [ofA, ofB] = [piecesOf(a), piecesOf(b)];
  if (Math.min(ofA.length, ofB.length) < MIN_RUNS) return null;
  // Pieces of one span are neighbours; both spans are far from each other.
  const far = ofA.length + PIECES;
  const { value, interval } = differenceOfRuns(
    ofA.map((level, place) => ({ place, value: level })),
    ofB.map((level, place) => ({ place: far + place, value: level })),
    LEVEL,
  );
  return interval === null ? null : interval.high - value;
}

function piecesOf(units: readonly Unit[]): readonly number[] {
  const pieces = Math.min(PIECES, units.length);
  return Array.from({ length: pieces }, (_, i) => {
    const from = Math.floor((i * units.length) / pieces);
    return levelOf(units.slice(from, Math.floor(((i + 1) * units.length) / pieces))) as number;
  });
}

function expOf(level: number | null): number | null {
  return level === null ? null : Math.exp(level);
}
