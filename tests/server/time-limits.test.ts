/** Clients that take their time: each is ended at its limit, and none holds up another. */
import { describe, expect, test } from 'vitest';
import type { RawClient } from '../net/raw-client.ts';
import { BAD_PROBE, BAD_SETUP, LINGER_NS, MS, PretendServer, READY, SECOND } from './pretend-server.ts';

const LIMITS = { firstMessageNs: 10 * SECOND, idleNs: 60 * SECOND };

/** Sends a byte a second until the server has had enough. @returns when that was, ns after the start. */
async function drip(server: PretendServer, client: RawClient, text: string): Promise<number> {
  const startNs = server.nowNs;
  let enoughNs = Number.NaN;
  const enough = client
    .until(({ isOver }) => isOver)
    .then(() => {
      enoughNs = server.nowNs;
    });
  for (const byte of text) {
    if (!Number.isNaN(enoughNs)) break;
    client.send(byte);
    await server.pass(SECOND);
  }
  await server.drive(enough);
  return enoughNs - startNs;
}

describe('the first message', () => {
  test('a client that connects and says nothing is ended when the limit has passed', async () => {
    const server = await PretendServer.start({ limits: LIMITS });
    const client = await server.dial();
    await server.pass(10 * SECOND - 1);
    expect(client.isOver).toBe(false);
    await server.pass(1);
    expect(client).toMatchObject({ received: BAD_SETUP, ended: true });
    expect(server.ends[0]).toMatchObject({ reason: 'first-message-timeout', durationNs: 10 * SECOND });
  });

  test('a client that does not even hear that is dropped a little later', async () => {
    const server = await PretendServer.start({ limits: LIMITS });
    const client = await server.dial();
    await server.pass(10 * SECOND + LINGER_NS);
    expect(client.closed).toBe(true);
    expect(server.ends).toHaveLength(1);
  });

  test('one byte a second does not keep a connection open', async () => {
    const server = await PretendServer.start({ limits: LIMITS });
    const client = await server.dial();
    expect(await drip(server, client, 's RTT 100 10 0.000000000000')).toBe(10 * SECOND);
    expect(server.reasons).toEqual(['first-message-timeout']);
  });

  test('a setup in single bytes within the limit is a setup', async () => {
    const server = await PretendServer.start({ limits: LIMITS });
    const client = await server.dial();
    for (const byte of 's RTT 5 10 0\n') {
      client.send(byte);
      await server.pass(0.5 * SECOND);
    }
    expect(client.received).toBe(READY);
  });
});

describe('idling', () => {
  test('a client that falls silent between two probes is ended when the limit has passed', async () => {
    const server = await PretendServer.start({ limits: LIMITS });
    const client = await server.measuring();
    await server.pass(59 * SECOND);
    client.send('m hello 1\n');
    await server.pass(60 * SECOND - 1);
    expect(client).toMatchObject({ received: 'm hello 1\n', ended: false });
    await server.pass(1);
    expect(client).toMatchObject({ received: `m hello 1\n${BAD_PROBE}`, ended: true });
    expect(server.ends[0]).toMatchObject({ reason: 'idle-timeout', echoed: 1 });
  });

  test('a probe that comes one byte a second is not waited for beyond the limit', async () => {
    const server = await PretendServer.start({ limits: LIMITS });
    const client = await server.measuring('s RTT 1000 1 0\n');
    expect(await drip(server, client, `m ${'x'.repeat(1_000)} 1\n`)).toBe(60 * SECOND);
    expect(server.ends[0]).toMatchObject({ reason: 'idle-timeout', echoed: 0 });
  });

  test('a busy client is never ended, however long it measures', async () => {
    const server = await PretendServer.start({ limits: LIMITS });
    const client = await server.measuring('s RTT 5 10 0\n');
    for (let sequence = 1; sequence <= 10; sequence++) {
      await server.pass(59 * SECOND);
      client.send(`m hello ${sequence}\n`);
    }
    await server.pass(SECOND);
    expect(client.received).toHaveLength(9 * 10 + 11);
    expect(server.ends).toEqual([]);
  });

  test('the time an echo is held back is the server’s, not the client’s', async () => {
    const server = await PretendServer.start({ limits: { ...LIMITS, idleNs: SECOND } });
    const client = await server.measuring('s RTT 5 10 5\n');
    client.send('m hello 1\n');
    await server.pass(5 * SECOND);
    expect(client.received).toBe('m hello 1\n');
    await server.pass(SECOND - 1);
    expect(server.ends).toEqual([]);
    await server.pass(1);
    expect(server.reasons).toEqual(['idle-timeout']);
  });
});

