/** What a lane of flows and its thread say to each other. Every message is of one flow, by its number. */
import type { LoadVerdict } from '../../../core/load/load-greeting.ts';
import type { LoadTurn } from '../../../core/load/load-messages.ts';
import type { Endpoint } from '../../../facts/connection.ts';
import type { SocketRecord } from '../../../facts/socket.ts';
import type { Target } from '../../dialer.ts';
import { type PackedError, packError, unpackError } from '../../errors/packed-error.ts';
import type { FlowCommand, FlowEnd, FlowPlan, FlowProbes, FlowReport, FlowTally } from '../../flow/flow.ts';
import type { PackedOutcome } from '../lanes/packed-outcome.ts';

export type ToFlowThread =
  | {
      readonly kind: 'open';
      readonly flow: number;
      /** With its addresses. */
      readonly target: Target;
      readonly plan: FlowPlan;
      readonly epochNs: bigint;
    }
  | { readonly kind: 'cancel'; readonly flow: number }
  | { readonly kind: 'command'; readonly flow: number; readonly command: FlowCommand }
  | { readonly kind: 'close'; readonly flow: number };

/** What a flow knows when it is open. */
export interface OpenedFlow {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly handshakeRttNs: number | undefined;
  readonly socket: SocketRecord | undefined;
  readonly answer: LoadVerdict | undefined;
}

export interface PackedEnd extends Omit<FlowEnd, 'error'> {
  readonly error: PackedError | undefined;
}

export type FromFlowThread = { readonly flow: number } & (
  | { readonly kind: 'dialed'; readonly outcome: PackedOutcome }
  | { readonly kind: 'turn'; readonly turn: LoadTurn }
  | { readonly kind: 'opened'; readonly opened: OpenedFlow }
  | { readonly kind: 'failed'; readonly error: PackedError }
  | { readonly kind: 'tally'; readonly tally: FlowTally }
  | { readonly kind: 'report'; readonly report: FlowReport }
  | { readonly kind: 'probes'; readonly probes: FlowProbes }
  | { readonly kind: 'ended'; readonly end: PackedEnd }
  | { readonly kind: 'closed' }
);

export function packEnd({ error, ...end }: FlowEnd): PackedEnd {
  return { ...end, error: error === undefined ? undefined : packError(error) };
}

export function unpackEnd({ error, ...end }: PackedEnd): FlowEnd {
  return { ...end, error: error === undefined ? undefined : unpackError(error) };
}
