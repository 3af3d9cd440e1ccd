/** The tables of a load: what each phase carried, what its probes took, where that was spent, and each stream. */
import type { LoadPhaseRecord, LoadResult, StreamRecord } from '../../../result/load-result.ts';
import type {
  DirectionStatistics,
  LatencyStatistics,
  LoadedPhaseStatistics,
} from '../../../result/load-statistics.ts';
import { supportsQuantile } from '../../../stats/quantile/quantiles.ts';
import { figureText } from '../../../text/numbers.ts';
import { memoryText } from '../../../text/sizes.ts';
import { rateUnit, type Unit } from '../../../text/units.ts';
import { type Column, type Depth, figures, NONE, type Section, table, text, words } from '../document.ts';
import { sharePercent } from './limits.ts';
import { cellOf, figureOf, INTERVAL, latencyUnitOf, PHASE_NAMES, spanText } from './words.ts';

const NS_PER_S = 1_000_000_000;
/** More rows than that are for those who ask for all. */
const MOST_STREAMS = 8;

export function goodputSection({ statistics: { loaded }, phases }: LoadResult): Section {
  const all = loaded.flatMap((phase) => phase.directions.map((statistics) => ({ phase, statistics })));
  const id = 'goodput';
  const title = 'Goodput';
  if (all.length === 0) return { id, title, parts: [] };
  const unit = rateUnit(all.map(({ statistics }) => statistics.goodput.value));
  const rows = all.map(({ phase, statistics }) => [
    PHASE_NAMES[phase.phase],
    ...(phase.phase === 'both' ? [statistics.direction] : ['']),
    settledText(phase, phases),
    ...goodputCells(statistics, unit),
  ]);
  const isBoth = all.some(({ phase }) => phase.phase === 'both');
  const columns: Column[] = [
    words('phase'),
    ...(isBoth ? [words('way')] : []),
    { name: 'settled', kind: 'words', spare: 5 },
    figures('median'),
    figures(INTERVAL),
    figures('p10'),
    figures('p90'),
    figures('received', 3),
    figures('streams', 4),
    figures('fairness', 1),
    figures('resent', 2),
  ];
  const shown = isBoth ? rows : rows.map(([name = '', , ...cells]) => [name, ...cells]);
  return {
    id,
    title,
    parts: [
      table(
        `Goodput in ${unit.name}, counted by the receiver, of intervals of settled time`,
        columns,
        shown,
        'resent: share of the payload that was sent again',
      ),
    ],
  };
}

/** How long the load took to hold. */
function settledText(
  { phase, settledAtNs }: LoadedPhaseStatistics,
  phases: readonly LoadPhaseRecord[],
): string {
  const begun = phases.find(({ name }) => name === phase)?.fromAtNs;
  if (settledAtNs === null) return 'never';
  if (begun === undefined || settledAtNs <= begun) return 'at once';
  return `${figureText((settledAtNs - begun) / NS_PER_S, 2)} s`;
}

function goodputCells(statistics: DirectionStatistics, unit: Unit): string[] {
  const { goodput, p10, p90, receivedBytes, streams, fairness, retransmittedShare } = statistics;
  return [
    figureOf(goodput.value, unit),
    spanText(goodput, unit) || NONE,
    figureOf(p10, unit),
    figureOf(p90, unit),
    memoryText(receivedBytes),
    String(streams),
    streams > 1 ? figureText(fairness, 3) : NONE,
    retransmittedShare === null ? NONE : sharePercent(retransmittedShare),
  ];
}

interface Row {
  readonly name: string;
  readonly latency: LatencyStatistics;
}

