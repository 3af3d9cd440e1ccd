/**
 * Whether a path became another one: one series and one metric, interval after interval, in bounded memory. It compares
 * the newest windows of several lengths with the path's history, and tells a change only where even the least ratio that
 * the path's own excursions leave possible is beyond the limit. It is asked after each interval, for years; the excursions
 * it is held against are those of as many looks.
 *
 * What it cannot tell it does not tell: on a path that strays by a third every day, a change of a tenth is none. Nor does it tell
 * what creeps: history is of some hours, and a path that needs longer to change takes it along.
 */
import { conclude, type Excursions, look, noExcursions, reachOf } from './excursions.ts';
import { medianOf, midmean } from './middle.ts';

const SHORTEST = 5;
const LONGEST = 40;
/** Lengths of windows, in intervals: a large change is told by few, a small one of an unsteady path by many. */
export const WINDOWS: readonly number[] = [SHORTEST, 10, LONGEST];
/** So much of a change the newest intervals must still show. */
const STILL = 0.5;
/** Four intervals of which nothing speaks against a change, each worth a half. */
const LEAST_EVIDENCE = 2;
/** Intervals that are the history: two hours of every ten seconds. */
const HISTORY = 720;
/** So many intervals are kept, the newest windows included. */
export const MOST_KEPT: number = HISTORY + LONGEST;
/** A change that gives way to another one within a day was an excursion, and may come again; one that lasts longer is a new level. */
const LASTS = 8_640;
/** Fewest intervals of a path, and of what is history after a change. */
const LEARNED = 360;
const MIN_HISTORY = 10;
/** The middle of the history is taken anew when this share of it is new. */
const REFRESHED = 0.05;

/** What is kept of one series and metric. Plain data: it survives as JSON. Only {@link observe} changes it. */
export interface ChangeState {
  /** Logarithms and beginnings of the newest intervals since the last change, oldest first. */
  logs: number[];
  fromMs: number[];
  /** Of all, whatever changed. */
  seen: number;
  /** The middle of the history, and at how many seen intervals it was taken. */
  middle: number | null;
  middleAt: number;
  /** The change that was told at last, as long as the path may still go back; null otherwise. */
  left: { readonly middle: number; readonly deviation: number; readonly at: number } | null;
  readonly excursions: readonly Excursions[];
}

export type ChangeVerdict =
  /** Too short a history. */
  | 'learning'
  /** The whole interval is within the limit. */
  | 'unchanged'
  /** Some of the interval is beyond it, but not all. */
  | 'cannot-tell'
  | 'changed'
  /** The path is again what it was before it changed. */
  | 'back';

export interface ChangeFinding {
  readonly verdict: ChangeVerdict;
  /** Newest window over history, and what the path's excursions leave possible; null while learning. */
  readonly ratio: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** In the unit of the metric. */
  readonly before: number | null;
  readonly now: number | null;
  /** Intervals in the window that decided. */
  readonly window: number | null;
  /** Beginning of the first interval of the new path, Unix time, ms; null of what did not change. */
  readonly sinceMs: number | null;
  /** The least ratio above 1 that ten intervals could tell here; null while learning. */
  readonly tellable: number | null;
}

const LEARNING: ChangeFinding = {
  verdict: 'learning',
  ratio: null,
  interval: null,
  before: null,
  now: null,
  window: null,
  sinceMs: null,
  tellable: null,
};

export function newChangeState(): ChangeState {
  return {
    logs: [],
    fromMs: [],
    seen: 0,
    middle: null,
    middleAt: 0,
    left: null,
    excursions: WINDOWS.map(noExcursions),
  };
}

/**
 * One interval that has a value; those without are left out by the caller, since a gap is neither good nor bad.
 * @param value above 0, in any unit
 * @param limit ratio above 1 beyond which a change is told, up (`limit`) or down (1 / `limit`)
 * @throws RangeError for any other
 */
export function observe(state: ChangeState, fromMs: number, value: number, limit: number): ChangeFinding {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new RangeError(`${value} has no ratio`);
  if (!(limit > 1)) throw new RangeError(`a change is by more than 1, not ${limit}`);
  push(state, fromMs, Math.log(value));
  const history = historyOf(state);
  if (history === null) return LEARNING;
  followUp(state, history.middle);
  const looks = WINDOWS.flatMap((length, i) => {
    if (state.logs.length < length + MIN_HISTORY) return [];
    return [lookAt(state, history, state.excursions[i] as Excursions)];
  });
  const told = state.seen > LEARNED ? newPath(state, history.middle, looks, Math.log(limit)) : null;
  if (told !== null) return change(state, history.middle, told, Math.log(limit));
  for (const one of looks) look(one.excursions, one.size);
  const known = looks.filter(({ reach }) => reach !== null);
  if (known.length === 0 || state.seen <= LEARNED) return LEARNING;
  return unchanged(history.middle, known, Math.log(limit));
}

interface History {
  readonly middle: number;
  readonly length: number;
}

interface Look {
  readonly excursions: Excursions;
  readonly deviation: number;
  readonly size: number;
  readonly reach: number | null;
}

function push(state: ChangeState, fromMs: number, log: number): void {
  state.logs.push(log);
  state.fromMs.push(fromMs);
  state.seen++;
  if (state.logs.length <= MOST_KEPT) return;
  state.logs.shift();
  state.fromMs.shift();
}

