/** Starts a server on the engine that was asked for, or on the best there is. */
import { EcholotError, usage } from '../core/errors.ts';
import { nativeLack } from '../net/native/available.ts';
import { loadLibc } from '../net/native/kernel/libc.ts';
import { checkListening } from '../net/native/server/passed-socket.ts';
import { nodeListener } from '../net/node/listener.ts';
import { memoryText } from '../text/sizes.ts';
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
  const { tls, limits, sockets = [] } = planServer(options);
  checkPassed([...sockets, ...(tls?.sockets ?? [])]);
  if (tls !== undefined) return await startSecured(options, { tls, limits }, startPlain);
  return await startPlain(options, {});
}

/** Where the C library can be called; else it is left to Node, which listens on what can be listened on. */
function checkPassed(sockets: readonly number[]): void {
  if (sockets.length === 0) return;
  const { libc } = loadLibc();
  if (libc !== undefined) for (const fd of sockets) checkListening(libc, fd);
}

/** What is left is for the kernel, which takes some for connections, and for a moment in which nobody looks. */
const GROUP_SHARE = 0.9;

/**
 * Where the group of processes is bounded, the system ends whoever passes that. Pages of files can be had back, and do not
 * count.
 */
function withinGroup(given: ServeOptions): ServeOptions {
  const bytes = given.memoryBytes === undefined ? groupBytes() : undefined;
  if (bytes === undefined) return given;
  planServer(given);
  const options = { ...given, memoryBytes: Math.floor(bytes * GROUP_SHARE) + FILE_BYTES };
  try {
    planServer(options);
  } catch (error) {
    throw usage(
      `the group of processes that this one runs in may take ${memoryText(bytes)} of memory, too little for these limits: ${(error as Error).message}`,
      'allow it more, lower the limits on sessions and payload, or say yourself how much the server may take (--memory)',
    );
  }
  return options;
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
  return await startServer(nodeListener, { ...options, engine: 'node' }, { ...surroundings, notNative });
}