describe('delays', () => {
  test('an echo comes when its delay has passed, to the nanosecond', async () => {
    const server = await PretendServer.start();
    const client = await server.measuring('s RTT 5 10 0.25\n');
    client.send('m hello 1\n');
    await server.pass(250 * MS - 1);
    expect(client.received).toBe('');
    await server.pass(1);
    expect(client.received).toBe('m hello 1\n');
  });

  test('the delay of one client does not hold up another', async () => {
    const server = await PretendServer.start({}, { latencyNs: MS });
    const slow = await server.measuring('s RTT 5 10 5\n');
    const quick = await server.measuring('s RTT 5 10 0\n');
    slow.send('m hello 1\n');
    const startNs = server.nowNs;
    for (let sequence = 1; sequence <= 10; sequence++) {
      quick.send(`m hello ${sequence}\n`);
      await server.drive(quick.whenReceived(`m hello ${sequence}\n`));
    }
    expect(server.nowNs - startNs).toBe(10 * 2 * MS);
    await server.drive(slow.whenReceived('m hello 1\n'));
    expect(server.nowNs - startNs).toBe(5 * SECOND + 2 * MS);
  });

  test('delays of many clients run side by side, not one after the other', async () => {
    const server = await PretendServer.start();
    const clients = await Promise.all([1, 2, 3, 4, 5].map(() => server.measuring('s RTT 5 10 1\n')));
    const startNs = server.nowNs;
    for (const client of clients) client.send('m hello 1\n');
    await server.drive(Promise.all(clients.map((client) => client.whenReceived('m hello 1\n'))));
    expect(server.nowNs - startNs).toBe(SECOND);
  });

  test('probes that come at once with a delay are echoed one delay after the other', async () => {
    const server = await PretendServer.start();
    const client = await server.measuring('s RTT 5 10 1\n');
    const startNs = server.nowNs;
    client.send('m hello 1\nm hello 2\nm hello 3\nt\n');
    const times: number[] = [];
    for (const sequence of [1, 2, 3]) {
      await server.drive(client.whenReceived(`m hello ${sequence}\n`));
      times.push(server.nowNs - startNs);
    }
    expect(times).toEqual([SECOND, 2 * SECOND, 3 * SECOND]);
    await server.drive(client.until(({ ended }) => ended));
    expect(client.received).toMatch(/hello 3\n200 OK: Closing Connection\n$/);
    expect(server.ends[0]).toMatchObject({ reason: 'terminated', echoed: 3 });
  });

  test('a delay over the limit is refused at setup', async () => {
    const server = await PretendServer.start({ limits: { maxDelayNs: SECOND } });
    const client = await server.dial();
    client.send('s RTT 5 10 1.000000001\n');
    await server.drive(client.until(({ ended }) => ended));
    expect(client.received).toBe(BAD_SETUP);
  });
});

describe('the whole session', () => {
  const WHOLE = { ...LIMITS, maxSessionNs: 90 * SECOND };

  test('a client that goes on measuring for ever gives its place back', async () => {
    const server = await PretendServer.start({ limits: WHOLE });
    const client = await server.measuring();
    const startNs = server.nowNs;
    let enoughNs = Number.NaN;
    void client
      .until(({ isOver }) => isOver)
      .then(() => {
        enoughNs = server.nowNs;
      });
    for (let probe = 1; Number.isNaN(enoughNs) && probe <= 10; probe++) {
      client.send(`m hello ${probe}\n`);
      await server.pass(30 * SECOND);
    }
    expect(enoughNs - startNs).toBeLessThanOrEqual(90 * SECOND);
    expect(server.reasons).toEqual(['session-timeout']);
  });

  test('and so does one of plain echo', async () => {
    const server = await PretendServer.start({ limits: WHOLE, mode: 'echo' });
    const client = await server.dial();
    for (let i = 0; i < 5; i++) {
      client.send('hello');
      await server.pass(29 * SECOND);
    }
    expect(client.isOver).toBe(true);
    expect(server.reasons).toEqual(['session-timeout']);
  });

  test('one that ends before is not heard of again', async () => {
    const server = await PretendServer.start({ limits: WHOLE });
    const client = await server.measuring();
    client.send('t\n').end();
    await server.pass(200 * SECOND);
    expect(server.reasons).toEqual(['terminated']);
  });
});
