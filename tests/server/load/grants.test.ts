/** Who gets a load of a server, and how much of one. */
import { describe, expect, test } from 'vitest';
import { MS, PretendServer, SECOND } from '../pretend-server.ts';
import { joining, LoadClient, owning, vanish } from './load-client.ts';

const REFUSED = '404 ERROR: Invalid Load Message';
const LIMITS = { maxLoadMs: 10_000, maxLoadBitsPerSecond: 1_000_000, maxLoadStreams: 2 };

describe('how much', () => {
  test.each([
    ['60000 0 8', '60000 0 8'],
    ['5000 90000000 1', '5000 90000000 1'],
    ['3600000 0 1000', '60000 0 32'],
  ])('a client that asks for %s is granted %s by default', async (asked, granted) => {
    const server = await PretendServer.start();
    const { answer, key } = await owning(server, asked);
    expect(answer).toBe(`200 OK: Load ${key} ${granted}`);
    expect(key).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each([
    ['60000 0 8', '10000 1000000 2'],
    ['60000 2000000 8', '10000 1000000 2'],
    ['9000 500000 1', '9000 500000 1'],
  ])(
    'a client that asks for %s of a server with limits is granted %s, not refused',
    async (asked, granted) => {
      const server = await PretendServer.start({ limits: LIMITS });
      const { answer, key } = await owning(server, asked);
      expect(answer).toBe(`200 OK: Load ${key} ${granted}`);
    },
  );

  test('who joins hears what is left', async () => {
    const server = await PretendServer.start({ limits: LIMITS });
    const owner = await owning(server, '9000 0 2');
    await server.pass(3 * SECOND);
    const { answer } = await joining(server, owner);
    expect(answer).toBe(`200 OK: Load ${owner.key} 6000 1000000 2`);
  });
});

describe('whose turn it is', () => {
  test('a second client is told how long to wait, and has its load then', async () => {
    const server = await PretendServer.start();
    await owning(server, '5000 0 8');
    await server.pass(2 * SECOND);
    const second = await LoadClient.ask(server, 'l new 5000 0 8');
    const waitMs = Number(/^200 OK: Wait (\d+)$/.exec(second.answer)?.[1]);
    expect(waitMs).toBeGreaterThanOrEqual(3_000);
    expect(waitMs).toBeLessThan(3_500);
    await server.pass(0);
    expect(second.raw.ended).toBe(true);
    await server.pass(waitMs * MS);
    expect((await owning(server)).key).not.toBe('');
  });

  test('a client that is done makes room at once, and its key is worth nothing any more', async () => {
    const server = await PretendServer.start();
    const first = await owning(server);
    first.raw.end();
    await server.pass(0);
    const second = await owning(server);
    expect(second.key).not.toBe('');
    expect(second.key).not.toBe(first.key);
    expect((await joining(server, first)).answer).toBe(REFUSED);
    expect((await joining(server, second)).key).toBe(second.key);
  });

  test('a client that vanishes without a word makes room within 5 s', async () => {
    const server = await PretendServer.start();
    const owner = await owning(server);
    const stream = await joining(server, owner);
    stream.send('b 1000000\n');
    await server.pass(SECOND);
    vanish(owner);
    await server.pass(4 * SECOND);
    expect((await LoadClient.ask(server, 'l new 1000 0 1')).answer).toMatch(/Wait/);
    await server.pass(SECOND);
    expect(owner.over).toBe('done');
    expect(stream.over).toBe('done');
    expect((await owning(server)).key).not.toBe('');
  });

  test('a client that was stopped for 3 s keeps its load', async () => {
    const server = await PretendServer.start();
    const owner = await LoadClient.ask(server, 'l new 20000 0 8');
    for (let i = 0; i < 3; i++) {
      owner.send(`m ${i}\n`);
      await server.pass(4 * SECOND);
    }
    expect(owner.over).toBeUndefined();
  });

  test('a client whose connection breaks makes room at once', async () => {
    const server = await PretendServer.start();
    const owner = await owning(server);
    const stream = await joining(server, owner);
    owner.raw.connection?.destroy();
    await server.pass(100 * MS);
    expect(stream.over).toBe('done');
    expect((await owning(server)).key).not.toBe('');
  });
});

describe('who may join', () => {
  test('nobody without the key', async () => {
    const server = await PretendServer.start();
    const owner = await owning(server);
    const guess = await LoadClient.ask(server, `l ${'0'.repeat(32)}`);
    expect(guess.answer).toBe(REFUSED);
    await server.pass(SECOND);
    expect(guess.raw.ended).toBe(true);
    expect(owner.over).toBeUndefined();
  });

  test('nobody while there is no load', async () => {
    const server = await PretendServer.start();
    expect((await LoadClient.ask(server, `l ${'0'.repeat(32)}`)).answer).toBe(REFUSED);
  });

  test('no more than were granted, however many try; a place that is left can be taken', async () => {
    const server = await PretendServer.start();
    const owner = await owning(server, '20000 0 3');
    const tries = await Promise.all(Array.from({ length: 1_000 }, () => joining(server, owner)));
    const joined = tries.filter(({ key }) => key !== '');
    expect(joined).toHaveLength(3);
    joined[0]!.raw.end();
    await server.pass(0);
    expect((await joining(server, owner)).key).toBe(owner.key);
    expect((await joining(server, owner)).answer).toBe(REFUSED);
    await server.pass(3 * SECOND);
    expect(await server.servesWell()).toBe(true);
  });
});

describe('a server that carries no loads', () => {
  test.each([{ load: false }])('%j: the client is told as by an older one', async (options) => {
    const server = await PretendServer.start(options);
    const client = await server.dial();
    client.send('s RTT 1 1 0 +load\n');
    await server.drive(client.until(({ isOver }) => isOver));
    expect(client.received).toBe('404 ERROR: Invalid Connection Setup Message\n');
    expect(await server.servesWell()).toBe(true);
  });

  test('one that echoes echoes the question', async () => {
    const server = await PretendServer.start({ mode: 'echo' });
    const client = await server.dial();
    client.send('s RTT 1 1 0 +load\n');
    await server.pass(0);
    expect(client.received).toBe('s RTT 1 1 0 +load\n');
  });
});
