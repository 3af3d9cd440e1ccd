/** What lies behind the figures of a path: the layers of the round trip, the connections, and their sockets. */
import type { SocketRecord } from '../../../facts/socket.ts';
import type { Result } from '../../../result/result.ts';
import type { SeriesRecord } from '../../../result/series-record.ts';
import { supportsQuantile } from '../../../stats/quantile/quantiles.ts';
import { memoryText, sizeText } from '../../../text/sizes.ts';
import { inUnit, timeUnit, type Unit } from '../../../text/units.ts';
import { type Layer, shownLayers } from '../../layers.ts';
import { addressLines } from '../addresses.ts';
import {
  type Column,
  type Depth,
  figures,
  NONE,
  type Part,
  type Section,
  table,
  text,
  words,
} from '../document.ts';
import { connectionLines } from './connections.ts';
import { eachNamed, named, namedColumns, propertyTable, type Source } from './sources.ts';

const TAIL = 0.99;

interface Row {
  readonly label: string;
  readonly series: SeriesRecord;
}

type Figure = 'median' | 'p99';

/**
 * Of every size in full; else of the smallest and the largest, which tell what a message costs and what its bytes do.
 * @returns undefined where no probe has kernel stamps
 */
export function anatomySection(sources: readonly Source[], depth: Depth): Section | undefined {
  const rows = sources.flatMap(({ label, result }) =>
    result.series.filter(({ layers }) => layers !== null).map((series) => ({ label, series })),
  );
  if (rows.length === 0) return undefined;
  const unit = timeUnit(rows.map(({ series }) => series.statistics?.rttNs.median ?? 0));
  const shown = shownLayers(rows.map(({ series }) => series));
  const whole = shown.some(({ key }) => key === 'serverTcpWaitNs') ? ' + server TCP wait' : '';
  const caption = `Anatomy of the round trip in ${unit.name}: kernel RTT = network + server${whole}`;
  const id = 'anatomy-tables';
  const title = 'Anatomy of the round trip';
  const layers: Column[] = shown.map(({ name, key }) => ({ name, kind: 'figures', ...spareOf(key) }));
  const cells = ({ label, series }: Row, figure: Figure, ...more: string[]): string[] =>
    named(sources, label, [
      sizeText(series.workload.payloadBytes),
      ...more,
      ...layerCells(series, shown, figure, unit),
    ]);
  if (depth !== 'full') {
    const columns = namedColumns(sources, [figures('size'), words('of'), figures('RTT'), ...layers]);
    const both = extremes(sources, rows).flatMap((row) => [
      cells(row, 'median', 'median'),
      cells(row, 'p99', 'p99'),
    ]);
    return { id, title, parts: [table(caption, columns, both, legendOf(both))] };
  }
  const columns = namedColumns(sources, [figures('size'), figures('RTT'), ...layers]);
  const medians = rows.map((row) => cells(row, 'median'));
  const tails = rows.map((row) => cells(row, 'p99'));
  return {
    id,
    title,
    parts: [
      text(
        'Kernel stamps take each round trip apart. Kernel RTT is all that is not the client: network and server together. Each column is by itself: medians and percentiles of parts need not add up to that of the whole.',
      ),
      table(`${caption}; medians`, columns, medians),
      table(
        `The same at the 99th percentile, each layer by itself: what held up the slowest`,
        columns,
        tails,
        legendOf(tails),
      ),
    ],
  };
}

/** Kernel RTT is a sum of others, and the local queue next to nothing: they go first where lines are short. */
function spareOf(key: Layer['key']): Pick<Column, 'spare'> {
  if (key === 'kernelRttNs') return { spare: 1 };
  if (key === 'localQueueNs') return { spare: 2 };
  if (key === 'sendCallNs') return { spare: 3 };
  return key === 'wakeUpNs' ? { spare: 4 } : {};
}

/** The series of the smallest and the largest size of each result. */
function extremes(sources: readonly Source[], rows: readonly Row[]): Row[] {
  return sources.flatMap(({ label }) => {
    const [first, ...others] = rows
      .filter((row) => row.label === label)
      .toSorted((a, b) => a.series.workload.payloadBytes - b.series.workload.payloadBytes);
    const last = others.at(-1);
    return [first, last].filter((row) => row !== undefined);
  });
}

