/** Who is let in: the limit on sessions and the limit on the payload of all sessions together. */
import { describe, expect, test } from 'vitest';
import type { RawClient } from '../net/raw-client.ts';
import { BAD_SETUP, CLOSING, full, LINGER_NS, PretendServer, READY, SECOND } from './pretend-server.ts';

async function refusal(server: PretendServer): Promise<string> {
  const client = await server.dial();
  await server.drive(client.until(({ isOver }) => isOver));
  client.end();
  await server.drive(client.until(({ closed }) => closed));
  return client.received;
}

async function answerTo(server: PretendServer, setup: string): Promise<[RawClient, string]> {
  const client = await server.dial();
  client.send(setup);
  await server.drive(client.until(({ received }) => received !== ''));
  return [client, client.received];
}

describe('the limit on sessions', () => {
  test('a client too many is told so, and not that its setup was wrong, at once', async () => {
    const server = await PretendServer.start({ limits: { maxSessions: 2 } });
    await server.measuring();
    await server.measuring();
    const startNs = server.nowNs;
    expect(await refusal(server)).toBe(full(2));
    expect(server.nowNs).toBe(startNs);
    expect(server.events.at(-1)).toMatchObject({
      kind: 'refused',
      reason: 'full',
      most: 2,
      remote: { address: '127.0.0.1' },
    });
  });

  test('those who are in are not disturbed by those who are not', async () => {
    const server = await PretendServer.start({ limits: { maxSessions: 1 } });
    const client = await server.measuring();
    for (let i = 0; i < 5; i++) expect(await refusal(server)).toBe(full(1));
    client.send('m hello 1\n');
    await server.drive(client.whenReceived('m hello 1\n'));
    client.send('t\n');
    await server.drive(client.whenReceived(CLOSING));
  });

  test('a slot is given back by every way to go', async () => {
    const server = await PretendServer.start({ limits: { maxSessions: 1 } });
    const goings: ((client: RawClient) => void)[] = [
      (client) => client.send('t\n'),
      (client) => client.end(),
      (client) => client.connection?.close(),
      (client) => client.connection?.destroy(),
      (client) => client.send('nonsense\n'),
      (client) => client.send('m half').end(),
    ];
    for (const go of goings) {
      const client = await server.measuring();
      go(client);
      client.end();
      await server.drive(client.until(({ closed }) => closed));
      await server.pass(0);
    }
    expect(server.ends).toHaveLength(goings.length);
    expect(await server.servesWell()).toBe(true);
  });

  test.each(['t\n', 'nonsense\n'])(
    'the place of a session that has ended by %j is free at once, though its client leaves the connection open',
    async (last) => {
      const server = await PretendServer.start({ limits: { maxSessions: 1 } });
      const startNs = server.nowNs;
      for (let session = 0; session < 5; session++) {
        const client = await server.measuring();
        client.send(last);
        await server.drive(client.until(({ received }) => received !== ''));
        expect(client.closed).toBe(false);
      }
      expect(server.nowNs).toBe(startNs);
    },
  );

  test('a client that was let in and says nothing loses its slot', async () => {
    const server = await PretendServer.start({ limits: { maxSessions: 1 } });
    await server.dial();
    await server.pass(server.server.limits.firstMessageNs + LINGER_NS);
    expect(await server.servesWell()).toBe(true);
  });

  test.each([
    ['hello', '404 ERROR - Invalid Hello message\n'],
    ['sample', '404 ERROR: Invalid Connection Setup Message'],
  ] as const)('a server told to speak %s refuses in its words', async (dialect, text) => {
    const server = await PretendServer.start({ dialect, limits: { maxSessions: 1 } });
    await server.dial();
    expect(await refusal(server)).toBe(text);
  });

  test('a plain echo server has no words: it closes, and sends nothing that could be taken for an echo', async () => {
    const server = await PretendServer.start({ mode: 'echo', limits: { maxSessions: 1 } });
    await server.dial();
    expect(await refusal(server)).toBe('');
  });

  test('a flood of connections is dropped without a word, so that saying no costs no memory', async () => {
    const server = await PretendServer.start({ limits: { maxSessions: 1 } });
    await server.measuring();
    const clients: RawClient[] = [];
    for (let i = 0; i < 200; i++) clients.push(await server.dial());
    await server.pass(0);
    const told = clients.filter(({ received }) => received === full(1));
    const dropped = clients.filter(({ received, closed }) => received === '' && closed);
    expect(told.length).toBeGreaterThan(0);
    expect(dropped.length).toBeGreaterThan(0);
    expect(told.length + dropped.length).toBe(200);
    await server.pass(LINGER_NS);
    expect(clients.every(({ closed }) => closed)).toBe(true);
    expect(await refusal(server)).toBe(full(1));
  });
});

