/**
 * The layers of a round trip: what the report calls each one, and between which two stamps it lies. The report
 * and the drawing in the documents are made of this list.
 */
import type { LayerStatistics, SeriesRecord } from '../result/series-record.ts';

/** In the order in which a probe and its echo pass them. */
export const STAMP_NAMES = [
  'sent',
  'taken',
  'SCHED',
  'SND',
  'RX of the server',
  'written',
  'SND of the server',
  'RX',
  'arrived',
] as const;

export type StampName = (typeof STAMP_NAMES)[number];

export interface Layer {
  readonly name: string;
  readonly key: keyof LayerStatistics;
  readonly from: StampName;
  readonly to: StampName;
  /** The layers, side by side, that lie within this one and do not count to it. */
  readonly without?: readonly (keyof LayerStatistics)[];
  /** Next to nothing on most paths, and shown only where it is not. */
  readonly isRare?: true;
}

/** In the order in which a probe passes them; the last one is all that is not the client. */
export const LAYERS: readonly Layer[] = [
  { name: 'send call', key: 'sendCallNs', from: 'sent', to: 'taken' },
  { name: 'TCP wait', key: 'tcpWaitNs', from: 'taken', to: 'SCHED', isRare: true },
  { name: 'local queue', key: 'localQueueNs', from: 'SCHED', to: 'SND' },
  { name: 'network', key: 'networkRttNs', from: 'SND', to: 'RX', without: ['serverNs', 'serverTcpWaitNs'] },
  { name: 'server', key: 'serverNs', from: 'RX of the server', to: 'written' },
  {
    name: 'server TCP wait',
    key: 'serverTcpWaitNs',
    from: 'written',
    to: 'SND of the server',
    isRare: true,
  },
  { name: 'wake-up', key: 'wakeUpNs', from: 'RX', to: 'arrived' },
  { name: 'kernel RTT', key: 'kernelRttNs', from: 'SND', to: 'RX' },
];

/** Of the median round trip. */
const NEXT_TO_NOTHING = 0.01;

/** Those that say something of at least one series. */
export function shownLayers(series: readonly SeriesRecord[]): readonly Layer[] {
  return LAYERS.filter(({ key, isRare }) => !isRare || series.some((one) => counts(one, key)));
}

function counts({ statistics, layers }: SeriesRecord, key: keyof LayerStatistics): boolean {
  const layer = layers?.statistics[key];
  if (statistics === null || layer === undefined || layer === null) return false;
  return Math.max(layer.median, layer.p99) >= NEXT_TO_NOTHING * statistics.rttNs.median;
}
