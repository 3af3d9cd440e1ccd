/** Whether a server is still there after something that looks like its end. */
import { EcholotError } from '../core/errors.ts';
import type { Server } from './server.ts';

/** One that is gone may be started again by somebody: it gets as many looks, and so long between. */
const LOOKS = 3;
const LOOK_NS = 100_000_000;

/**
 * What has become of it: it serves, perhaps after another start; it ended; it takes no connection, or takes them and
 * answers nothing, while it still listens.
 */
export type Presence = 'there' | 'restarted' | 'ended' | 'shut' | 'silent';

type Look = 'answers' | 'closes' | 'silent' | 'shut' | 'refused';

/**
 * One that is at its end may let somebody in before it is gone: only an answer counts at once, else the last look. One
 * that is slow has the time of an answer in each.
 */
export async function presenceOf(server: Server): Promise<Presence> {
  const looks: Look[] = [];
  while (looks.length < LOOKS && looks.at(-1) !== 'answers') {
    if (looks.length > 0) await server.sleep(LOOK_NS);
    looks.push(await look(server));
    await server.leave();
  }
  const last = looks.at(-1);
  if (last === 'refused') return 'ended';
  if (last === 'shut' || last === 'silent') return last;
  return looks.includes('refused') ? 'restarted' : 'there';
}

/** Whether it is the server, or the way to it, that gives no connection: not whoever checks, nor this machine. */
export function isUnreached(error: unknown): error is EcholotError {
  return error instanceof EcholotError && (error.code === 'network' || error.code === 'timeout');
}

async function look(server: Server): Promise<Look> {
  try {
    const { bytes, ended } = await server.greet();
    if (bytes.length > 0) return 'answers';
    return ended === 'late' ? 'silent' : 'closes';
  } catch (error) {
    if (!isUnreached(error)) throw error;
    return error.code === 'timeout' ? 'shut' : 'refused';
  }
}
