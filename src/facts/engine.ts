/** Which engines there are, which may be asked for, and how they wait. */

/** `node`: sockets of Node.js; `native`: system calls on a thread of its own; `memory`: a pretend network in virtual time. */
export type EngineName = 'node' | 'native' | 'memory';

/** `auto` takes the native engine where it can run, and the portable one (`node`) elsewhere. */
export type EngineRequest = 'auto' | 'native' | 'node';

export const ENGINES: readonly EngineRequest[] = ['auto', 'native', 'node'];

/**
 * How a thread waits for an echo: `spin` asks the socket without pause, `block` sleeps in the kernel, and
 * `adaptive` sleeps until shortly before the echo is due, spins around that time, then sleeps again.
 */
export type WaitMode = 'spin' | 'adaptive' | 'block';

export const WAIT_MODES: readonly WaitMode[] = ['spin', 'adaptive', 'block'];
