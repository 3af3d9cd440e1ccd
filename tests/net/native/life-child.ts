/**
 * A program in the middle of a native batch whose echo never comes. It says `waiting`, then ends in the way that
 * its argument names; the test looks whether it does end.
 */
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WaitMode } from '../../../src/facts/engine.ts';
import { createNativeEngine } from '../../../src/net/native/client/engine.ts';
import { makeSampleBuffer } from '../../../src/net/session/samples.ts';

const [how = '', wait = 'block'] = process.argv.slice(2);
const NS_PER_S = 1_000_000_000;
const server = createServer(() => {}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

const engine = createNativeEngine();
const session = await engine.open(
  { host: '127.0.0.1', port, family: 4 },
  {
    protocol: 'plain',
    setup: { measurement: 'rtt', payloadBytes: 10, probes: 1, delay: { delayNs: 0, unit: 'seconds' } },
    timeoutNs: 60 * NS_PER_S,
    wait: wait as WaitMode,
  },
  { epochNs: process.hrtime.bigint() },
);
const batch = session.runBatch({ probes: 1, budgetNs: 60 * NS_PER_S }, makeSampleBuffer(1, true));
batch.catch(() => {});
await sleep(50);
console.log('waiting');

switch (how) {
  case 'exit':
    process.exit(3);
    break;
  case 'throw':
    throw new Error('not caught by anybody');
  case 'close':
    await engine.close?.();
    server.close();
    process.exitCode = 4;
    // Whatever the engine left behind would keep the program alive from here on.
    server.unref();
    break;
  case 'signal':
    break;
}
