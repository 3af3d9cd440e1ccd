/**
 * What one session may ask of a server, with the reason for each number. A server states its limits in its
 * log, enforces them here, and refuses in the protocol's own words.
 */

const NS_PER_S = 1_000_000_000;
const MIB = 1024 * 1024;

export interface SessionLimits {
  /** Largest MSG-SIZE a setup may agree on, bytes. A session buffers at most one message of it. */
  readonly maxPayloadBytes: number;
  /** Most probes a setup may agree on. */
  readonly maxProbes: number;
  /** Longest SERVER-DELAY a setup may agree on, ns. */
  readonly maxDelayNs: number;
  /** The first message must be complete this long after the connection was accepted, ns. */
  readonly firstMessageNs: number;
  /** Each later message must be complete this long after the one before it was answered, ns. */
  readonly idleNs: number;
}

/** 16 MiB: far above the sizes of the assignment (32 KiB), and what one session may cost in memory. */
export const DEFAULT_MAX_PAYLOAD_BYTES: number = 16 * MIB;
/** One million: hours of probes on a real path, and a bound on what one setup can hold a server to. */
export const DEFAULT_MAX_PROBES = 1_000_000;
/** 10 s: longer than any terrestrial path; a held echo costs the server memory for that long. */
export const DEFAULT_MAX_DELAY_NS: number = 10 * NS_PER_S;
/** 10 s: a client has no reason to connect and stay silent, a scanner has. */
export const DEFAULT_FIRST_MESSAGE_NS: number = 10 * NS_PER_S;
/** 60 s: room for a 16 MiB message at 2.3 Mbit/s, and an end to a peer that died without a FIN. */
export const DEFAULT_IDLE_NS: number = 60 * NS_PER_S;

/** Every setup message is under 100 bytes in any dialect; more than this is not a setup message. */
export const MAX_SETUP_BYTES = 256;
/** A termination message is one letter; room for the odd blank and a clear bound for the rest. */
export const MAX_BYE_BYTES = 16;
/**
 * A session keeps this many residences, and one question asks for at most as many: more than a batch of probes
 * has, 96 KiB of a server's memory, and an answer under 140 KiB.
 */
export const MAX_KEPT_RESIDENCES = 4_096;
/** A question for residences is a letter, two numbers of at most 15 digits, `+waits`, `+busy`, four blanks and CR LF. */
export const MAX_QUESTION_BYTES = 48;
/** Longest line of a load, its LF included, bytes: `l`, a key and three numbers of fifteen digits leave room. */
export const MAX_LOAD_LINE_BYTES = 96;
/** Longest token, bytes: one with every claim has 600, and nobody else's needs more than three times as many. */
export const MAX_TOKEN_BYTES = 2_048;
/** A token is shown behind `k`, with a signature of 86 letters, two blanks and CR LF. */
export const MAX_TOKEN_LINE_BYTES = 2_139;
/**
 * A server takes this many messages of one connection, then the others have their turn: they take some 20 us, for which whoever
 * measures beside them may have to wait, and one send for all their echoes is worth it already.
 */
export const MESSAGES_PER_TURN = 16;
/** Where a dialect leaves the payload's size open, a probe may have at least this many bytes. */
export const MIN_FREE_PAYLOAD_BYTES = 1024;

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  maxPayloadBytes: DEFAULT_MAX_PAYLOAD_BYTES,
  maxProbes: DEFAULT_MAX_PROBES,
  maxDelayNs: DEFAULT_MAX_DELAY_NS,
  firstMessageNs: DEFAULT_FIRST_MESSAGE_NS,
  idleNs: DEFAULT_IDLE_NS,
};

/**
 * Memory that sessions share: each reserves its agreed message size at setup and gives it back at its end.
 * Without it, a thousand sessions of 16 MiB each would be a legal way to exhaust the host.
 */
export interface PayloadBudget {
  reserve(bytes: number): boolean;
  release(bytes: number): void;
}
