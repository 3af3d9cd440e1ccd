/**
 * One alert of one target: what it is told of, and when. Intervals go in, what is to be told comes out; time is that of the intervals.
 * It is told once that it fires and once that it is over, each with what it stands on. What changes too often is told once as
 * flapping, and again when it has settled. Who tells it, and whether anybody heard it, is no business of this file.
 */
import { type ChangeFinding, observe } from '../changes/detector.ts';
import type { IntervalSummary } from '../records/interval.ts';
import type { AlertState } from './alert-state.ts';
import type { AlertCondition, ChangeCondition } from './condition.ts';
import { type Judgement, judge, layerValue } from './judge.ts';

/** An alert that began or ceased to fire so often within so long is flapping. */
const FLAPPING = 6;
const FLAPPING_WITHIN_MS = 3_600_000;
/** A change is news for so many intervals: from then on the new path is how the path is. */
const NEWS = 360;

/** What the condition stands on. */
export interface Evidence {
  /** The newest intervals that say anything, oldest first. */
  readonly intervals: readonly Judgement[];
  /** Of a change, what was found when it was told. */
  readonly change: ChangeFinding | null;
}

export interface Notice {
  readonly kind: 'firing' | 'resolved' | 'flapping';
  /** Beginning of the interval with which it came, and with which the state it tells of began; Unix time, ms. */
  readonly atMs: number;
  readonly sinceMs: number;
  readonly evidence: Evidence;
}

/**
 * Takes one interval in. Intervals come in the order of time; where the clock was set back they count all the same, in the
 * order in which they come.
 * @param isSilenced nothing is told now: what still holds when the silence is over is told then
 * @returns what is to be told; null for nothing
 */
export function step(
  condition: AlertCondition,
  state: AlertState,
  interval: IntervalSummary,
  isSilenced = false,
): Notice | null {
  const atMs = Math.max(interval.fromMs, state.lastMs ?? interval.fromMs);
  state.lastMs = atMs;
  const again =
    condition.kind === 'change' ? seeChange(condition, state, interval) : count(condition, state, interval);
  moveOn(state, holds(condition, state), atMs);
  return tell(state, atMs, again, isSilenced);
}

/** @returns whether a change came while another one was news: one more thing to tell */
function seeChange(condition: ChangeCondition, state: AlertState, interval: IntervalSummary): boolean {
  const value = layerValue(condition.figure, interval);
  if (value === null || value <= 0) return false;
  const { news } = state;
  if (news !== null && ++news.age > NEWS) state.news = null;
  const finding = observe(state.path, interval.fromMs, value, condition.limit);
  if (finding.verdict === 'back') state.news = null;
  if (finding.verdict !== 'changed') return false;
  const isAnother = state.news !== null;
  state.news = { finding, age: 0 };
  return isAnother;
}

function count(
  condition: Exclude<AlertCondition, ChangeCondition>,
  state: AlertState,
  interval: IntervalSummary,
): boolean {
  const judgement = judge(condition, interval);
  if (judgement !== null) state.recent = [...state.recent, judgement].slice(-condition.of);
  return false;
}

function holds(condition: AlertCondition, { recent, news }: AlertState): boolean {
  if (condition.kind === 'change') return news !== null;
  return recent.filter(({ isBad }) => isBad).length >= condition.bad;
}

function moveOn(state: AlertState, isFiring: boolean, atMs: number): void {
  const wasFiring = state.phase === 'firing';
  if (isFiring !== wasFiring) {
    state.turnsMs = [...state.turnsMs, atMs].slice(-FLAPPING - 1);
    state.sinceMs = atMs;
  }
  state.turnsMs = state.turnsMs.filter((turnMs) => atMs - turnMs < FLAPPING_WITHIN_MS);
  if (state.turnsMs.length > FLAPPING) state.isFlapping = true;
  if (state.turnsMs.length === 0) state.isFlapping = false;
  if (isFiring) state.phase = 'firing';
  else if (wasFiring) state.phase = 'resolved';
  else if (state.recent.at(-1)?.isBad === true) state.phase = 'pending';
  else if (state.recent.every(({ isBad }) => !isBad) && state.phase === 'pending') state.phase = 'inactive';
}

/** Told is where what people know and what is differ, so nothing is told twice, after a restart neither. */
function tell(state: AlertState, atMs: number, again: boolean, isSilenced: boolean): Notice | null {
  const firing = state.phase === 'firing' ? 'firing' : 'resolved';
  const is = state.isFlapping ? 'flapping' : firing;
  const isNews = is !== state.told || (again && is === 'firing');
  if (isSilenced || !isNews) return null;
  state.told = is;
  const change = state.news?.finding ?? null;
  return { kind: is, atMs, sinceMs: state.sinceMs ?? atMs, evidence: { intervals: state.recent, change } };
}
