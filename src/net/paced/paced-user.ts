/** Who is told what becomes of the probes of a connection. */
import type { EcholotError } from '../../core/errors.ts';
import type { ProbeLayers } from '../connection.ts';

export interface PacedUser<Connection> {
  /** The oldest under way was answered, or lost. @param rttNs NaN for a lost one */
  onEcho(connection: Connection, rttNs: number): void;
  /** Where the round trip of one that was sent at `sentNs` was spent. */
  onLayers(sentNs: number, layers: ProbeLayers): void;
  /** Whether it can carry a probe may have changed. */
  onStanding(connection: Connection): void;
  /** It is gone after it was open, and what was under way on it is lost. */
  onLost(connection: Connection, error: EcholotError): void;
}
