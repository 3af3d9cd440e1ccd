/** Who waits for a turn to load: in the order in which they came, for as long as they stay, and never behind the dead. */
import { describe, expect, test } from 'vitest';
import type { ServeOptions } from '../../../src/server/plan.ts';
import { MS, PretendServer, SECOND } from '../pretend-server.ts';
import { joining, keepAlive, LoadClient, owning } from './load-client.ts';

const WAIT_MS = 60_000;

/** A server that is carrying a load of 20 s. */
async function busy(limits: ServeOptions['limits'] = {}, options: ServeOptions = {}) {
  const server = await PretendServer.start({ limits, ...options });
  return { server, owner: await owning(server, '20000 0 8') };
}

/** One that waits, and would load for 10 s. */
async function waiting(server: PretendServer, patienceMs = WAIT_MS): Promise<LoadClient> {
  return await LoadClient.ask(server, `l turn ${patienceMs} 10000 0 8`);
}

/** All lines that were said to it since, and the first. */
function said({ raw, answer }: LoadClient): string[] {
  return [answer, ...raw.received.split('\n').slice(0, -1)];
}

function last(client: LoadClient): string {
  return said(client).at(-1) ?? '';
}

/** It has its load, and keeps it alive from now on. */
function expectGranted(server: PretendServer, client: LoadClient): void {
  expect(said(client).find((line) => line.startsWith('200 OK: Load'))).toMatch(/ 10000 0 8$/);
  client.raw.received = '';
  keepAlive(server, client);
}

function isGranted(client: LoadClient): boolean {
  return said(client).some((line) => line.startsWith('200 OK: Load'));
}

describe('a client that asks for a turn', () => {
  test('has its load at once where nobody is before it', async () => {
    const server = await PretendServer.start();
    const { answer } = await waiting(server);
    expect(answer).toMatch(/^200 OK: Load [0-9a-f]{32} 10000 0 8$/);
  });

  test('is told how long it will take at most, and how many come before', async () => {
    const { server } = await busy();
    await server.pass(6 * SECOND);
    expect((await waiting(server)).answer).toBe('200 OK: Turn 14200 0');
    expect((await waiting(server)).answer).toBe('200 OK: Turn 24400 1');
    expect((await waiting(server)).answer).toBe('200 OK: Turn 34600 2');
  });

  test('hears of it each second, and no more often', async () => {
    const { server } = await busy();
    const client = await waiting(server);
    await server.pass(5 * SECOND);
    expect(said(client)).toEqual(
      [20_200, 19_200, 18_200, 17_200, 16_200, 15_200].map((ms) => `200 OK: Turn ${ms} 0`),
    );
  });

  test('has it before whoever came later, whenever the load before ends', async () => {
    const { server, owner } = await busy();
    const clients = [await waiting(server), await waiting(server), await waiting(server)] as const;
    await server.pass(3 * SECOND);
    let before = owner;
    for (const client of clients) {
      before.raw.end();
      await server.pass(300 * MS);
      expect(clients.filter(isGranted)).toEqual([client]);
      expectGranted(server, client);
      await server.pass(2 * SECOND);
      before = client;
    }
    expect(server.events.filter(({ kind }) => kind === 'load')).toHaveLength(4);
  });

  test('is not overtaken by one that asks in the moment in which a place is free', async () => {
    const { server, owner } = await busy();
    const client = await waiting(server);
    owner.raw.end();
    await server.pass(0);
    expect((await LoadClient.ask(server, 'l new 1000 0 1')).answer).toMatch(/^200 OK: Wait \d+$/);
    expect((await waiting(server, 0)).answer).toMatch(/^200 OK: Turn \d+ 1$/);
    await server.pass(100 * MS);
    expectGranted(server, client);
  });

  test('only asks how long it would be where it has no patience', async () => {
    const { server } = await busy();
    await waiting(server);
    const client = await waiting(server, 0);
    await server.pass(0);
    expect(said(client)).toEqual(['200 OK: Turn 30400 1', '200 OK: Wait 30400']);
    expect(client.raw.ended).toBe(true);
    expect(server.server.status().loads).toMatchObject({ waiting: 1, busy: 1 });
  });

  test('can join its load with others, as any that began one', async () => {
    const { server, owner } = await busy();
    const client = await waiting(server);
    owner.raw.end();
    await server.pass(300 * MS);
    const key = /Load (\S+)/.exec(last(client))?.[1] ?? '';
    expect((await LoadClient.ask(server, `l ${key}`)).answer).toContain(key);
    client.raw.received = '';
    client.send('m 1\n');
    await server.pass(10 * MS);
    expect(client.said('answer')).toMatchObject([{ marker: 1 }]);
  });
});

