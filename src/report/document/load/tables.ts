/** The tables of a load: what each phase carried, what its probes took, and each stream. */
import type { LoadPhaseRecord, LoadResult, StreamRecord } from '../../../result/load/load-result.ts';
import type {
  DirectionStatistics,
  LatencyStatistics,
  LoadedPhaseStatistics,
} from '../../../result/load/load-statistics.ts';
import { supportsQuantile } from '../../../stats/quantile/quantiles.ts';
import { figureText } from '../../../text/numbers.ts';
import { memoryText } from '../../../text/sizes.ts';
import type { Unit } from '../../../text/units.ts';
import { largestRateUnit } from '../../../text/units.ts';
import { type Depth, NONE, type Section, text } from '../document.ts';
import { type Field, fieldTable, figureField, wordField } from '../fields.ts';
import { sharePercent } from './limits.ts';
import { cellOf, INTERVAL, latencyUnitOf, spanText } from './words.ts';

const NS_PER_S = 1_000_000_000;
/** More rows than that are for those who ask for all. */
const MOST_STREAMS = 8;

interface Carried {
  readonly phase: LoadedPhaseStatistics;
  readonly way: DirectionStatistics;
}

export function goodputSection({ statistics: { loaded }, phases }: LoadResult): Section {
  const rows = loaded.flatMap((phase) => phase.directions.map((way): Carried => ({ phase, way })));
  const id = 'goodput';
  const title = 'Goodput';
  if (rows.length === 0) return { id, title, parts: [] };
  const unit = largestRateUnit(rows.map(({ way }) => way.goodput.value));
  const fields: Field<Carried>[] = [
    wordField('phase', ({ phase }) => phase.phase),
    wordField('way', ({ phase, way }) => (phase.phase === 'both' ? way.direction : '')),
    wordField('settled', ({ phase }) => settledText(phase, phases), 5),
    figureField('median', ({ way }) => cellOf(way.goodput.value, unit)),
    figureField(INTERVAL, ({ way }) => spanText(way.goodput, unit) || NONE),
    figureField('p10', ({ way }) => cellOf(way.p10, unit)),
    figureField('p90', ({ way }) => cellOf(way.p90, unit)),
    figureField('received', ({ way }) => memoryText(way.receivedBytes), 3),
    figureField('streams', ({ way }) => String(way.streams), 4),
    figureField('fairness', ({ way }) => (way.streams > 1 ? figureText(way.fairness, 3) : NONE), 1),
    figureField('resent', ({ way }) => shareText(way.retransmittedShare), 2),
  ];
  const caption = `Goodput in ${unit.name}, counted by the receiver, of intervals of settled time`;
  const isResent = rows.some(({ way }) => way.retransmittedShare !== null);
  const legend = isResent ? 'resent: share of the payload that was sent again' : '';
  return { id, title, parts: [fieldTable(caption, rows, fields, legend)] };
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

function shareText(share: number | null): string {
  return share === null ? NONE : sharePercent(share);
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
      ...row(phase, latency),
      ...row(`${phase}, own`, ownLatency),
    ]),
    ...row('recovery', recovery),
  ];
  if (rows.length === 0) return { id, title, parts: [] };
  const unit = latencyUnitOf(rows.map(({ latency }) => latency.p50.value));
  const legend = [
    ...(loaded.some(({ ownLatency }) => ownLatency !== null) ? ['own: probes within the data'] : []),
    ...(rows.some(({ latency }) => isThin(latency))
      ? ['~ too few probes for this percentile: it is little more than the largest']
      : []),
  ];
  const caption = `Round-trip time in ${unit.name}, from its sending`;
  return { id, title, parts: [fieldTable(caption, rows, latencyFields(unit), legend.join('; '))] };
}

function row(name: string, latency: LatencyStatistics | null): Row[] {
  return latency === null ? [] : [{ name, latency }];
}

function latencyFields(unit: Unit): Field<Row>[] {
  return [
    wordField('probes', ({ name }) => name),
    figureField('sent', ({ latency }) => latency.probes.toLocaleString('en-US'), 3),
    figureField('lost', ({ latency }) => latency.unanswered.toLocaleString('en-US'), 4),
    figureField('p50', ({ latency }) => cellOf(latency.p50.value, unit)),
    figureField(INTERVAL, ({ latency }) => spanText(latency.p50, unit) || NONE),
    figureField('p99', ({ latency }) => `${isThin(latency) ? '~' : ''}${cellOf(latency.p99.value, unit)}`),
    figureField(INTERVAL, ({ latency }) => spanText(latency.p99, unit) || NONE, 5),
    figureField('min', ({ latency }) => cellOf(latency.min, unit), 1),
    figureField('max', ({ latency }) => cellOf(latency.max, unit), 2),
  ];
}

/** Whether the 99th percentile is little more than the largest. */
export function isThin({ probes, unanswered }: LatencyStatistics): boolean {
  return !supportsQuantile(probes - unanswered, 0.99);
}

/** Each connection; where there are many, only for those who want all. */
export function streamsSection({ streams, statistics }: LoadResult, depth: Depth): Section {
  const id = 'streams';
  const title = 'Streams';
  if (streams.length === 0) return { id, title, parts: [] };
  if (depth !== 'full' && streams.length > MOST_STREAMS) {
    return { id, title, parts: [text(`${streams.length} streams: --full lists them`)] };
  }
  const fields: Field<StreamRecord>[] = [
    figureField('stream', ({ number }) => String(number)),
    wordField('phase', ({ phase }) => phase),
    wordField('way', ({ phase, direction }) => (phase === 'both' && direction !== 'both' ? direction : '')),
    figureField('port', ({ local }) => String(local.port), 2),
    wordField('congestion control', ({ socket }) => socket?.congestionControl ?? NONE, 1),
    figureField('received', (stream) => memoryText(receivedBytes(stream))),
    figureField('share', (stream) => shareText(shareOf(stream, streams, statistics.loaded))),
    figureField('resent', retransmittedText, 3),
    wordField('ended', ({ error }) => error?.message ?? ''),
  ];
  const caption = 'Streams, each with its share of the settled goodput';
  const legend = 'received and resent are of the whole phase';
  return { id, title, parts: [fieldTable(caption, streams, fields, legend)] };
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
): number | null {
  const alike = streams.filter(
    ({ phase, direction }) => phase === stream.phase && direction === stream.direction,
  );
  const statistics = loaded
    .find(({ phase }) => phase === stream.phase)
    ?.directions.find(({ direction }) => stream.direction === 'both' || direction === stream.direction);
  return statistics?.shares[alike.indexOf(stream)] ?? null;
}
