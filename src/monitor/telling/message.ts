/** What is told of an alert to programs: the same JSON text for a webhook and a command. */
import type { Told } from '../alerts/watch.ts';

export interface AlertMessage {
  readonly format: 'echolot-alert';
  readonly version: 1;
  readonly alert: string;
  readonly when: string;
  readonly target: string;
  readonly state: 'firing' | 'resolved' | 'flapping';
  /** Of the interval with which it came, and since when this state is. */
  readonly at: string;
  readonly since: string;
  /** A sentence for people. */
  readonly text: string;
  /** Intervals that it stands on, oldest first: beginning, whether bad, and the value in the base unit of the figure (ns, a share, bit/s). */
  readonly intervals: readonly {
    readonly at: string;
    readonly isBad: boolean;
    readonly value: number | null;
  }[];
  /** Of a change: how many times, with its 95 % interval. */
  readonly change: {
    readonly ratio: number | null;
    readonly low: number | null;
    readonly high: number | null;
  } | null;
  /** Where it is to be seen; null without a page. */
  readonly link: string | null;
}

const HOUR_MS = 3_600_000;

/** @param page address of the page; undefined where there is none */
export function messageOf({ rule, target, notice, event }: Told, page: string | undefined): AlertMessage {
  const { kind, atMs, sinceMs, evidence } = notice;
  const { change, intervals } = evidence;
  const at = (ms: number): string => new Date(ms).toISOString();
  const span = `from=${encodeURIComponent(at(sinceMs - HOUR_MS))}&to=${encodeURIComponent(at(atMs + HOUR_MS))}`;
  return {
    format: 'echolot-alert',
    version: 1,
    alert: rule.name,
    when: rule.condition.text,
    target,
    state: kind,
    at: at(atMs),
    since: at(sinceMs),
    text: event.text,
    intervals: intervals.map(({ fromMs, isBad, value }) => ({ at: at(fromMs), isBad, value })),
    change:
      change === null
        ? null
        : { ratio: change.ratio, low: change.interval?.low ?? null, high: change.interval?.high ?? null },
    link: page === undefined ? null : `${page}/target/${encodeURIComponent(target)}?${span}`,
  };
}
