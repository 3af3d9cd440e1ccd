/** A program that serves over native threads and ends in the way its argument names. */
import type { Worker } from 'node:worker_threads';
import { serve } from 'echolot';

const END_AFTER_MS = 200;

const threads: Worker[] = [];
process.on('worker', (worker) => threads.push(worker));

const server = await serve({ host: '127.0.0.1', port: 0, engine: 'native', threads: 2, onEvent: () => {} });
console.log(`listening on ${server.endpoints[0]?.port}`);

switch (process.argv[2]) {
  case 'exit':
    setTimeout(() => process.exit(3), END_AFTER_MS);
    break;
  case 'throw':
    setTimeout(() => {
      throw new Error('a fault of the program');
    }, END_AFTER_MS);
    break;
  case 'reject':
    setTimeout(() => void Promise.reject(new Error('a fault of the program')), END_AFTER_MS);
    break;
  case 'lose-thread':
    // A fault inside it, as far as the rest of the program can tell.
    setTimeout(() => void threads[0]?.terminate(), END_AFTER_MS);
    break;
  case 'serve':
    break;
}
