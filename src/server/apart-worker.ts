/** The thread of a portable server that is measured from another thread of its process. */
import { parentPort } from 'node:worker_threads';
import { nodeListener } from '../net/node/listener.ts';
import { APART_HOST } from './apart.ts';
import { startServer } from './server.ts';

const server = await startServer(nodeListener, { host: APART_HOST, port: 0 });
parentPort?.once('message', () => void server.close());
parentPort?.postMessage(server.endpoints[0]?.port);
