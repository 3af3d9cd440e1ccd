/**
 * A program in the middle of a native flow that sends as fast as it can to a server that drops it all. It says
 * `carrying`, then ends in the way that its argument names; the test looks whether it does end.
 */
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNativeFlowEngine } from '../../../src/net/native/flow/engine.ts';

const [how = ''] = process.argv.slice(2);
const server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

const engine = createNativeFlowEngine();
const flow = await engine.openFlowLane().open(
  { host: '127.0.0.1', port, family: 4 },
  {
    protocol: { kind: 'echo', bytesUnderWay: 2 ** 40, isOwner: false },
    timeoutNs: 1_000_000_000,
    stamps: false,
    socket: {},
  },
  { onTally: () => {}, onReport: () => {}, onProbes: () => {}, onEnded: () => {} },
  { epochNs: process.hrtime.bigint() },
);
flow.command({ kind: 'send', bitsPerSecond: 0 });
await sleep(100);
console.log('carrying');

switch (how) {
  case 'exit':
    process.exit(3);
    break;
  case 'throw':
    throw new Error('not caught by anybody');
  case 'close':
    await engine.close();
    process.exitCode = 4;
    // Whatever the engine left behind would keep the program alive from here on.
    server.unref();
    break;
  case 'idle':
    // The thread of a lane without flows keeps no program alive.
    await flow.close();
    process.exitCode = 5;
    server.unref();
    break;
  case 'signal':
    break;
}