describe('a place in the queue', () => {
  test.each([
    ['closes', (client: LoadClient) => void client.raw.end(), 'closed-by-peer'],
    ['resets', (client: LoadClient) => client.raw.connection?.destroy(), 'connection-lost'],
  ])('is free for those behind once its client %s the connection', async (_, leave, reason) => {
    const { server, owner } = await busy();
    const first = await waiting(server);
    const second = await waiting(server);
    leave(first);
    await server.pass(SECOND);
    expect(last(second)).toBe('200 OK: Turn 19200 0');
    expect(server.reasons).toEqual([reason]);
    expect(server.server.status().loads).toMatchObject({ waiting: 1, turnsLost: { left: 1, expired: 0 } });
    owner.raw.end();
    await server.pass(300 * MS);
    expectGranted(server, second);
  });

  test('is kept for no longer than its client has patience', async () => {
    const { server } = await busy();
    const impatient = await waiting(server, 5_000);
    const second = await waiting(server);
    await server.pass(5 * SECOND + 200 * MS);
    expect(said(impatient).slice(-2)).toEqual(['200 OK: Turn 15200 0', '200 OK: Wait 15200']);
    expect(impatient.raw.ended).toBe(true);
    expect(server.server.status().loads).toMatchObject({ waiting: 1, turnsLost: { left: 0, expired: 1 } });
    await server.pass(SECOND);
    expect(last(second)).toMatch(/ 0$/);
  });

  test('is kept for no longer than the server allows, however patient its client', async () => {
    const { server } = await busy({ maxLoadWaitMs: 3_000 });
    const client = await waiting(server, 999_999_999_999_999);
    await server.pass(3 * SECOND + 200 * MS);
    expect(last(client)).toMatch(/^200 OK: Wait/);
    expect(client.raw.ended).toBe(true);
  });

  test('of a client that vanished without a word delays the next one by less than 5 s', async () => {
    const { server, owner } = await busy();
    await waiting(server);
    const alive = await waiting(server);
    owner.raw.end();
    await server.pass(4 * SECOND);
    expect(isGranted(alive)).toBe(false);
    await server.pass(SECOND);
    expectGranted(server, alive);
    expect(server.events.filter(({ kind }) => kind === 'load-end').at(-1)).toMatchObject({
      reason: 'vanished',
    });
  });

  test('is lost by a client that speaks before its turn', async () => {
    const { server } = await busy();
    const client = await waiting(server);
    client.send('m 1\n');
    await server.pass(0);
    expect(last(client)).toBe('x rules');
    expect(client.raw.ended).toBe(true);
    expect(server.ends).toMatchObject([{ reason: 'invalid-measurement' }]);
    const early = await LoadClient.ask(server, 'l turn 1000 10000 0 8\nm 1');
    await server.pass(0);
    expect(last(early)).toBe('x rules');
    expect(server.server.status().loads.waiting).toBe(0);
  });

  test('is given to no more than the server says, and the rest are told that it is busy', async () => {
    const { server } = await busy({ maxLoadsWaiting: 2 });
    await waiting(server);
    const second = await waiting(server);
    const third = await waiting(server);
    await server.pass(0);
    expect(said(third)).toEqual(['200 OK: Turn 40600 2', '200 OK: Wait 40600']);
    second.raw.end();
    await server.pass(0);
    expect((await waiting(server)).answer).toBe('200 OK: Turn 30400 1');
  });

  test('is had by nobody where there is no queue', async () => {
    const { server } = await busy({ maxLoadsWaiting: 0 });
    const client = await waiting(server);
    await server.pass(0);
    expect(said(client)).toEqual(['200 OK: Turn 20200 0', '200 OK: Wait 20200']);
  });

  test('counts as a session, and is no way round the longest one', async () => {
    const { server } = await busy({ maxSessionNs: 8 * SECOND, maxSessions: 3 });
    await server.pass(2 * SECOND);
    const client = await waiting(server);
    expect(server.server.status().sessions).toBe(2);
    await server.pass(7 * SECOND);
    expect(isGranted(client)).toBe(true);
    const { server: other } = await busy({ maxSessionNs: 8 * SECOND });
    const second = await waiting(other);
    await other.pass(8 * SECOND);
    expect(last(second)).toBe('x time');
    await other.pass(2 * SECOND);
    expect(other.server.connections).toBe(0);
  });
});

