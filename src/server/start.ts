/** Starts a server on the engine that was asked for, or on the best there is. */
import { EcholotError } from '../core/errors.ts';
import { nativeLack } from '../net/native/available.ts';
import { nodeListener } from '../net/node/listener.ts';
import { FILE_BYTES } from './memory/formula.ts';
import { groupBytes } from './memory/used.ts';
import { startNativeServer } from './native/server.ts';
import { planServer, type ServeOptions } from './plan.ts';
import { startSecured } from './secured.ts';
import { type EchoServer, type ServerSurroundings, startServer } from './server.ts';

/**
 * @throws EcholotError `usage` when the options cannot be, `limit` when this machine's keeps it, `network` when the address cannot be had
 */
export async function startOn(given: ServeOptions): Promise<EchoServer> {
  const options = withinGroup(given);
  const { tls, limits } = planServer(options);
  if (tls !== undefined) return await startSecured(options, { tls, limits }, startPlain);
  return await startPlain(options, {});
}

/** Where the group of processes is bounded, the system ends whoever passes that. Pages of files can be had back, and do not count. */
function withinGroup(options: ServeOptions): ServeOptions {
  if (options.memoryBytes !== undefined) return options;
  const bytes = groupBytes();
  return bytes === undefined ? options : { ...options, memoryBytes: bytes + FILE_BYTES };
}

async function startPlain(options: ServeOptions, surroundings: ServerSurroundings): Promise<EchoServer> {
  const { engine, threads } = planServer(options);
  const lack = engine === 'node' ? undefined : nativeLack();
  if (engine !== 'node' && lack === undefined) return await startNativeServer(options, surroundings);
  if (engine === 'native' || threads > 1) {
    const { reason, remedy } = lack ?? {};
    throw new EcholotError(
      remedy === undefined ? 'usage' : 'limit',
      `the native engine cannot run: ${reason}`,
      { advice: remedy ?? (threads > 1 ? 'serve with one thread' : 'choose the node engine') },
    );
  }
  const notNative = lack?.remedy === undefined ? lack?.reason : `${lack.reason}: ${lack.remedy}`;
  return await startServer(nodeListener, options, { ...surroundings, notNative });
}
