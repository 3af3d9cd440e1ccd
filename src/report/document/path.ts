/** What lies behind the figures of a path: the layers of the round trip, the connections, and their sockets. */
import type { SocketRecord } from '../../result/plan-record.ts';
import type { Result } from '../../result/result.ts';
import type { SeriesRecord } from '../../result/series-record.ts';
import { sizeText } from '../../result/size-text.ts';
import { supportsQuantile } from '../../stats/quantiles.ts';
import { addressLines } from '../addresses.ts';
import { anatomyNotes } from '../anatomy.ts';
import { connectionLines } from '../connections.ts';
import { type Layer, shownLayers } from '../layers.ts';
import { inUnit, memoryText, timeUnit, type Unit } from '../units.ts';
import { NONE, type Part, type Section, table, text } from './document.ts';
import { named, propertyTable, type Source } from './sources.ts';

const TAIL = 0.99;

/** @returns undefined where no probe has kernel stamps */
export function anatomySection(sources: readonly Source[]): Section | undefined {
  const rows = sources.flatMap(({ label, result }) =>
    result.series.filter(({ layers }) => layers !== null).map((series) => ({ label, series })),
  );
  if (rows.length === 0) return undefined;
  const unit = timeUnit(rows.map(({ series }) => series.statistics?.rttNs.median ?? 0));
  const shown = shownLayers(rows.map(({ series }) => series));
  const header = named(sources, 'result', ['size', 'round trip', ...shown.map(({ name }) => name)]);
  const cells = (figure: 'median' | 'p99'): string[][] =>
    rows.map(({ label, series }) =>
      named(sources, label, [sizeText(series.payloadBytes), ...layerCells(series, shown, figure, unit)]),
    );
  const notes = [...new Set(sources.flatMap(({ result }) => anatomyNotes(result)))];
  return {
    id: 'anatomy-tables',
    title: 'Anatomy of the round trip',
    parts: [
      text(
        'Kernel stamps take each round trip apart. Kernel RTT is all that is not the client: network and server together. Each column is by itself: medians and percentiles of parts need not add up to that of the whole.',
      ),
      table(`Medians in ${unit.name}`, header, cells('median')),
      table(`99th percentiles in ${unit.name}: where the slowest probes were held up`, header, cells('p99')),
      ...(notes.length === 0 ? [] : [{ kind: 'list', items: notes } as const]),
    ],
  };
}

function layerCells(
  { statistics, layers }: SeriesRecord,
  shown: readonly Layer[],
  figure: 'median' | 'p99',
  unit: Unit,
): string[] {
  return [statistics?.rttNs, ...shown.map(({ key }) => layers?.statistics[key])].map((summary) => {
    if (summary === undefined || summary === null) return NONE;
    if (figure === 'p99' && !supportsQuantile(summary.n, TAIL)) return 'n too small';
    return inUnit(summary[figure], unit);
  });
}

export function connectionsSection(sources: readonly Source[]): Section | undefined {
  const connected = sources.filter(({ result }) => result.blocks.length > 0);
  if (connected.length === 0) return undefined;
  const facts: Part[] = connected.flatMap(({ label, result }) => [
    ...(sources.length > 1 ? [{ kind: 'heading', text: label } as const] : []),
    { kind: 'list', items: [...serverLines(result), ...connectionLines(result)] } as const,
  ]);
  return {
    id: 'connections',
    title: 'Connections and sockets',
    parts: [...facts, socketTable(connected)],
  };
}

function serverLines({ blocks, plan, runs }: Result): string[] {
  const ends = new Set(blocks.map(({ remote }) => `${remote.address} port ${remote.port}`));
  const words = new Set(blocks.flatMap(({ readyText }) => (readyText === null ? [] : [`"${readyText}"`])));
  const endings = new Map<string, number>();
  for (const { termination } of blocks) endings.set(termination, (endings.get(termination) ?? 0) + 1);
  const told = [...endings].map(([name, count]) => `${name} ${count} times`).join(', ');
  return [
    `server ${[...ends].join(', ')}`,
    ...runs.flatMap(({ addresses }) => addressLines(plan, addresses)),
    ...(words.size === 0 ? [] : [`its words at setup: ${[...words].slice(0, 3).join(', ')}`]),
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