describe('several loads at once', () => {
  test('are as many as the server says, each with a key of its own', async () => {
    const { server, owner } = await busy({ maxLoads: 2 });
    const second = await owning(server, '5000 0 1');
    expect(second.key).not.toBe(owner.key);
    expect((await joining(server, owner)).key).toBe(owner.key);
    expect((await joining(server, second)).key).toBe(second.key);
    expect((await joining(server, second)).key).toBe('');
    expect((await LoadClient.ask(server, 'l new 1000 0 1')).answer).toBe('200 OK: Wait 5200');
    expect(server.server.status().loads).toMatchObject({ underWay: 2, begun: 2, busy: 1, joinsRefused: 1 });
  });

  test('end each on its own, and the first to wait takes the first place', async () => {
    const { server, owner } = await busy({ maxLoads: 2 });
    const short = await owning(server, '5000 0 1');
    const first = await waiting(server);
    const second = await waiting(server);
    expect([first.answer, second.answer]).toEqual(['200 OK: Turn 5200 0', '200 OK: Turn 15400 1']);
    await server.pass(6 * SECOND);
    expect(short.over).toBe('time');
    expect(owner.over).toBeUndefined();
    expectGranted(server, first);
    expect(isGranted(second)).toBe(false);
    owner.raw.end();
    await server.pass(300 * MS);
    expectGranted(server, second);
  });
});

describe('a server that closes', () => {
  test('tells those that wait, and waits for none of them', async () => {
    const { server, owner } = await busy({}, { graceMs: 10_000 });
    const clients = [await waiting(server), await waiting(server)];
    const before = server.nowNs;
    for (const { raw } of [owner, ...clients]) void raw.until(({ ended }) => ended).then(() => raw.end());
    await server.drive(server.server.close());
    expect(clients.map(last)).toEqual(['x shutdown', 'x shutdown']);
    expect(server.nowNs - before).toBe(0);
    expect(server.server.status().loads).toMatchObject({ waiting: 0, turnsLost: { left: 0, expired: 0 } });
  });

  test('leaves no timer behind', async () => {
    const { server, owner } = await busy();
    const client = await waiting(server);
    for (const { raw } of [owner, client]) raw.connection?.destroy();
    await server.pass(0);
    expect(server.server.connections).toBe(0);
    const { nowNs } = server;
    while (server.clock.step());
    expect(server.nowNs - nowNs).toBeLessThan(SECOND);
  });
});

test('the log has who waits, behind how many, and who has a load then', async () => {
  const { server, owner } = await busy();
  await waiting(server);
  const second = await waiting(server);
  owner.raw.end();
  second.raw.end();
  await server.pass(300 * MS);
  const told = server.events.filter(({ kind }) => kind === 'load-turn' || kind === 'load');
  expect(told).toMatchObject([
    { kind: 'load', session: 1 },
    { kind: 'load-turn', session: 2, afterMs: 20_200, before: 0 },
    { kind: 'load-turn', session: 3, afterMs: 30_400, before: 1 },
    { kind: 'load', session: 2, granted: { durationMs: 10_000 } },
  ]);
  expect(server.ends.find(({ session }) => session === 3)?.detail).toBe('it left before its turn to load');
  expect(server.server.status().loads).toMatchObject({ turnsGiven: 1, turnsLost: { left: 1 } });
});