/** Without the newest ones, which may be a change already; of a young history, without its newer half. */
function historyOf(state: ChangeState): History | null {
  const { logs, seen } = state;
  const length = Math.max(logs.length - LONGEST, Math.floor(logs.length / 2));
  if (length < MIN_HISTORY) return null;
  if (state.middle === null || seen - state.middleAt >= REFRESHED * length) {
    state.middle = medianOf(logs.slice(0, length));
    state.middleAt = seen;
  }
  return { middle: state.middle, length };
}

function lookAt({ logs }: ChangeState, { middle, length }: History, excursions: Excursions): Look {
  const deviation = midmean(logs.slice(-excursions.length)) - middle;
  const reach = reachOf(excursions);
  // The history strays as well where it is short.
  const both = Math.sqrt(1 + excursions.length / length);
  return { excursions, deviation, size: Math.abs(deviation), reach: reach === null ? null : reach * both };
}

/** A look at all of the new path, and where it begins. */
interface NewPath extends Look {
  readonly from: number;
}

/**
 * Sure is what the window shows, what all since the change shows, and what the newest intervals have not taken back. A few
 * intervals are no new path.
 */
function newPath(
  { logs }: ChangeState,
  middle: number,
  looks: readonly Look[],
  logLimit: number,
): NewPath | null {
  const isBeyond = (size: number, reach: number | null): boolean => reach !== null && size - reach > logLimit;
  for (const window of looks.filter(({ size, reach }) => isBeyond(size, reach))) {
    const { from, evidence } = changePoint(logs, middle, window.deviation);
    const newer = looks.filter(({ excursions }) => excursions.length < window.excursions.length);
    if (newer.some(({ deviation }) => deviation / window.deviation < STILL)) continue;
    const deviation = midmean(logs.slice(from)) - middle;
    const size = Math.abs(deviation);
    if (evidence < LEAST_EVIDENCE || !isBeyond(size, window.reach)) continue;
    return { ...window, deviation, size, from };
  }
  return null;
}

/** Of the change that was told at last: whether it has lasted, or went by without much ado. */
function followUp(state: ChangeState, middle: number): void {
  const { left } = state;
  if (left === null) return;
  const share = (middle - left.middle) / left.deviation;
  if (share < STILL) settle(state);
  else if (state.seen - left.at > LASTS) state.left = null;
}

/** What was told is one of the excursions of this path from now on. */
function settle(state: ChangeState): void {
  const size = state.left === null ? null : Math.abs(state.left.deviation);
  for (const excursions of state.excursions) conclude(excursions, size);
  state.left = null;
}

function change(state: ChangeState, middle: number, told: NewPath, logLimit: number): ChangeFinding {
  const sinceMs = state.fromMs[told.from] as number;
  state.logs = state.logs.slice(told.from);
  state.fromMs = state.fromMs.slice(told.from);
  state.middle = null;
  const { left } = state;
  settle(state);
  const isBack = left !== null && Math.abs(middle + told.deviation - left.middle) <= logLimit;
  if (!isBack) state.left = { middle, deviation: told.deviation, at: state.seen };
  return { ...found(isBack ? 'back' : 'changed', middle, told), sinceMs, tellable: null };
}

/**
 * Where the newest part that is nearer to the new level than to the old one begins, and how much speaks for it: the CUSUM of
 * Page, "Continuous Inspection Schemes", Biometrika 41 (1954), from the newest back, no interval worth more than a half.
 */
function changePoint(
  logs: readonly number[],
  middle: number,
  deviation: number,
): { readonly from: number; readonly evidence: number } {
  const first = Math.max(1, logs.length - 2 * LONGEST);
  let sum = 0;
  let best = { from: logs.length - 1, evidence: 0 };
  for (let i = logs.length - 1; i >= first; i--) {
    const share = ((logs[i] as number) - middle) / deviation;
    sum += Math.max(0, Math.min(1, share)) - 0.5;
    if (sum > best.evidence) best = { from: i, evidence: sum };
  }
  return best;
}

/** By the window that leaves the least open. */
function unchanged(middle: number, known: readonly Look[], logLimit: number): ChangeFinding {
  const open = (one: Look): number => one.size + (one.reach as number);
  const least = known.reduce((best, one) => (open(one) < open(best) ? one : best));
  const short = known.filter(({ excursions }) => excursions.length < LONGEST);
  const reach = Math.min(...(short.length === 0 ? known : short).map((one) => one.reach as number));
  const verdict = open(least) <= logLimit ? 'unchanged' : 'cannot-tell';
  return { ...found(verdict, middle, least), sinceMs: null, tellable: Math.exp(logLimit + reach) };
}

function found(
  verdict: ChangeVerdict,
  middle: number,
  { deviation, reach, excursions }: Look,
): Omit<ChangeFinding, 'sinceMs' | 'tellable'> {
  const wide = reach as number;
  return {
    verdict,
    ratio: Math.exp(deviation),
    interval: { low: Math.exp(deviation - wide), high: Math.exp(deviation + wide) },
    before: Math.exp(middle),
    now: Math.exp(middle + deviation),
    window: excursions.length,
  };
}