export function latencySection({ statistics: { idle, recovery, loaded } }: LoadResult): Section {
  const id = 'latency';
  const title = 'Latency';
  const rows: Row[] = [
    ...row('idle', idle),
    ...loaded.flatMap(({ phase, latency, ownLatency }) => [
      ...row(PHASE_NAMES[phase], latency),
      ...row(`${PHASE_NAMES[phase]}, own`, ownLatency),
    ]),
    ...row('recovery', recovery),
  ];
  if (rows.length === 0) return { id, title, parts: [] };
  const unit = latencyUnitOf(rows.map(({ latency }) => latency.p50.value));
  const columns: Column[] = [
    words('probes'),
    figures('sent', 3),
    figures('lost', 4),
    figures('p50'),
    figures(INTERVAL),
    figures('p99'),
    figures(INTERVAL, 5),
    figures('min', 1),
    figures('max', 2),
  ];
  const cells = rows.map((one) => latencyCells(one, unit));
  const legend = [
    ...(loaded.some(({ ownLatency }) => ownLatency !== null) ? ['own: probes within the data'] : []),
    ...(cells.flat().some((cell) => cell.startsWith('~'))
      ? ['~ too few probes for this percentile: it is little more than the largest']
      : []),
  ];
  const caption = `Round-trip time in ${unit.name}, from its sending`;
  return { id, title, parts: [table(caption, columns, cells, legend.join('; '))] };
}

function row(name: string, latency: LatencyStatistics | null): Row[] {
  return latency === null ? [] : [{ name, latency }];
}

function latencyCells({ name, latency }: Row, unit: Unit): string[] {
  const { probes, unanswered, p50, p99, min, max } = latency;
  const thin = supportsQuantile(probes - unanswered, 0.99) ? '' : '~';
  return [
    name,
    probes.toLocaleString('en-US'),
    unanswered.toLocaleString('en-US'),
    cellOf(p50.value, unit),
    spanText(p50, unit) || NONE,
    thin + cellOf(p99.value, unit),
    spanText(p99, unit) || NONE,
    cellOf(min, unit),
    cellOf(max, unit),
  ];
}

/** Each connection; where there are many, only for those who want all. */
export function streamsSection({ streams, statistics }: LoadResult, depth: Depth): Section {
  const id = 'streams';
  const title = 'Streams';
  if (streams.length === 0) return { id, title, parts: [] };
  if (depth !== 'full' && streams.length > MOST_STREAMS) {
    return { id, title, parts: [text(`${streams.length} streams: --full lists them`)] };
  }
  const rows = streams.map((stream) => streamCells(stream, shareOf(stream, streams, statistics.loaded)));
  const columns: Column[] = [
    figures('stream'),
    words('phase'),
    figures('port', 2),
    { name: 'congestion control', kind: 'words', spare: 1 },
    figures('received'),
    figures('share'),
    figures('resent', 3),
    words('ended'),
  ];
  return {
    id,
    title,
    parts: [table('Streams, each with its share of the settled goodput', columns, rows)],
  };
}

function streamCells(stream: StreamRecord, share: number | undefined): string[] {
  const { number, phase, local, socket, error } = stream;
  return [
    String(number),
    PHASE_NAMES[phase],
    String(local.port),
    socket?.congestionControl ?? NONE,
    memoryText(receivedBytes(stream)),
    share === undefined ? NONE : sharePercent(share),
    retransmittedText(stream),
    error === null ? '' : error.message,
  ];
}

/** By the receiver: what this side has received, or what the server told. */
function receivedBytes({ direction, tallies, reports }: StreamRecord): number {
  return (direction === 'up' ? reports.receivedBytes.at(-1) : tallies.receivedBytes.at(-1)) ?? 0;
}

function retransmittedText({ direction, tallies: { tcp } }: StreamRecord): string {
  const sent = tcp?.sentBytes.at(-1) ?? 0;
  const again = tcp?.retransmittedBytes.at(-1) ?? null;
  return direction === 'down' || again === null || sent === 0 ? NONE : sharePercent(again / sent);
}

/** Shares stand in the order in which the streams of their phase and direction were opened. */
function shareOf(
  stream: StreamRecord,
  streams: readonly StreamRecord[],
  loaded: readonly LoadedPhaseStatistics[],
): number | undefined {
  const alike = streams.filter(
    ({ phase, direction }) => phase === stream.phase && direction === stream.direction,
  );
  const statistics = loaded
    .find(({ phase }) => phase === stream.phase)
    ?.directions.find(({ direction }) => stream.direction === 'both' || direction === stream.direction);
  return statistics?.shares[alike.indexOf(stream)];
}
