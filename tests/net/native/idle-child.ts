/** A thread with nothing to do. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', () => {});
