/** What a server grants to all of its clients together, and to each of them at most. */
import type { SessionLimits } from '../core/limits.ts';

export interface ServerLimits extends SessionLimits {
  /** Sessions at once; one that has ended is none, though its connection may linger for two seconds. */
  readonly maxSessions: number;
  /** Of these, of one client that is not this machine: an IPv4 address, or the /64 of an IPv6 address. */
  readonly maxClientSessions: number;
  /** Longest that a session may take, ns. */
  readonly maxSessionNs: number;
  /** Sum of the payload sizes that all open sessions have agreed on, bytes. */
  readonly maxTotalPayloadBytes: number;
  /** Longest a load may take, ms. */
  readonly maxLoadMs: number;
  /** Most that a load may carry in each direction, bit/s of payload; 0 for no bound. */
  readonly maxLoadBitsPerSecond: number;
  /** Most connections of a load that carry data. */
  readonly maxLoadStreams: number;
  /** Loads at once. */
  readonly maxLoads: number;
  /** Clients that wait for their turn to load, two of each client at most; 0 for none. */
  readonly maxLoadsWaiting: number;
  /** Longest that a client may wait for its turn, ms. */
  readonly maxLoadWaitMs: number;
}
