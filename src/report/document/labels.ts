/** What each of several results is called: by that in which they differ, as the plot of several server delays is. */
import type { Result } from '../../result/result.ts';
import { figureText } from '../../text/numbers.ts';
import { printable } from '../../text/printable.ts';
import { delayText, timeText } from '../../text/units.ts';

const NS_PER_S = 1_000_000_000;

type Part = (result: Result) => string;

const PARTS: readonly Part[] = [
  ({ plan }) => `${plan.host} port ${plan.port}`,
  ({ plan }) => `server delay ${plan.serverDelayNs === 0 ? 'none' : delayText(plan.serverDelayNs)}`,
  ({ engine }) => `engine ${engine.name}`,
  ({ engine }) => `wait ${engine.wait}`,
  ({ dialect }) => `dialect ${dialect.spoken ?? dialect.requested}`,
  ({ plan }) => (plan.family === null ? 'any family' : `IPv${plan.family}`),
  ({ plan }) => `congestion control ${plan.socket.congestionControl ?? 'of the system'}`,
  ({ plan }) => (plan.socket.noDelay === false ? 'Nagle on' : 'Nagle off'),
];

/** One for each result, no two alike, and fit to be shown. */
export function resultLabels(results: readonly Result[]): string[] {
  return labelsOf(results).map((label) => printable(label));
}

function labelsOf(results: readonly Result[]): string[] {
  if (results.length === 1) return results.map(PARTS[0] as Part);
  const telling = PARTS.filter((part) => new Set(results.map(part)).size > 1);
  const labels = results.map((result) => telling.map((part) => part(result)).join(', '));
  if (new Set(labels).size === labels.length) return labels;
  const dated = results.map((result, i) =>
    [labels[i], result.runs[0]?.startedAt].filter((text) => text).join(', '),
  );
  if (new Set(dated).size === dated.length) return dated;
  return dated.map((label, i) => `${i + 1}: ${label}`);
}

/** The engine, and why it is not the native one where nobody asked for another. */
export function engineText({ name, fallback }: Pick<Result['engine'], 'name' | 'fallback'>): string {
  return fallback === null ? name : `${name}, not native: ${fallback}`;
}

/** As a watch tells it. */
export function durationWords(ns: number): string {
  return ns < NS_PER_S ? timeText(ns) : `${figureText(ns / NS_PER_S, 2)} s`;
}

/** `2026-01-01 00:00:00Z`: a date of ISO 8601 without its fractions. */
export function dateText(date: string): string {
  return date.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2Z');
}
