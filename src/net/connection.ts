/** One TCP connection as both sides see it, whatever carries it. */

import type { EcholotError } from '../core/errors.ts';
import type { Endpoint } from '../facts/connection.ts';
import type { TcpFacts } from '../facts/tcp.ts';

/**
 * Whether a connection leads to itself: a closed port that the kernel happens to choose as the local one answers
 * its own SYN (TCP's simultaneous open). Nobody listens there.
 */
export function isSelfConnected(local: Endpoint, remote: Endpoint): boolean {
  return local.port === remote.port && local.address === remote.address;
}

/**
 * @param residenceNs from the receive stamp of the last byte before an answer to the send stamp of its last byte;
 *   NaN when one is missing
 * @param waitNs how much of it passed after the program had handed over its answer: in TCP, which waits for a
 *   window or for its pace, and in the queue of the interface
 */
export type OnResidence = (residenceNs: number, waitNs: number) => void;

/** Kernel stamps of one connection, for the time between a message's arrival and its answer's leaving. */
export interface ConnectionStamps {
  /**
   * Turns them on, before the answer to the message that asked for them is written.
   * @param onResidence told once for each {@link answered}, in order and later. What is known by then is told
   *   before the bytes that come next are handed over: they may ask for it
   * @returns false when the kernel refuses
   */
  enable(onResidence: OnResidence): boolean;
  /**
   * From now on `nowNs` of `onBytes` is the time at which the last byte came to the kernel, where it says so: a
   * delay that counts from there does not depend on how fast the program wakes up.
   */
  stampArrivals(): void;
  /** What was last written, or queued, is an answer whose residence is asked for. */
  answered(): void;
}

/** The parts of one round trip, as in `engine.ts`; their sum is the round trip. */
export interface ProbeLayers {
  readonly sendCallNs: number;
  readonly tcpWaitNs: number;
  readonly localQueueNs: number;
  readonly kernelRttNs: number;
  readonly wakeUpNs: number;
}

/** For how long what comes on one connection waits while the thread that reads it is busy with others. */
export interface ConnectionOthers {
  /** From now on it is found out, which takes a look at a clock or two for all that comes. */
  enable(): void;
  /**
   * Of the bytes that were handed over last, ns: from their arrival to the moment at which the thread began with this
   * connection, less the time in which it slept, or worked for this connection; NaN before it is found out.
   */
  readonly busyNs: number;
}

/** Kernel stamps of one connection, for messages that are sent and their answers, of which many may be under way. */
export interface ConnectionMarks {
  /** Turns them on, before anything is written. @returns false when the kernel refuses */
  enable(): boolean;
  /** What is written next is a message whose layers will be asked for. */
  mark(): void;
  /**
   * Layers of a message, whose answer is the last that lies in the bytes just handed over; those marked before it are
   * forgotten.
   * @param index how many were marked before it
   * @returns undefined when a stamp is missing
   */
  layersOf(index: number, sentNs: bigint, arrivedNs: bigint): ProbeLayers | undefined;
}

/** What only the kernel can do and tells of a connection. */
export interface ConnectionTcp {
  /**
   * How much may wait in the send buffer that has not been sent (TCP_NOTSENT_LOWAT): what is written later meets the
   * queues of the network, not those of its own program. `undefined` for as much as there is room for.
   * @returns false when the kernel refuses
   */
  boundUnsent(bytes: number | undefined): boolean;
  /**
   * Has `onDrain` called once less than half of that bound is left unsent. The kernel itself takes up to a whole packet
   * of 64 KiB beyond the bound, which at a low rate is long.
   */
  awaitRoom(): void;
  /** Tries at once to send what had to be queued: the kernel may have room long before it tells. */
  retry(): void;
  /** Sends no faster than this (SO_MAX_PACING_RATE); undefined for no bound. @returns false when the kernel refuses */
  pace(bytesPerSecond: number | undefined): boolean;
  /**
   * The buffer of `bytes` never changes from now on and is written again and again: the kernel may send it from where
   * it lies, without a copy. As far as it can; nobody needs to know.
   */
  fix(bytes: Uint8Array): void;
  /** As of now; undefined when the kernel does not tell. */
  facts(): TcpFacts | undefined;
}

export interface Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Undefined where the way to the wire has none. */
  readonly stamps?: ConnectionStamps;
  /** Undefined where the way to the wire has none. */
  readonly marks?: ConnectionMarks | undefined;
  /** Undefined where there are no others, or nobody knows. */
  readonly others?: ConnectionOthers;
  /** Undefined where the way to the wire has none. */
  readonly tcp?: ConnectionTcp | undefined;
  /**
   * Whether bytes that {@link write} took with `true`, or that were out when `onDrain` came, may be overwritten.
   * Else that is never known.
   */
  readonly tellsSent?: boolean;
  /**
   * Sends `bytes` in one write; they must stay untouched until they are out. (A chunk that is being handled
   * may be sent back as it is: who reads it into a buffer that is reused copies what is not out at once.)
   * @returns false when they had to be queued; `onDrain` follows.
   */
  write(bytes: Uint8Array): boolean;
  /**
   * {@link write} at a moment to come, and not before it: gets everything ready, waits for the moment without
   * letting go of the processor, and sends. For waits far below a millisecond. Undefined where the way to the
   * wire is not that exact anyway.
   */
  writeAt?(bytes: Uint8Array, atNs: bigint): boolean;
  /**
   * What comes from now on is not sent back as it is, so no chunk has to be copied for that. Undefined where none is
   * copied anyway.
   */
  borrow?(): void;
  /** Stops `onBytes`; the kernel's window then stops the peer. */
  pause(): void;
  resume(): void;
  /** Sends FIN after what was written. */
  end(): void;
  /** Sends what was written, then closes both directions without waiting for the peer. */
  close(): void;
  /** Drops the connection at once, with what was not sent yet; the peer sees an end or a reset. */
  destroy(): void;
}

export interface ConnectionHandler {
  /** `nowNs` was read first thing on arrival. The chunk is the handler's until it returns. */
  onBytes(chunk: Uint8Array, nowNs: bigint): void;
  onDrain(): void;
  /** The peer's FIN. */
  onEnd(): void;
  /** The last call; `error` when the connection did not end in peace. */
  onClose(error: EcholotError | undefined): void;
}
