/** What happened at one moment and is worth a line of its own. The texts are for people; `facts` has the same as data. */

export const EVENT_KINDS = [
  /** The target does not answer any more, or does again. */
  'down',
  'up',
  /** The name has another address now. */
  'address',
  /** The median or the p99 of a path is another one than before. */
  'change',
  /** An alert began to hold, or holds no more. */
  'firing',
  'resolved',
  /** A server that had agreed to tell how long it keeps each probe does not. */
  'residence',
  /** Nothing was measured for a while. */
  'gap',
  /** The monitor itself: it started, stopped, read its configuration anew, or could not. */
  'monitor',
  /** The store could not be written, or can be again. */
  'store',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export interface MonitorEvent {
  /** Unix time, ms. */
  readonly atMs: number;
  readonly kind: EventKind;
  /** Null for one of the monitor itself. */
  readonly target: string | null;
  /** A sentence without a full stop. It may have words of a peer in it: whoever shows it escapes it. */
  readonly text: string;
  readonly facts: Readonly<Record<string, string | number | null>>;
}

export interface StoredEvent extends MonitorEvent {
  readonly id: number;
}
