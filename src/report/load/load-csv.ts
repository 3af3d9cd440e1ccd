/**
 * A load as CSV (RFC 4180 but for LF line ends): a row for each tenth of a second and kind of probe, with the goodput
 * of that time; and the figures of reports, a row for each of them.
 */
import type { LoadResult } from '../../result/load/load-result.ts';
import type { LoadEstimate, QooInterval } from '../../result/load/load-statistics.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';
import { csvText } from '../csv-text.ts';
import { type BinProbes, binsOf, goodputOf, type LoadBin, probesOf, streamsIn } from './load-series.ts';

const BIN_NS = 100_000_000;
const QUANTILES = [0, 0.5, 0.9, 1] as const;

export const LOAD_COLUMNS = [
  'phase',
  'from_at_ns',
  'to_at_ns',
  'streams',
  'down_bits_per_second',
  'up_bits_per_second',
  'probe_kind',
  'probes',
  'unanswered',
  'rtt_min_ns',
  'rtt_p50_ns',
  'rtt_p90_ns',
  'rtt_max_ns',
] as const;

/** Rows in the order of time; a phase without data has none of own probes. */
export function* loadCsvPieces(
  result: Pick<LoadResult, 'phases' | 'streams' | 'foreignProbes'>,
): Generator<string> {
  const bins = binsOf(result.phases, BIN_NS);
  const down = goodputOf(result, 'down', bins);
  const up = goodputOf(result, 'up', bins);
  const foreign = probesOf([result.foreignProbes], bins);
  const own = probesOf(
    result.streams.map(({ ownProbes }) => ownProbes),
    bins,
  );
  yield `${LOAD_COLUMNS.join(',')}\n`;
  for (const [i, bin] of bins.entries()) {
    const time = [bin.phase, bin.fromAtNs, bin.toAtNs, streamsIn(result, bin), rate(down[i]), rate(up[i])];
    yield row(time, 'foreign', foreign[i]);
    if (hasData(bin)) yield row(time, 'own', own[i]);
  }
}

function hasData({ phase }: LoadBin): boolean {
  return phase !== 'idle' && phase !== 'recovery';
}

function rate(bitsPerSecond: number | null | undefined): number | string {
  return bitsPerSecond === null || bitsPerSecond === undefined ? '' : Math.round(bitsPerSecond);
}

/** What is absent is empty. */
function row(time: readonly (string | number)[], kind: string, probes: BinProbes | undefined): string {
  const { sent = 0, rttNs = [] } = probes ?? {};
  const ascending = sorted(rttNs);
  const times = QUANTILES.map((p) => (rttNs.length === 0 ? '' : Math.round(quantile(ascending, p))));
  return `${[...time, kind, sent, sent - rttNs.length, ...times].join(',')}\n`;
}

const FIGURE_COLUMNS = [
  'started_at',
  'host',
  'port',
  'phase',
  'quantity',
  'statistic',
  'value',
  'low',
  'high',
  'method',
  'no_interval_because',
] as const;

type Figure = readonly [
  phase: string,
  quantity: string,
  statistic: string,
  value: Valued | number | null | undefined,
];

type Valued = LoadEstimate | { readonly value: number; readonly interval: QooInterval | null };

/** The figures of the report; what is not known has no row. */
export function loadFiguresCsv({ startedAt, plan, statistics }: LoadResult): string {
  const { idle, recovery, loaded, qoo } = statistics;
  const latency = (phase: string, quantity: string, of: typeof idle): Figure[] => [
    [phase, quantity, 'probes', of?.probes],
    [phase, quantity, 'unanswered', of?.unanswered],
    [phase, quantity, 'p50', of?.p50],
    [phase, quantity, 'p99', of?.p99],
    [phase, quantity, 'min', of?.min],
    [phase, quantity, 'max', of?.max],
  ];
  const figures: Figure[] = [
    ...latency('idle', 'rtt_ns', idle),
    ...loaded.flatMap((one): Figure[] => [
      ...one.directions.flatMap((way): Figure[] => {
        const quantity = `${way.direction}_bits_per_second`;
        return [
          [one.phase, quantity, 'p50', way.goodput],
          [one.phase, quantity, 'p10', way.p10],
          [one.phase, quantity, 'p90', way.p90],
          [one.phase, `${way.direction}_received_bytes`, 'sum', way.receivedBytes],
          [one.phase, `${way.direction}_retransmitted`, 'share', way.retransmittedShare],
        ];
      }),
      ...latency(one.phase, 'rtt_ns', one.latency),
      ...latency(one.phase, 'own_rtt_ns', one.ownLatency),
      [one.phase, 'increase_ns', 'p50', one.increase?.p50],
      [one.phase, 'increase_ns', 'p99', one.increase?.p99],
      [one.phase, 'own_increase_ns', 'p50', one.ownIncrease?.p50],
      [one.phase, 'own_increase_ns', 'p99', one.ownIncrease?.p99],
      [one.phase, 'own_machine_ns', 'p50', one.queues?.ownMachine],
      [one.phase, 'network_ns', 'p50', one.queues?.network],
      [one.phase, 'server_ns', 'p50', one.queues?.server],
      [one.phase, 'round_trips_a_minute', 'rpm', one.responsiveness?.rpm],
    ]),
    ...latency('recovery', 'rtt_ns', recovery),
    ...(qoo ?? []).map(
      ({ phase, score, interval }): Figure => [phase, 'qoo', 'score', { value: score, interval }],
    ),
  ];
  const head = [startedAt, csvText(plan.host), plan.port];
  const rows = figures.flatMap(([phase, quantity, statistic, value]) =>
    value === null || value === undefined
      ? []
      : [[...head, phase, quantity, statistic, ...valueCells(value)].join(',')],
  );
  return [FIGURE_COLUMNS.join(','), ...rows].map((line) => `${line}\n`).join('');
}

function valueCells(value: Valued | number): (string | number)[] {
  if (typeof value === 'number') return [value, '', '', '', ''];
  const { interval } = value;
  const method = interval !== null && 'method' in interval ? interval.method : '';
  const refused = 'refused' in value ? (value.refused ?? '') : '';
  return [value.value, interval?.low ?? '', interval?.high ?? '', method, refused];
}
