/** What a server does when it is told nothing, with the reason for each number. */

const GIB = 1024 ** 3;

/** The port the assignment's programs use. */
export const DEFAULT_PORT = 9_900;
/** Beside it. */
export const DEFAULT_TLS_PORT = 9_901;
/** 1,024: what one process serves with room to spare; each idle session costs a few kilobytes. */
export const DEFAULT_MAX_SESSIONS = 1_024;
/** 512, or half of all where that is less: nobody closes the server to everybody else from one address. */
export const DEFAULT_MAX_CLIENT_SESSIONS = 512;
/** A day: longer than anybody measures over one connection, and an end to whoever only keeps a place. */
export const DEFAULT_MAX_SESSION_NS: number = 24 * 3_600 * 1e9;
/** 1 GiB: 64 sessions of the largest message at once, or 32,768 of the assignment's largest. */
export const DEFAULT_MAX_TOTAL_PAYLOAD_BYTES: number = GIB;
/** Ten seconds for sessions in flight: as long as the longest delay a server grants by default. */
export const DEFAULT_GRACE_MS = 10_000;
/** 60 s: more than the phases of a load take by default, and a bound on what one client can take from the others. */
export const DEFAULT_MAX_LOAD_MS = 60_000;
/** No bound: whoever may use a path may use it up, and an owner who minds says what it may be. */
export const DEFAULT_MAX_LOAD_BITS_PER_SECOND = 0;
/** 32: 16 in each direction, with which any path is full. */
export const DEFAULT_MAX_LOAD_STREAMS = 32;
/** One: two loads would measure each other. */
export const DEFAULT_MAX_LOADS = 1;
/** 32 clients that wait for their turn: half an hour of loads of the longest time. */
export const DEFAULT_MAX_LOADS_WAITING = 32;
/** Ten minutes: whoever waits for longer had better come again. */
export const DEFAULT_MAX_LOAD_WAIT_MS = 600_000;
/** One: it saturates one core; how many the machine can spare is for its owner to say. */
export const DEFAULT_THREADS = 1;
/** 1,000: checking them takes a tenth of a processor at most, and at least half as many connections a second show a token. */
export const MAX_SIGNATURES_PER_SECOND = 1_000;
