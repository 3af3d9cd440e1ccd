/**
 * The layers of a round trip: what the report calls each one, and between which two stamps it lies. The report
 * and the drawing in the documents are made of this list.
 */
import type { LayerStatistics } from '../result/series-record.ts';

/** In the order in which a probe and its echo pass them. */
export const STAMP_NAMES = [
  'sent',
  'SCHED',
  'SND',
  'RX of the server',
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
  /** The layer that lies within this one and does not count to it. */
  readonly without?: keyof LayerStatistics;
}

/** In the order in which a probe passes them; the last one is network and server together. */
export const LAYERS: readonly Layer[] = [
  { name: 'send call', key: 'sendCallNs', from: 'sent', to: 'SCHED' },
  { name: 'local queue', key: 'localQueueNs', from: 'SCHED', to: 'SND' },
  { name: 'network', key: 'networkRttNs', from: 'SND', to: 'RX', without: 'residenceNs' },
  { name: 'server', key: 'residenceNs', from: 'RX of the server', to: 'SND of the server' },
  { name: 'wake-up', key: 'wakeUpNs', from: 'RX', to: 'arrived' },
  { name: 'kernel RTT', key: 'kernelRttNs', from: 'SND', to: 'RX' },
];
