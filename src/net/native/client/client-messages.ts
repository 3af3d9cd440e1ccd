/** What the native engine and its thread say to each other. One command at a time, one answer to each. */

import type { MetEchoForm } from '../../../core/client/echo-matcher.ts';
import type { ResidenceSource } from '../../../core/wire/residence.ts';
import type { Address, TerminationOutcome } from '../../../facts/connection.ts';
import type {
  GarbageCollectionsRecord,
  SchedulingRecord,
  SelfTestRecord,
  ServerBusyRecord,
} from '../../../facts/instrument.ts';
import type { SocketOptions } from '../../../facts/socket.ts';
import type { Target } from '../../dialer.ts';
import type {
  BatchPlan,
  SampleBuffer,
  SessionFacts,
  SessionPath,
  SessionPlan,
  TracedMessage,
} from '../../engine.ts';
import type { PackedError } from '../../errors/packed-error.ts';
import type { Handshake } from '../../handshaker.ts';

/** One address of a target, ready for the kernel, and how errors speak of it. */
export interface DialAddress extends Address {
  readonly sockaddr: Uint8Array;
  /** `host:port (address)` */
  readonly subject: string;
}

export interface DialOrder extends Pick<Target, 'host' | 'port'> {
  /** To be tried in this order, with a head start for each. */
  readonly addresses: readonly DialAddress[];
  /** For looking up and connecting, as it was asked for, ns. */
  readonly timeoutNs: number;
  /** What looking up has taken of it, ns. */
  readonly spentNs: number;
  readonly socket: SocketOptions;
  /** The longest answer that is expected on the connection, bytes. */
  readonly echoBytes: number;
}

export type Command =
  | { readonly kind: 'prepare' }
  | { readonly kind: 'oversleep'; readonly askedNs: number; readonly budgetNs: number }
  | { readonly kind: 'handshake'; readonly dial: DialOrder }
  | {
      readonly kind: 'open';
      readonly session: number;
      readonly dial: DialOrder;
      readonly plan: SessionPlan;
      readonly epochNs: bigint;
      readonly askStamps: boolean;
      readonly trace: boolean;
    }
  | {
      readonly kind: 'batch';
      readonly session: number;
      readonly batch: BatchPlan;
      readonly layers: boolean;
    }
  | { readonly kind: 'close'; readonly session: number };

export interface OpenValue {
  readonly facts: SessionFacts;
  /** Whether the server agreed to tell its residence. */
  readonly hasStamps: boolean;
  readonly readyText: string | undefined;
}

export interface BatchValue {
  /** The batch's own, from 0. */
  readonly samples: SampleBuffer;
  readonly messageBytes: number;
  readonly echoForm: MetEchoForm | undefined;
  readonly firstEchoNumber: number | undefined;
  readonly path: SessionPath | undefined;
  readonly cpuShare: number | undefined;
  readonly scheduling: SchedulingRecord | undefined;
  readonly garbageCollections: GarbageCollectionsRecord | undefined;
  readonly readsPerEcho: number | undefined;
  readonly residenceSource: ResidenceSource | undefined;
  readonly serverBusy: ServerBusyRecord | undefined;
}

/** Which of the addresses of an order answered first, and how others failed; by their indices. */
export interface DialReport {
  readonly chosen: number | undefined;
  readonly failures: readonly { readonly index: number; readonly error: PackedError }[];
}

/** What each command is answered with. */
export interface Values {
  readonly prepare: SelfTestRecord;
  /** Of each sleep, ns. */
  readonly oversleep: Float64Array;
  readonly handshake: Handshake;
  readonly open: OpenValue;
  readonly batch: BatchValue;
  readonly close: TerminationOutcome;
}

export interface Answer {
  /** What the kind of command promises; a batch that failed has one, too. */
  readonly value: Values[keyof Values] | undefined;
  readonly error: PackedError | undefined;
  /** Of the connection that the command was to open; undefined where none was tried. */
  readonly dialed: DialReport | undefined;
  readonly traced: readonly TracedMessage[];
}
