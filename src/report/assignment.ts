/**
 * The assignment's report for people: of each server delay a table for round-trip time and one for throughput, what
 * they show, and every doubt. The plots are in the page (html.ts).
 */

import type { Measurement } from '../result/plan-record.ts';
import type { Result } from '../result/result.ts';
import type { SampleStatistics, SeriesRecord } from '../result/series-record.ts';
import { sizeText } from '../result/size-text.ts';
import { addressLines } from './addresses.ts';
import { delayText } from './delay-text.ts';
import { discussion } from './discussion.ts';
import { engineText } from './labels.ts';
import { renderTable } from './table.ts';
import { counted, wrapped } from './text.ts';
import { inUnit, rateUnit, timeUnit } from './units.ts';

const NONE = '-';
/** The interval is of the median. */
const COLUMNS: readonly string[] = ['size', 'n', 'mean', 'median', '95 % interval'];
const DEFINITIONS: Readonly<Record<Measurement, string>> = {
  rtt: "Round-trip time: from before a probe is sent to the arrival of its echo's last byte.",
  throughput: 'Throughput: payload bits / round-trip time of each probe.',
};

/** @param results one for each delay, in the order in which they are to be shown; at least one */
export function assignmentReport(results: readonly Result[]): string {
  return [
    headline(results),
    ...results.flatMap((result) => [table(result, 'rtt'), table(result, 'throughput')]),
    discussionText(results),
    verdict(results),
    addressesText(results),
    results.map(outcomeText).join(''),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function headline([first, ...others]: readonly Result[]): string {
  if (first === undefined) return '';
  const { tool, plan, dialect, engine } = first;
  const spoken = dialect.spoken ?? dialect.requested;
  const delays = counted(others.length + 1, 'server delay');
  const title = `echolot ${tool.version}: the assignment with ${delays}, ${plan.host} port ${plan.port}, dialect ${spoken}, engine ${engineText(engine)}`;
  return wrapped(title, '  ') + wrapped(DEFINITIONS.rtt) + wrapped(DEFINITIONS.throughput);
}

function table(result: Result, measurement: Measurement): string {
  const own = result.series.filter((one) => one.measurement === measurement);
  if (own.length === 0) return '';
  const statistics = own.map(statisticsOf);
  const medians = statistics.map((one) => one?.median ?? 0);
  const unit = measurement === 'rtt' ? timeUnit(medians) : rateUnit(medians);
  const rows = statistics.map((one, i) => {
    const size = sizeText(own[i]?.payloadBytes ?? 0);
    if (one === null) return [size, '0', NONE, NONE, NONE];
    const interval = medianInterval(one);
    const range = interval === null ? NONE : `${inUnit(interval.low, unit)}–${inUnit(interval.high, unit)}`;
    return [size, String(one.n), inUnit(one.mean, unit), inUnit(one.median, unit), range];
  });
  const what = measurement === 'rtt' ? 'round-trip time' : 'throughput';
  const withIntervals = statistics.some((one) => one !== null && medianInterval(one) !== null);
  const columns = withIntervals ? COLUMNS : COLUMNS.slice(0, -1);
  const title = `${titleOf(result)}: ${what} in ${unit.name}`;
  return `${title}\n\n${renderTable(columns, rows)}`;
}

function titleOf({ plan }: Result): string {
  return plan.serverDelayNs === 0 ? 'No server delay' : `Server delay ${delayText(plan.serverDelayNs)}`;
}

function statisticsOf({ measurement, statistics }: SeriesRecord): SampleStatistics | null {
  if (statistics === null) return null;
  return measurement === 'rtt' ? statistics.rttNs : statistics.goodputBitsPerSecond;
}

function medianInterval({ estimates }: SampleStatistics): { low: number; high: number } | null {
  return estimates.find(({ p }) => p === 0.5)?.interval ?? null;
}

function discussionText(results: readonly Result[]): string {
  const sentences = discussion(results);
  if (sentences.length === 0) return '';
  return `What this shows\n\n${sentences.map((sentence) => wrapped(`- ${sentence}`, '  ')).join('')}`;
}

/**
 * A doubt that several results or sizes share is told once, with the first as an example. Here is no percentile far
 * out, so it does not matter that one would be thin.
 */
function verdict(results: readonly Result[]): string {
  const raised = results.flatMap((result) =>
    result.warnings
      .filter(({ code }) => code !== 'thin-tail')
      .map(({ code, message, advice }) => ({ code, message, advice, title: titleOf(result) })),
  );
  const alike = [...Map.groupBy(raised, ({ code }) => code).values()];
  const doubts = alike.map(([first, ...others]) => {
    if (first === undefined) return '';
    const more = others.length === 0 ? '' : `; ${others.length} more like it`;
    return wrapped(`doubt: ${first.title.toLowerCase()}: ${first.message}${more}; ${first.advice}`, '  ');
  });
  const clear = clearChecks(results);
  const head = doubts.length > 0 ? counted(doubts.length, 'doubt') : 'no doubts found';
  const looked = clear.length === 0 ? '' : ` (checked and clear: ${clear.join(', ')})`;
  return `${wrapped(`Verdict: ${head}${looked}`, '  ')}${doubts.join('')}`;
}

/** The runs of one assignment go to one address; what kept others from answering is told once. */
function addressesText(results: readonly Result[]): string {
  const lines = results.flatMap(({ plan, runs }) =>
    runs.flatMap(({ addresses }) => addressLines(plan, addresses)),
  );
  return [...new Set(lines)].map((line) => wrapped(line, '  ')).join('');
}

/** What was looked for in vain in each of the results. */
function clearChecks(results: readonly Result[]): string[] {
  const [first, ...others] = results.map(({ checks }) =>
    checks.filter(({ finding }) => finding === 'clear').map(({ name }) => name),
  );
  const everywhere = (first ?? []).filter((name) => others.every((names) => names.includes(name)));
  return everywhere.map((name) => name.replaceAll('-', ' '));
}

/** A report that is read later must say that it is not the whole experiment. */
function outcomeText(result: Result): string {
  const { outcome, plan, blocks } = result;
  if (outcome.status === 'complete') return '';
  const how = outcome.status === 'cancelled' ? 'was cancelled' : `failed: ${outcome.error?.message ?? ''}`;
  const begun = blocks.filter(({ kind }) => kind === 'measured').length;
  const planned = plan.blocks === null ? '' : ` of ${plan.blocks * plan.measurements.length}`;
  const title = titleOf(result).toLowerCase();
  return wrapped(
    `incomplete: ${title}: the run ${how}; this is what ${begun}${planned} blocks measured`,
    '  ',
  );
}
