/** Parts of a load and the ways of its data, as plans, events and records call them. */

/** Parts of a load: no data, towards the client, towards the server, both at once, and no data again. */
export type LoadPhaseName = 'idle' | 'down' | 'up' | 'both' | 'recovery';
export const LOAD_PHASES: readonly LoadPhaseName[] = ['idle', 'down', 'up', 'both', 'recovery'];
/** Seen from the client. */
export type LoadDirection = 'down' | 'up';
/** How long a phase with data may take to end, ns: a queue of seconds has to run empty, a path may be cut for a while. */
export const MAX_END_NS = 5_000_000_000;
