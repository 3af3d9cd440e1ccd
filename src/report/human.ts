/** A result for people: a table for each measurement, what they mean, and every doubt. */
import type { Measurement, Result, SessionRecord } from '../result/result.ts';
import { sizeText } from '../result/size-text.ts';
import { supportsQuantile } from '../stats/quantiles.ts';
import type { Summary } from '../stats/summary.ts';
import { anatomyNotes, anatomyTables } from './anatomy.ts';
import { connectionLines } from './connections.ts';
import { renderTable } from './table.ts';
import { inUnit, rateUnit, timeText, timeUnit, type Unit } from './units.ts';

export function humanReport(result: Result): string {
  const parts = [
    headline(result),
    measurementTable(result, 'rtt'),
    measurementTable(result, 'throughput'),
    anatomyTables(result),
  ];
  if (result.sessions.length > 0) parts.push(footnotes(result));
  return `${parts.filter((part) => part !== '').join('\n')}${warningsText(result)}${outcomeText(result)}`;
}

function headline({ tool, plan, dialect, engine, sessions }: Result): string {
  const remote = sessions[0]?.remote.address;
  const address = remote === undefined || remote === plan.host ? '' : ` (${remote})`;
  const spoken = dialect.spoken ?? dialect.requested;
  const protocol = spoken === 'plain' ? 'plain echo' : `dialect ${spoken}`;
  const reason = engine.fallback === null ? '' : `(not the native engine: ${engine.fallback})\n`;
  return `echolot ${tool.version}: ${plan.host} port ${plan.port}${address}, ${protocol}, engine ${engine.name}\n${reason}`;
}

interface Column {
  readonly name: string;
  readonly value: (summary: Summary) => number | null;
  /** The share of samples below it; a percentile that the samples do not support is marked. */
  readonly quantile?: number;
}

const MEAN_AND_MEDIAN: readonly Column[] = [
  { name: 'mean', value: ({ mean }) => mean },
  { name: 'median', value: ({ median }) => median },
];
const SPREAD: readonly Column[] = [
  { name: 'min', value: ({ min }) => min },
  { name: 'max', value: ({ max }) => max },
  { name: 'std dev', value: ({ standardDeviation }) => standardDeviation },
];
const COLUMNS: Readonly<Record<Measurement, readonly Column[]>> = {
  rtt: [...MEAN_AND_MEDIAN, { name: 'p99', value: ({ p99 }) => p99, quantile: 0.99 }, ...SPREAD],
  // The slow tail of a rate is its low end.
  throughput: [...MEAN_AND_MEDIAN, { name: 'p1', value: ({ p1 }) => p1, quantile: 0.01 }, ...SPREAD],
};

function measurementTable({ sessions }: Result, measurement: Measurement): string {
  const own = sessions.filter((session) => session.measurement === measurement);
  if (own.length === 0) return '';
  const summaries = own.map((session) => summaryOf(session));
  const medians = summaries.map((summary) => summary?.median ?? 0);
  const unit = measurement === 'rtt' ? timeUnit(medians) : rateUnit(medians);
  const title =
    measurement === 'rtt'
      ? `Round-trip time in ${unit.name}: from before a probe is sent to the arrival of its echo's last byte`
      : `Throughput in ${unit.name}: payload bits / round-trip time of each probe`;
  const columns = COLUMNS[measurement];
  const header = ['size', 'n', ...columns.map(({ name }) => name)];
  const rows = own.map(({ payloadBytes }, i) => [
    sizeText(payloadBytes),
    ...cells(summaries[i] ?? null, columns, unit),
  ]);
  return `${title}\n\n${renderTable(header, rows)}`;
}

function summaryOf({ measurement, statistics }: SessionRecord): Summary | null {
  if (statistics === null) return null;
  return measurement === 'rtt' ? statistics.rttNs : statistics.goodputBitsPerSecond;
}

function cells(summary: Summary | null, columns: readonly Column[], unit: Unit): string[] {
  if (summary === null) return ['0', ...columns.map(() => '-')];
  return [
    String(summary.n),
    ...columns.map(({ value, quantile }) => {
      const number = value(summary);
      if (number === null) return '-';
      const thin = quantile !== undefined && !supportsQuantile(summary.n, quantile);
      return `${thin ? '~' : ''}${inUnit(number, unit)}`;
    }),
  ];
}

function footnotes(result: Result): string {
  const { engine, plan } = result;
  const lines = [...anatomyNotes(result), ...connectionLines(result)];
  if (plan.warmupProbes > 0)
    lines.push(
      `${plan.warmupProbes} warm-up ${plan.warmupProbes === 1 ? 'probe' : 'probes'} a size left out`,
    );
  const { clock, selfTest } = engine;
  lines.push(`clock ${clock.name}: steps of ${clock.resolutionNs} ns, ${clock.readCostNs} ns a reading`);
  if (selfTest !== null)
    lines.push(`for comparison, an echo with both ends in this process: ${timeText(selfTest.medianRttNs)}`);
  return lines.map((line) => `${line}\n`).join('');
}

function warningsText({ warnings }: Result): string {
  const thin = warnings.find(({ code }) => code === 'thin-tail');
  // The headline has the engine and the reason already.
  const others = warnings.filter(({ code }) => code !== 'thin-tail' && code !== 'engine-fell-back');
  const note = thin === undefined ? '' : `~ ${thin.message}; ${thin.advice}\n`;
  const told = others.map(({ message, advice }) => `warning: ${message}; ${advice}\n`).join('');
  return told === '' ? note : `${note}\n${told}`;
}

/** A report that is read later must say that it is not the whole run. */
function outcomeText({ outcome, plan, sessions }: Result): string {
  if (outcome.status === 'complete') return '';
  const how = outcome.status === 'cancelled' ? 'was cancelled' : `failed: ${outcome.error?.message ?? ''}`;
  return `\nincomplete: the run ${how}, in session ${sessions.length} of ${plan.measurements.length}\n`;
}
