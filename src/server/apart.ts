/**
 * A server for whoever measures it from the same process: on a thread of its own whichever engine it has, since two
 * ends on one event loop would wait for each other. It serves this machine only.
 */
import { Worker } from 'node:worker_threads';
import { EcholotError } from '../core/errors.ts';
import { limitError } from '../net/errors/network-error.ts';
import { parts } from '../parts/parts.ts';
import { startNativeServer } from './native/server.ts';

export const APART_HOST = '127.0.0.1';

export interface ServerApart {
  readonly engine: 'native' | 'node';
  readonly port: number;
  close(): Promise<void>;
}

/** @throws EcholotError `network` when there is no loopback address to listen on */
export async function startApart(engine: ServerApart['engine']): Promise<ServerApart> {
  if (engine === 'node') return await startWorker();
  const server = await startNativeServer({ host: APART_HOST, port: 0 });
  return { engine, port: server.endpoints[0]?.port ?? 0, close: () => server.close() };
}

/** The thread says its port when it listens, and ends after any word to it. */
async function startWorker(): Promise<ServerApart> {
  const worker = new Worker(parts.thread('apart-worker'));
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (cause) => {
      const limit = limitError(cause);
      if (limit !== undefined) return reject(limit);
      const why = cause instanceof Error ? cause.message : String(cause);
      reject(new EcholotError('network', `no server on this machine: ${why}`, { cause }));
    });
  });
  return {
    engine: 'node',
    port,
    async close() {
      worker.postMessage('close');
      await ended;
    },
  };
}
