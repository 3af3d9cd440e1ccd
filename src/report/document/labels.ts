/** What each of several results is called: by that in which they differ, as the plot of several server delays is. */
import type { Result } from '../../result/result.ts';
import { printable } from '../../text/printable.ts';
import { delayText } from '../../text/units.ts';

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
