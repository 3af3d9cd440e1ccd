/** A server with one client that sends all it can: the others are answered in between. */
import { expect, test } from 'vitest';
import { BYTES_PER_TURN } from '../../src/server/handlers/echo-handler.ts';
import { MS, PretendServer } from './pretend-server.ts';

const READY = '200 OK: Ready +pipeline\n';
const MANY = 5_000;

function probes(count: number): string {
  return Array.from({ length: count }, (_, i) => `m a ${i + 1}\n`).join('');
}

test.each(['0', '0.000001'])(
  'a client is answered before another one has all its thousands of echoes, with a delay of %s ms',
  async (delay) => {
    const server = await PretendServer.start({}, { latencyNs: MS });
    const good = await server.measuring();
    const hostile = await server.dial();
    hostile.send(`s RTT 1 ${MANY} ${delay} +pipeline\n`);
    await server.drive(hostile.whenReceived(READY));
    hostile.send(probes(MANY));
    good.send('m hello 1\n');
    await server.drive(good.whenReceived('m hello 1\n'));
    expect(hostile.received.length).toBeLessThan(probes(MANY).length / 2);
    await server.drive(hostile.whenReceived(READY + probes(MANY)));
  },
);

test('a client of plain echo is answered before another one has all its megabytes', async () => {
  const chunkBytes = BYTES_PER_TURN / 4;
  const server = await PretendServer.start({ mode: 'echo' }, { latencyNs: MS, chunkBytes });
  const good = await server.dial();
  const hostile = await server.dial();
  const sent = 'x'.repeat(10 * BYTES_PER_TURN + 1);
  hostile.send(sent);
  good.send('hello');
  await server.drive(good.whenReceived('hello'));
  expect(hostile.received.length).toBeLessThanOrEqual(BYTES_PER_TURN);
  await server.drive(hostile.whenReceived(sent));
});
