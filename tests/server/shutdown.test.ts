/** How a server closes: nobody new, those in flight get their time, and no one can keep it from closing. */
import { describe, expect, test } from 'vitest';
import { startServer } from '../../src/server/server.ts';
import { CLOSING, MS, PretendServer, SECOND } from './pretend-server.ts';

/** Starts closing and notes when the server has closed, ns; undefined while it has not. */
function startClosing(server: PretendServer): { closing: Promise<void>; closedNs: () => number | undefined } {
  let closedNs: number | undefined;
  const closing = server.server.close().then(() => {
    closedNs = server.nowNs;
  });
  return { closing, closedNs: () => closedNs };
}

describe('closing a server', () => {
  test('without clients takes no time', async () => {
    const server = await PretendServer.start();
    await server.drive(server.server.close());
    expect(server.nowNs).toBe(0);
  });

  test('turns new clients away at once', async () => {
    const server = await PretendServer.start();
    await server.measuring();
    const { closing } = startClosing(server);
    await expect(server.dial()).rejects.toMatchObject({ code: 'network' });
    await server.drive(closing);
  });

  test('lets a session in flight come to its proper end, and no longer', async () => {
    const server = await PretendServer.start({ graceMs: 10_000 });
    const client = await server.measuring();
    const { closing, closedNs } = startClosing(server);
    await server.pass(3 * SECOND);
    client.send('m hello 1\n');
    await server.drive(client.whenReceived('m hello 1\n'));
    client.send('t\n');
    await server.drive(client.whenReceived(CLOSING));
    expect(closedNs()).toBeUndefined();
    client.end();
    await server.drive(closing);
    expect(closedNs()).toBe(3 * SECOND);
    expect(server.ends).toMatchObject([{ reason: 'terminated', echoed: 1 }]);
  });

  test('still sends the echo that is being held back', async () => {
    const server = await PretendServer.start({ graceMs: 10_000 });
    const client = await server.measuring('s RTT 5 1 2\n');
    client.send('m hello 1\nt\n').end();
    await server.pass(0);
    const { closing } = startClosing(server);
    await server.drive(client.until(({ closed }) => closed));
    expect(client.received).toBe(`m hello 1\n${CLOSING}`);
    await server.drive(closing);
    expect(server.nowNs).toBe(2 * SECOND);
  });

  test('cuts what is still in flight when the grace period is over, to the nanosecond', async () => {
    const server = await PretendServer.start({ graceMs: 500 });
    const client = await server.measuring();
    const { closing, closedNs } = startClosing(server);
    await server.pass(500 * MS - 1);
    expect(client.isOver).toBe(false);
    await server.drive(closing);
    expect(closedNs()).toBe(500 * MS);
    await server.pass(0);
    expect(client.isOver).toBe(true);
    expect(server.ends).toMatchObject([{ reason: 'shutdown', durationNs: 500 * MS }]);
  });

  test('does not wait for a client that has not set up anything', async () => {
    const server = await PretendServer.start();
    const client = await server.dial();
    client.send('s RTT 5');
    await server.pass(0);
    const { closing } = startClosing(server);
    await server.drive(closing);
    expect(server.nowNs).toBe(0);
    expect(server.reasons).toEqual(['shutdown']);
  });

  test('a client that drips bytes does not get more than the grace period', async () => {
    const server = await PretendServer.start({ graceMs: 2_000 });
    const client = await server.measuring();
    const { closing, closedNs } = startClosing(server);
    for (let sequence = 1; sequence <= 5; sequence++) {
      client.send(`m hello ${sequence}\n`);
      await server.pass(SECOND / 2);
    }
    await server.drive(closing);
    expect(closedNs()).toBe(2 * SECOND);
  });

  test('no grace is no grace', async () => {
    const server = await PretendServer.start({ graceMs: 0 });
    await server.measuring();
    await server.drive(server.server.close());
    expect(server.nowNs).toBe(0);
  });

  test('asked for twice, it happens once, and both hear of it', async () => {
    const server = await PretendServer.start({ graceMs: 100 });
    await server.measuring();
    await server.drive(Promise.all([server.server.close(), server.server.close()]));
    expect(server.reasons).toEqual(['shutdown']);
    await server.drive(server.server.close());
  });

  test('leaves no timer behind that would keep the process alive', async () => {
    const server = await PretendServer.start({ graceMs: 100 });
    const client = await server.measuring();
    await server.dial();
    await server.drive(server.server.close());
    client.connection?.close();
    const closedNs = server.nowNs;
    while (server.clock.step());
    expect(server.nowNs).toBe(closedNs);
  });

  test('a signal closes it like a call', async () => {
    const abort = new AbortController();
    const server = await PretendServer.start({ signal: abort.signal, graceMs: 100 });
    await server.measuring();
    abort.abort();
    await expect(server.dial()).rejects.toMatchObject({ code: 'network' });
    await server.drive(server.server.close());
    expect(server.nowNs).toBe(100 * MS);
  });

  test('a signal that was given before the start leaves nothing listening', async () => {
    const server = await PretendServer.start({ signal: AbortSignal.abort() });
    await expect(server.dial()).rejects.toMatchObject({ code: 'network' });
  });

  test('the end of a block with `await using` closes it', async () => {
    const server = await PretendServer.start();
    const { network, port } = server;
    await server.drive(Promise.resolve(server.server[Symbol.asyncDispose]()));
    const again = await startServer(network, { port });
    expect(again.endpoints[0]?.port).toBe(port);
    await again.close();
  });
});

describe('closing a plain echo server', () => {
  test('does not wait for a client that has sent nothing', async () => {
    const server = await PretendServer.start({ mode: 'echo' });
    await server.dial();
    await server.drive(server.server.close());
    expect(server.nowNs).toBe(0);
  });

  test('gives a client that is at it the grace period, since nobody knows what it still wants', async () => {
    const server = await PretendServer.start({ mode: 'echo', graceMs: 500 });
    const client = await server.dial();
    client.send('hello');
    await server.drive(client.whenReceived('hello'));
    const { closing, closedNs } = startClosing(server);
    await server.pass(100 * MS);
    client.send(' again');
    await server.drive(client.whenReceived('hello again'));
    await server.drive(closing);
    expect(closedNs()).toBe(500 * MS);
    expect(server.ends).toMatchObject([{ reason: 'shutdown', echoed: 11 }]);
  });
});