describe('a full server', () => {
  const limits = { maxSessions: 4, idleNs: 60 * SECOND };

  test('makes room for a new client at the cost of the oldest that has not said what it wants', async () => {
    const server = await PretendServer.start({ limits });
    const silent = [];
    for (let i = 0; i < 4; i++) silent.push(await server.dial());
    expect(await refusal(server)).toBe(full(4));
    await server.pass(SECOND);
    const good = await server.measuring();
    good.send('m hello 1\n');
    await server.drive(good.whenReceived('m hello 1\n'));
    expect(silent.map(({ ended, closed }) => ended || closed)).toEqual([true, false, false, false]);
    expect(server.reasons).toEqual(['displaced']);
  });

  test('and of those who ask for echoes that they never read', async () => {
    const server = await PretendServer.start({ limits }, { sendBufferBytes: 4_000 });
    for (let i = 0; i < 4; i++) {
      const deaf = await server.measuring('s RTT 900 100 0\n');
      deaf.connection?.pause();
      for (let probe = 1; probe <= 20; probe++) deaf.send(`m ${'x'.repeat(900)} ${probe}\n`);
    }
    await server.pass(5 * SECOND);
    expect(await server.servesWell()).toBe(true);
    expect(server.reasons[0]).toBe('displaced');
  });

  test('takes nobody from those who measure', async () => {
    const server = await PretendServer.start({ limits });
    for (let i = 0; i < 4; i++) await server.measuring();
    await server.pass(10 * SECOND);
    expect(await refusal(server)).toBe(full(4));
    expect(server.ends).toEqual([]);
  });
});

describe('the limit on the payload of all sessions', () => {
  const limits = { maxTotalPayloadBytes: 1_000 };

  test('a setup that would pass it is refused, and the log says why', async () => {
    const server = await PretendServer.start({ limits });
    await server.measuring('s RTT 600 1 0\n');
    const [, answer] = await answerTo(server, 's RTT 401 1 0\n');
    expect(answer).toBe(BAD_SETUP);
    expect(server.ends[0]).toMatchObject({
      reason: 'invalid-setup',
      detail: expect.stringContaining('limit on the payload of all sessions'),
    });
    expect((await answerTo(server, 's RTT 400 1 0\n'))[1]).toBe(READY);
  });

  test('what a session had is given back when it ends, once, however it ends', async () => {
    const server = await PretendServer.start({ limits });
    for (let round = 0; round < 3; round++) {
      const [one, first] = await answerTo(server, 's RTT 1000 1 0\n');
      expect(first).toBe(READY);
      if (round === 0) one.send('t\n');
      else if (round === 1) one.connection?.destroy();
      else one.send('nonsense\n');
      await server.pass(LINGER_NS);
    }
    expect((await answerTo(server, 's RTT 1000 1 0\n'))[1]).toBe(READY);
    expect((await answerTo(server, 's RTT 1 1 0\n'))[1]).toBe(BAD_SETUP);
  });

  test('a setup that could mean two sizes reserves only the one that is meant, once it is known', async () => {
    const server = await PretendServer.start({ limits });
    // 900 probes of 10 bytes, or in another dialect 10 probes of 900 bytes: the first probe tells.
    const client = await server.measuring('s rtt 900 10 0\n');
    client.send('m 1 abcdefghij\n');
    await server.drive(client.whenReceived('m 1 abcdefghij\n'));
    expect((await answerTo(server, 's RTT 900 1 0\n'))[1]).toBe(READY);
  });
});
