/** A server with many probes of one client before it (`+pipeline`): its pace, and what they may cost. */
import { expect, test } from 'vitest';
import { startServer } from '../../src/server/server.ts';
import { MS, PretendServer, SECOND } from './pretend-server.ts';
import { RecordedNetwork } from './recorded-network.ts';

const READY = '200 OK: Ready +pipeline\n';

function probes(count: number): string {
  return Array.from({ length: count }, (_, i) => `m hello ${i + 1}\n`).join('');
}

test('a delay of 1 ms serves a thousand probes a second, in whatever pieces they come', async () => {
  for (const chunkBytes of [7, 1_460, 65_536]) {
    const server = await PretendServer.start({}, { chunkBytes });
    const client = await server.dial();
    client.send('s RTT 5 2000 0.001 +pipeline\n');
    await server.drive(client.whenReceived(READY));
    const startNs = server.nowNs;
    client.send(probes(2_000));
    await server.pass(SECOND);
    expect(client.received, `pieces of ${chunkBytes}`).toBe(READY + probes(1_000));
    await server.drive(client.whenReceived(READY + probes(2_000)));
    expect(server.nowNs - startNs).toBe(2_000 * MS);
  }
});

test('a client that sends thousands and does not read is read no further than one chunk, and loses no echo', async () => {
  const network = new RecordedNetwork();
  await startServer(network, {});
  const connection = network.connect();
  connection.receive('s RTT 5 2000 0 +pipeline\n');
  const sent = probes(2_000);
  const half = sent.length / 2 + 3;
  connection.stuck = true;
  connection.receive(sent.slice(0, half));
  expect(connection.paused).toBe(true);
  connection.drain();
  while (connection.paused) await network.pass(0);
  connection.receive(sent.slice(half));
  while (connection.paused) await network.pass(0);
  const written = connection.written.map((bytes) => Buffer.from(bytes).toString('latin1')).join('');
  expect(written).toBe(READY + sent);
});