function layerCells(
  { statistics, layers }: SeriesRecord,
  shown: readonly Layer[],
  figure: Figure,
  unit: Unit,
): string[] {
  return [statistics?.rttNs, ...shown.map(({ key }) => layers?.statistics[key])].map((summary) => {
    if (summary === undefined || summary === null) return NONE;
    const thin = figure === 'p99' && !supportsQuantile(summary.n, TAIL);
    return `${thin ? '~' : ''}${inUnit(summary[figure], unit)}`;
  });
}

function legendOf(rows: readonly (readonly string[])[]): string {
  return rows.flat().some((cell) => cell.startsWith('~')) ? '~ little more than the extreme' : '';
}

export function connectionsSection(sources: readonly Source[]): Section | undefined {
  const connected = sources.filter(({ result }) => result.blocks.length > 0);
  if (connected.length === 0) return undefined;
  const facts = eachNamed(connected, (result) => [
    { kind: 'list', items: [...serverLines(result), ...connectionLines(result)] },
  ]);
  return {
    id: 'connections',
    title: 'Connections and sockets',
    parts: [...facts, socketTable(connected)],
  };
}

function serverLines({ blocks, plan, runs }: Result): string[] {
  const ends = new Set(blocks.map(({ remote }) => `${remote.address} port ${remote.port}`));
  const greetings = new Set(
    blocks.flatMap(({ readyText }) => (readyText === null ? [] : [`"${readyText}"`])),
  );
  const endings = new Map<string, number>();
  for (const { termination } of blocks) endings.set(termination, (endings.get(termination) ?? 0) + 1);
  const told = [...endings]
    .map(([name, count]) => `${name} ${count === 1 ? 'once' : `${count} times`}`)
    .join(', ');
  return [
    `server ${[...ends].join(', ')}`,
    ...runs.flatMap(({ addresses }) => addressLines(plan, addresses)),
    ...(greetings.size === 0 ? [] : [`its words at setup: ${[...greetings].slice(0, 3).join(', ')}`]),
    `termination of the sessions: ${told}`,
  ];
}

interface SocketOption {
  readonly name: string;
  readonly value: (socket: SocketRecord) => string | null;
}

const SOCKET_OPTIONS: readonly SocketOption[] = [
  { name: 'congestion control', value: ({ congestionControl }) => congestionControl },
  { name: 'traffic class', value: ({ trafficClass }) => numberText(trafficClass) },
  { name: 'largest segment', value: ({ maxSegmentBytes }) => bytesText(maxSegmentBytes) },
  { name: 'send buffer', value: ({ sendBufferBytes }) => bytesText(sendBufferBytes) },
  { name: 'receive buffer', value: ({ receiveBufferBytes }) => bytesText(receiveBufferBytes) },
  { name: 'TCP_NODELAY', value: ({ noDelay }) => switchText(noDelay) },
  { name: 'TCP_QUICKACK', value: ({ quickAck }) => switchText(quickAck) },
  { name: 'Multipath TCP', value: ({ multipath }) => switchText(multipath) },
  { name: 'address to send from', value: ({ bindAddress }) => bindAddress },
  { name: 'interface', value: ({ device }) => device },
];

function socketTable(sources: readonly Source[]): Part {
  return propertyTable(
    'Socket options: as asked for, and as read back from the kernel',
    sources,
    SOCKET_OPTIONS.map(({ name, value }) => ({
      name,
      value: ({ plan, blocks }) => {
        const asked = value(plan.socket) ?? 'left to the system';
        const found = new Set(
          blocks.flatMap(({ socket }) => (socket === null ? [] : [value(socket) ?? 'none'])),
        );
        return found.size === 0
          ? `${asked}; not read back`
          : `${asked}; in effect ${[...found].join(' or ')}`;
      },
    })),
  );
}

function numberText(value: number | null): string | null {
  return value === null ? null : String(value);
}

function bytesText(value: number | null): string | null {
  return value === null ? null : memoryText(value);
}

function switchText(value: boolean | null): string | null {
  return value === null ? null : value ? 'on' : 'off';
}
