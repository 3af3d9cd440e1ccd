/**
 * How much memory a server can take at most: a sum of what it is bound to by its limits, and the limits that keep it below
 * a given sum.
 *
 *     program + (threads - 1) x thread + garbage + sessions x session + 2 x payload of all sessions
 */
import { usage } from '../../core/errors.ts';
import { memoryText } from '../../text/sizes.ts';
import type { ServerLimits } from '../limits.ts';

const KIB = 1024;
const MIB = KIB * KIB;

/** Resident with nobody there, native engine, TLS, page and log in use: 136 to 157 MiB; a third of it are pages of files. */
const PROGRAM_BYTES = 160 * MIB;
/** Of that, what the system can take back and read again: pages of the program's own file. */
export const FILE_BYTES: number = 56 * MIB;
/** More where Node serves, whether all or TLS alone: its thread has garbage of its own, which is looked at less often. */
const NODE_BYTES = 40 * MIB;
/** 27 MiB as measured, from 1 to 8 threads, and what the young part of its heap grows by. */
const THREAD_BYTES = 34 * MIB;
/** What is not needed any more and not collected yet, heap and messages: up to 32 MiB in a burst of hundreds of clients. */
const GARBAGE_BYTES = 40 * MIB;
/** Of that, messages at which all threads together begin to collect; less is not worth it. */
const MESSAGE_GARBAGE_BYTES = 12 * MIB;
const LEAST_GARBAGE_BYTES = 2 * MIB;
/** A connection's objects and timers, 8 KiB for the plain one and 70 KiB for one of TLS, or the residences that it keeps. */
const CONNECTION_BYTES = 80 * KIB;
/** What one read of a socket brings and a peer that does not read leaves to be answered: of a server that has to save memory. */
export const SPARING_READ_BYTES: number = 64 * KIB;
/** Likewise, of one that need not. */
export const READ_BYTES: number = 256 * KIB;
/** A message of each direction: one that comes while the one before it is not out. */
const MESSAGES = 2;
/** Less than this for sessions and messages serves nobody. */
const LEAST_BYTES = 16 * MIB;
/** Of what is left for clients, what may go to their number rather than to the size of their messages. */
const SESSIONS_SHARE = 1 / 2;

/** What a server takes at most, and of what. */
export interface MemoryBound {
  readonly programBytes: number;
  readonly garbageBytes: number;
  readonly sessions: number;
  readonly sessionBytes: number;
  /** Of which two are held at most. */
  readonly payloadBytes: number;
  readonly totalBytes: number;
}

/** What serves. */
export interface Deployment {
  readonly threads: number;
  /** Whether Node's own sockets do, for all or for TLS. */
  readonly hasNode: boolean;
}

/** Which limits make up the sum. */
type Sizes = Pick<ServerLimits, 'maxSessions' | 'maxTotalPayloadBytes'>;

/** @param readBytes how much is read of a socket at once */
export function memoryBound(
  { maxSessions, maxTotalPayloadBytes }: Sizes,
  deployment: Deployment,
  readBytes: number = READ_BYTES,
): MemoryBound {
  const programBytes = programOf(deployment);
  const sessionBytes = CONNECTION_BYTES + readBytes;
  return {
    programBytes,
    garbageBytes: GARBAGE_BYTES,
    sessions: maxSessions,
    sessionBytes,
    payloadBytes: maxTotalPayloadBytes,
    totalBytes: programBytes + GARBAGE_BYTES + maxSessions * sessionBytes + MESSAGES * maxTotalPayloadBytes,
  };
}

/** How many bytes of messages that nobody needs any more may lie on each thread: the rest is for the heap. */
export function messageGarbageBytes(threads: number): number {
  return Math.max(LEAST_GARBAGE_BYTES, Math.floor(MESSAGE_GARBAGE_BYTES / threads));
}

/** The formula with its numbers, for whoever reads the log. */
export function memoryBoundText({
  programBytes,
  garbageBytes,
  sessions,
  sessionBytes,
  payloadBytes,
  totalBytes,
}: MemoryBound): string {
  const ofSessions = `${sessions} sessions x ${memoryText(sessionBytes)}`;
  const ofMessages = `${MESSAGES} x ${memoryText(payloadBytes)} of messages`;
  return `${memoryText(totalBytes)} at most: program ${memoryText(programBytes)} + garbage ${memoryText(garbageBytes)} + ${ofSessions} + ${ofMessages}`;
}

/**
 * The limits under which a server takes no more than `bytes`.
 * @param asked those that somebody has chosen: they hold as they are
 * @param usual what the others are where there is memory enough
 * @throws EcholotError `usage` where there is no room for them, naming what there has to be
 */
export function limitsWithin(
  bytes: number,
  asked: Partial<Sizes>,
  usual: Sizes,
  deployment: Deployment,
): Sizes {
  const programBytes = programOf(deployment) + GARBAGE_BYTES;
  const leastBytes = programBytes + LEAST_BYTES;
  if (bytes < leastBytes) throw tooSmall(bytes, leastBytes);
  const sessionBytes = CONNECTION_BYTES + SPARING_READ_BYTES;
  const restBytes = bytes - programBytes;
  const forSessions = restBytes - MESSAGES * (asked.maxTotalPayloadBytes ?? 0);
  const share = asked.maxTotalPayloadBytes === undefined ? SESSIONS_SHARE : 1;
  const maxSessions =
    asked.maxSessions ?? Math.min(usual.maxSessions, Math.floor((forSessions * share) / sessionBytes));
  const forMessages = restBytes - Math.max(1, maxSessions) * sessionBytes;
  const maxTotalPayloadBytes =
    asked.maxTotalPayloadBytes ??
    Math.min(usual.maxTotalPayloadBytes, Math.floor(forMessages / MESSAGES / MIB) * MIB);
  const limits = { maxSessions, maxTotalPayloadBytes };
  const least = {
    maxSessions: Math.max(1, maxSessions),
    maxTotalPayloadBytes: Math.max(MIB, maxTotalPayloadBytes),
  };
  const { totalBytes } = memoryBound(least, deployment, SPARING_READ_BYTES);
  if (totalBytes > bytes) throw tooSmall(bytes, totalBytes);
  return limits;
}

function tooSmall(bytes: number, neededBytes: number): Error {
  return usage(
    `${memoryText(bytes)} of memory are too little: with these limits the server takes up to ${memoryText(neededBytes)}`,
    'allow more memory, or lower the limits on threads, sessions and payload',
  );
}

function programOf({ threads, hasNode }: Deployment): number {
  return PROGRAM_BYTES + (threads - 1) * THREAD_BYTES + (hasNode ? NODE_BYTES : 0);
}
