/** A server that is close to the memory it was given refuses newcomers, and those who are in go on. */
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { ServerCounters } from '../../../src/server/counters.ts';
import { MemoryWatch } from '../../../src/server/memory/watch.ts';
import { PretendServer, READY } from '../pretend-server.ts';

const MIB = 1024 * 1024;

test('newcomers are refused from 92 % on and until it is below 86 %', () => {
  const counters = new ServerCounters();
  let usedBytes = 0;
  const watch = new MemoryWatch({
    clock: new VirtualClock(),
    counters,
    memoryBytes: 1_000,
    usedBytes: () => usedBytes,
  });
  const strains = [100, 919, 921, 870, 861, 859, 900].map((bytes) => {
    usedBytes = bytes;
    watch.look();
    return counters.get('strain');
  });
  expect(strains).toEqual([0, 0, 1, 1, 1, 0, 0]);
});

test('a newcomer is told that there is no memory, is counted, and whoever is in goes on', async () => {
  const counters = new ServerCounters();
  const server = await PretendServer.start({}, {}, { counters });
  const before = await server.measuring();
  counters.set('strain', 1);
  const newcomer = await server.dial();
  await server.drive(newcomer.until(({ received }) => received !== ''));
  expect(newcomer.received).toBe('404 ERROR: Not Served: server short of memory\n');
  expect(server.server.status().refused.strained).toBe(1);
  before.send('m hello 1\n');
  await server.drive(before.whenReceived('m hello 1\n'));
  counters.set('strain', 0);
  const later = await server.dial();
  later.send('s RTT 5 10 0\n');
  await server.drive(later.whenReceived(READY));
});

test('a server that may take less than it does refuses from its first moment on', async () => {
  const counters = new ServerCounters();
  const server = await PretendServer.start(
    { memoryBytes: 256 * MIB },
    {},
    { counters, usedBytes: () => 250 * MIB },
  );
  const client = await server.dial();
  await server.drive(client.until(({ received }) => received !== ''));
  expect(client.received).toMatch(/server short of memory/);
  await server.drive(server.server.close());
});
