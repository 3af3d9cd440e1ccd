/** A server that is close to the memory it was given refuses newcomers, and those who are in go on. */
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { ServerCounters } from '../../../src/server/counters.ts';
import { Collecting } from '../../../src/server/memory/collecting.ts';
import { Garbage } from '../../../src/server/memory/garbage.ts';
import { MemoryWatch, STRAIN } from '../../../src/server/memory/watch.ts';
import { PretendServer, READY, SECOND } from '../pretend-server.ts';

const MIB = 1024 * 1024;

test('garbage is collected from half of what there is for clients on, and newcomers are refused from 80 % on and until it is below 70 %', () => {
  const counters = new ServerCounters();
  let usedBytes = 0;
  const watch = new MemoryWatch({
    clock: new VirtualClock(),
    counters,
    memoryBytes: 1_100,
    programBytes: 100,
    usedBytes: () => usedBytes,
    garbage: new Garbage({ mostBytes: 1e12 }),
  });
  const strains = [50, 599, 601, 899, 901, 850, 801, 799, 890, 500].map((bytes) => {
    usedBytes = bytes;
    watch.look();
    return counters.get('strain');
  });
  expect(strains).toEqual([0, 0, 1, 1, 2, 2, 2, 1, 1, 0]);
});

test('a newcomer is told that there is no memory, is counted, and whoever is in goes on', async () => {
  const counters = new ServerCounters();
  const server = await PretendServer.start({}, {}, { counters });
  const before = await server.measuring();
  counters.set('strain', STRAIN.refuse);
  const newcomer = await server.dial();
  await server.drive(newcomer.until(({ received }) => received !== ''));
  expect(newcomer.received).toBe('404 ERROR: Not Served: server short of memory\n');
  expect(server.server.status().refused.strained).toBe(1);
  before.send('m hello 1\n');
  await server.drive(before.whenReceived('m hello 1\n'));
  counters.set('strain', STRAIN.collect);
  const later = await server.dial();
  later.send('s RTT 5 10 0\n');
  await server.drive(later.whenReceived(READY));
});

test('a newcomer has the place of whoever has shown nothing for his, in a server short of memory', async () => {
  const counters = new ServerCounters();
  const server = await PretendServer.start({}, {}, { counters });
  await server.dial('203.0.113.1');
  await server.pass(SECOND);
  counters.set('strain', STRAIN.refuse);
  const newcomer = await server.dial('203.0.113.2');
  newcomer.send('s RTT 5 10 0\n');
  await server.drive(newcomer.whenReceived(READY));
  expect(server.reasons).toEqual(['displaced']);
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

test('garbage is collected when so much of it lies, and what is in use is not taken for some', () => {
  let bytes = 0;
  let live = 0;
  let collections = 0;
  const garbage = new Garbage({
    mostBytes: 100,
    externalBytes: () => bytes,
    collect: () => {
      collections++;
      bytes = live;
    },
  });
  const looked = (nowMs: number, now: number): number => {
    bytes = now;
    garbage.look(BigInt(nowMs) * 1_000_000n);
    return collections;
  };
  expect(looked(0, 99)).toBe(0);
  live = 60;
  expect(looked(10, 100)).toBe(1);
  // 60 of them are messages that somebody still reads.
  expect(looked(20, 159)).toBe(1);
  expect(looked(30, 160)).toBe(2);
  expect(looked(31, 500), 'not all the time').toBe(2);
  expect(looked(40, 500)).toBe(3);
  // Those have left: what lies above the rest is garbage from now on.
  expect(looked(50, 10)).toBe(3);
  expect(looked(60, 110)).toBe(4);
});

test('where all that there is is in use, nobody waits for collections again and again', () => {
  let held = 100 * MIB;
  let freed = 0;
  const times: number[] = [];
  let now = 0;
  const collecting = new Collecting({
    heldBytes: () => held,
    collect: () => {
      times.push(now);
      held -= freed;
    },
  });
  const lookFor = (ms: number): void => {
    for (const end = now + ms; now < end; now += 10) collecting.look(BigInt(now) * 1_000_000n);
  };
  lookFor(10_000);
  expect(times.slice(0, 6)).toEqual([0, 100, 300, 700, 1_500, 3_100]);
  expect(times.at(-1)! - times.at(-2)!).toBe(2_000);
  // Garbage comes again: from the next look on it is collected as it comes.
  freed = 2 * MIB;
  times.length = 0;
  lookFor(3_000);
  expect(times.length).toBeGreaterThan(15);
});
