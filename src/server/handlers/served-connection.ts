/** A connection that was let in, as a server sees it: whatever it does for it, it can be ended, and may be worth nothing. */
import type { CutReason } from '../../core/server/server-events.ts';
import type { ConnectionHandler } from '../../net/connection.ts';

/**
 * What has come with the handshake is read first. Beyond it the oldest goes: the faster newcomers come, the less time there is, and
 * who sends a setup at once has the most of it.
 */
export const FAIR_START_NS = 20_000_000n;
/** Whoever does not read for so long measures nothing. */
export const FAIR_READ_NS = 2_000_000_000n;

export interface ServedConnection extends ConnectionHandler {
  /** The server is closing: what is idle ends now. @returns whether it is in flight and may go on */
  drain(): boolean;
  /** Its time is over, or the grace period of a server that closes, or there is no room for it. */
  cut(reason: CutReason): void;
  /** Whether it has shown nothing for its place, though there was time enough: no setup, or no reading of its answers. */
  isExpendable(nowNs: bigint): boolean;
}
