/** What the handler of a load's connection leaves to the kind that it is: a stream, or its owner. */
import type { LoadEnd } from '../../core/load/load-messages.ts';
import type { ClientHeard } from '../../core/load/load-rules.ts';

/** Answers that wait for a client which does not read; what it asks beyond that is not answered. */
export const MAX_UNREAD_ANSWERS = 1_024;

export interface LoadPart {
  /** Markers answered. */
  readonly answered: number;
  /** All that was said has been taken by the kernel. */
  readonly isClear: boolean;
  /** @param nowNs when it was read */
  take(heard: ClientHeard, nowNs: bigint): void;
  /** Ten times a second. */
  tick(nowNs: bigint): void;
  /** What the connection had to queue is out. */
  drained(): void;
  /** Says why it is over, and sends no more. */
  finish(reason: LoadEnd): void;
  /** The connection is gone. */
  drop(): void;
}
