/** Starts a server on the engine that was asked for, or on the best there is. */
import { EcholotError } from '../core/errors.ts';
import { nativeUnavailable } from '../net/native/available.ts';
import { nodeListener } from '../net/node/listener.ts';
import { startNativeServer } from './native/server.ts';
import { planServer, type ServeOptions } from './plan.ts';
import { type EchoServer, startServer } from './server.ts';

/**
 * @throws EcholotError `usage` when the options cannot be, `network` when the address cannot be had
 */
export async function startOn(options: ServeOptions): Promise<EchoServer> {
  const { engine, threads } = planServer(options);
  const notNative = engine === 'node' ? undefined : nativeUnavailable();
  if (engine !== 'node' && notNative === undefined) return await startNativeServer(options);
  if (engine === 'native' || threads > 1) {
    throw new EcholotError('usage', `the native engine cannot run: ${notNative}`, {
      advice: threads > 1 ? 'serve with one thread' : 'choose the node engine',
    });
  }
  return await startServer(nodeListener, options, { notNative });
}
