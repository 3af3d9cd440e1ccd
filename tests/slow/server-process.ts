/**
 * An echo server in a process of its own, so that its memory is measured without that of its clients. Started
 * by server-child.ts with the options as JSON in the first argument; answers each message with its state.
 */
import process from 'node:process';
import { type ServeOptions, serve } from '../../src/index.ts';

let open = 0;
let ended = 0;
const options = JSON.parse(process.argv[2] ?? '{}') as ServeOptions;
const server = await serve({
  engine: 'node',
  host: '127.0.0.1',
  port: 0,
  ...options,
  onEvent: ({ kind }) => {
    if (kind === 'connected') open++;
    if (kind === 'end') {
      open--;
      ended++;
    }
  },
});

process.on('message', () => {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ open, ended, rss, heapUsed, external });
});
process.on('disconnect', () => process.exit());
process.send?.({ port: server.endpoints[0]?.port });
