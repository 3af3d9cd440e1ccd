/** Behind a balancer: clients are told apart by their own addresses, and nobody else may say whose he is. */
import { describe, expect, test } from 'vitest';
import type { ServeOptions } from '../../../src/server/plan.ts';
import { BAD_SETUP, PretendServer, READY, SECOND } from '../pretend-server.ts';
import { local, tcp4, tcp6 } from './headers.ts';

const PROXY = '127.0.0.1';
const SETUP = 's RTT 5 10 0\n';

async function behind(options: ServeOptions = {}): Promise<PretendServer> {
  return await PretendServer.start({ proxyFrom: [`${PROXY}/32`], ...options });
}

function bytes(...parts: readonly (string | Buffer)[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : part.toString('latin1'))).join('');
}

async function say(server: PretendServer, text: string) {
  const client = await server.dial();
  client.send(text);
  await server.pass(0);
  return client;
}

describe('a client that a proxy introduces', () => {
  test('is served, and known by its own address to its end', async () => {
    const server = await behind();
    const client = await say(server, bytes(tcp6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 9], 77), SETUP));
    expect(client.received).toBe(READY);
    client.send('m hello 1\n');
    await server.drive(client.whenReceived('m hello 1\n'));
    client.send('t\n');
    await server.pass(SECOND);
    const remote = { address: '2001:db8::9', port: 77, family: 6 };
    expect(server.events).toMatchObject([
      { kind: 'connected', remote },
      { kind: 'setup' },
      { kind: 'end', reason: 'terminated', echoed: 1, remote },
    ]);
  });

  test('may be introduced in single bytes', async () => {
    const server = await behind();
    const client = await server.dial();
    for (const byte of bytes(tcp4([192, 0, 2, 1], 5), SETUP)) {
      client.send(byte);
      await server.pass(0);
    }
    expect(client.received).toBe(READY);
  });

  test('has the sessions of a client, and the proxy is none of them', async () => {
    const server = await behind({ limits: { maxClientSessions: 1 } });
    for (const host of [1, 2]) {
      const client = await say(server, bytes(tcp4([192, 0, 2, host], 5), SETUP));
      expect(client.received).toBe(READY);
    }
    const second = await say(server, bytes(tcp4([192, 0, 2, 2], 6), SETUP));
    expect(second.received).toBe('404 ERROR: Not Served: too many sessions (at most 1 sessions)\n');
    expect(server.events.at(-1)).toMatchObject({
      kind: 'refused',
      reason: 'share',
      remote: { address: '192.0.2.2', port: 6 },
    });
  });

  test('of plain echo gets its own bytes back, and not those of the proxy', async () => {
    const server = await behind({ mode: 'echo' });
    const client = await say(server, bytes(tcp4([192, 0, 2, 1], 5), 'hello'));
    expect(client.received).toBe('hello');
  });
});

describe('a proxy that does not say rightly whose connection it is', () => {
  test.each([
    ['says nothing of it', SETUP, 'no PROXY header'],
    ['has version 1', `PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n${SETUP}`, 'version 1'],
  ])('%s: it is told no, and the operator why', async (_, sent, problem) => {
    const server = await behind();
    const client = await say(server, sent);
    expect(client.received).toBe(BAD_SETUP);
    expect(server.events).toMatchObject([
      { kind: 'unintroduced', remote: { address: PROXY }, problem: expect.stringContaining(problem) },
    ]);
    expect(server.server.status()).toMatchObject({ sessionsBegun: 0, proxy: { wrong: 1 } });
  });

  test('waits no longer than a client may with its first message, and holds no session', async () => {
    const server = await behind({ limits: { firstMessageNs: 2 * SECOND, maxSessions: 1 } });
    const slow = await say(server, bytes(tcp4([192, 0, 2, 1], 5)).slice(0, 20));
    expect((await say(server, bytes(tcp4([192, 0, 2, 2], 5), SETUP))).received).toBe(READY);
    await server.pass(2 * SECOND);
    expect(slow.received).toBe(BAD_SETUP);
    await server.pass(3 * SECOND);
    expect(slow.closed).toBe(true);
    expect(server.events.filter(({ kind }) => kind === 'unintroduced')).toHaveLength(1);
  });

  test('a thousand of them cost a bounded number of connections', async () => {
    const server = await behind();
    const clients = [];
    for (let i = 0; i < 1_030; i++) clients.push(await server.dial());
    await server.pass(0);
    expect(clients.filter(({ closed }) => closed)).toHaveLength(6);
    expect(server.server.status().proxy.dropped).toBe(6);
    for (const client of clients) client.end();
    await server.pass(SECOND);
    expect((await say(server, bytes(tcp4([192, 0, 2, 2], 5), SETUP))).received).toBe(READY);
  });
});

describe('a health check', () => {
  test('that connects and leaves is counted, and no event', async () => {
    const server = await behind();
    (await server.dial()).end();
    (await server.dial()).connection?.destroy();
    await server.pass(SECOND);
    expect(server.events).toEqual([]);
    expect(server.server.status().proxy).toEqual({ checks: 2, wrong: 0, dropped: 0 });
  });

  test.each(['', 'GET / HTTP/1.0\r\n\r\n', SETUP.slice(0, 4)])(
    'that a proxy says it is, and says %j',
    async (said) => {
      const server = await behind();
      const client = await say(server, bytes(local(), said));
      client.end();
      await server.pass(SECOND);
      expect(server.ends).toMatchObject([{ isHealthCheck: true, remote: { address: PROXY } }]);
      expect(server.server.status().sessionsEnded).toMatchObject({ 'health-check': 1, 'invalid-setup': 0 });
    },
  );

  test('that goes through the protocol is served', async () => {
    const server = await behind();
    expect((await say(server, bytes(local(), SETUP))).received).toBe(READY);
  });
});

test('whoever is no proxy cannot lie about his address: his header is no setup', async () => {
  const server = await behind({ proxyFrom: ['192.0.2.0/24', '2001:db8::1'] });
  const client = await say(server, bytes(tcp4([192, 0, 2, 1], 5), SETUP));
  expect(client.received).toBe(BAD_SETUP);
  expect(server.ends).toMatchObject([{ reason: 'invalid-setup', remote: { address: '127.0.0.1' } }]);
});

test('a server that closes waits for no introduction', async () => {
  const server = await behind();
  const client = await say(server, bytes(tcp4([192, 0, 2, 1], 5)).slice(0, 9));
  const startNs = server.nowNs;
  await server.drive(server.server.close());
  await server.drive(client.until(({ closed }) => closed));
  expect(server.nowNs).toBe(startNs);
});

test.each([
  [['192.0.2.0/33'], '192.0.2.0/33'],
  [['proxy.example'], 'proxy.example'],
  [[''], ''],
  [['::/129'], '::/129'],
  [['fe80::1%eth0'], 'fe80::1%eth0'],
])('%j is no range of addresses, and no server runs with it', async (proxyFrom, told) => {
  await expect(behind({ proxyFrom })).rejects.toMatchObject({
    code: 'usage',
    message: `the proxies: ${told} is no network`,
  });
});
