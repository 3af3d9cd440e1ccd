/** Parts of a load and the ways of its data, as plans, events and records call them. */

/** Parts of a load: no data, towards the client, towards the server, both at once, and no data again. */
export type LoadPhaseName = 'idle' | 'down' | 'up' | 'both' | 'recovery';
export const LOAD_PHASES: readonly LoadPhaseName[] = ['idle', 'down', 'up', 'both', 'recovery'];
/** Seen from the client. */
export type LoadDirection = 'down' | 'up';
