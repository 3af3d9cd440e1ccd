/** The figures of reports as CSV (RFC 4180 but for LF line ends): a row for each result, series and statistic. */
import type { Result } from '../result/result.ts';
import type { LayerStatistics, SampleStatistics, SeriesRecord } from '../result/series-record.ts';
import { csvText } from './csv-text.ts';
import { LAYERS } from './layers.ts';

const COLUMNS = [
  'result',
  'started_at',
  'host',
  'port',
  'server_delay_ns',
  'measurement',
  'payload_bytes',
  'quantity',
  'statistic',
  'value',
  'low',
  'high',
  'level',
  'method',
  'units',
  'no_interval_because',
] as const;

/** A residence is the server's two layers in one. */
const QUANTITIES: readonly (keyof LayerStatistics)[] = [...LAYERS.map(({ key }) => key), 'residenceNs'];

type Row = Partial<Record<(typeof COLUMNS)[number], string | number | null>>;

export function summaryCsv(results: readonly Result[]): string {
  const rows = results.flatMap((result, i) => {
    const { plan, runs } = result;
    const source = {
      result: i + 1,
      started_at: runs[0]?.startedAt ?? null,
      host: plan.host,
      port: plan.port,
      server_delay_ns: plan.serverDelayNs,
    };
    return result.series.flatMap((series) => seriesRows(series).map((row) => ({ ...source, ...row })));
  });
  return [COLUMNS.join(','), ...rows.map(rowText)].map((line) => `${line}\n`).join('');
}

function seriesRows({ workload, statistics, layers }: SeriesRecord): Row[] {
  const key = { measurement: workload.kind, payload_bytes: workload.payloadBytes };
  const quantities: (readonly [string, SampleStatistics | null | undefined])[] = [
    ['rtt_ns', statistics?.rttNs],
    ['goodput_bits_per_second', statistics?.goodputBitsPerSecond],
    ...QUANTITIES.map((layer) => [snakeCase(layer), layers?.statistics[layer]] as const),
  ];
  return quantities.flatMap(([quantity, values]) =>
    values === null || values === undefined
      ? []
      : statisticRows(values).map((row) => ({ ...key, quantity, ...row })),
  );
}

function statisticRows({ n, mean, standardDeviation, min, max, estimates }: SampleStatistics): Row[] {
  return [
    { statistic: 'n', value: n },
    { statistic: 'mean', value: mean },
    { statistic: 'standard_deviation', value: standardDeviation },
    { statistic: 'min', value: min },
    ...estimates.map(({ p, value, interval, refused }) => ({
      statistic: `p${Number((p * 100).toPrecision(6))}`,
      value,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      level: interval?.level ?? null,
      method: interval?.method ?? null,
      units: interval?.units ?? null,
      no_interval_because: refused,
    })),
    { statistic: 'max', value: max },
  ];
}

function rowText(row: Row): string {
  return COLUMNS.map((column) => cellText(row[column] ?? null)).join(',');
}

/** What is absent is empty. */
function cellText(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return csvText(value);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
