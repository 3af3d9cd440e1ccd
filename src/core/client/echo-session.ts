/**
 * What a client loop needs of a session, whichever protocol it speaks: the measurement protocol
 * ({@link ClientSession}) or plain echo ({@link PlainSession}).
 */

import type { EcholotError } from '../errors.ts';
import type { SessionState } from '../transitions.ts';
import type { MetEchoForm } from './echo-matcher.ts';
import type { Residences } from './residence-reader.ts';

export interface EchoSession {
  readonly state: SessionState;
  readonly failure: EcholotError | undefined;
  /** Arrival of the last byte of the last echo or status, on the caller's clock. */
  readonly arrivedNs: bigint;
  readonly echoForm: MetEchoForm | undefined;
  /** The number in the first echo of a server that counts for itself. */
  readonly firstEchoNumber: number | undefined;
  /** The server's words at setup; undefined before, and in plain echo. */
  readonly readyText: string | undefined;
  /** What {@link terminate} returns; undefined where closing the connection is all there is. */
  readonly farewell: Uint8Array | undefined;
  /** On which connection the farewell is said. */
  readonly byeConnection: 'same' | 'new';
  /** The peer answered with a refusal, rather than with silence or by closing. */
  readonly wasRefused: boolean;
  /** The server tells the residence of probes, see {@link askResidence}. */
  readonly hasStamps: boolean;
  /** What the server answered to the last question; undefined before. Valid until the next question. */
  readonly residence: Residences | undefined;
  /** How much of the echo under way is still to come, bytes; 0 where only its end will tell. */
  readonly missingBytes: number;
  /** Size of the last probe message, bytes. */
  readonly messageBytes: number;
  /** The opening message; undefined where there is none and probes may be sent at once. */
  begin(): Uint8Array | undefined;
  /** What is owed after the opening, and before anything else; undefined where nothing is. */
  showToken(): Uint8Array | undefined;
  probe(): Uint8Array;
  /**
   * A question for the residences of `count` probes from the `first` on, which counts from 0; at most
   * `MAX_KEPT_RESIDENCES` at once. Only where {@link hasStamps} is true.
   */
  askResidence(first: number, count: number): Uint8Array;
  terminate(): Uint8Array | undefined;
  handleBytes(chunk: Uint8Array, nowNs: bigint): void;
  handleEnd(): void;
  handleDeadline(nowNs: bigint): void;
  deadlineNs(): bigint | undefined;
  timeOut(waitedMs: number): void;
}
