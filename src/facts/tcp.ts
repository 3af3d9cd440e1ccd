/** What the kernel knows of a connection while it carries much (TCP_INFO); null where this kernel does not tell. */
import type { PathFacts } from './connection.ts';

export interface TcpFacts extends PathFacts {
  /** Payload sent, what was sent again counted each time, bytes. */
  readonly sentBytes: number | null;
  /** Payload sent again, bytes. */
  readonly retransmittedBytes: number | null;
  /** Payload that the peer has acknowledged, bytes. */
  readonly acknowledgedBytes: number | null;
  /** Payload in the send buffer that has not been sent, bytes. */
  readonly unsentBytes: number | null;
  /** What the congestion control wants to send at most, bit/s. */
  readonly pacingBitsPerSecond: number | null;
}
