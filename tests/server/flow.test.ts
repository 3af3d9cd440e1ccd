/** A server reads no more than it can send: a client that only sends costs one message, not the memory. */
import { describe, expect, test } from 'vitest';
import type { ServerEvent } from '../../src/server/events.ts';
import type { ServeOptions } from '../../src/server/plan.ts';
import { type EchoServer, startServer } from '../../src/server/server.ts';
import { BAD_PROBE, CLOSING, LINGER_NS, READY, SECOND } from './pretend-server.ts';
import { type RecordedConnection, RecordedNetwork } from './recorded-network.ts';

interface Scene {
  readonly network: RecordedNetwork;
  readonly server: EchoServer;
  readonly connection: RecordedConnection;
  readonly events: ServerEvent[];
}

async function connected(options: ServeOptions = {}): Promise<Scene> {
  const network = new RecordedNetwork();
  const events: ServerEvent[] = [];
  const onEvent = (event: ServerEvent): void => {
    events.push(event);
  };
  const server = await startServer(network, { onEvent, ...options });
  return { network, server, connection: network.connect(), events };
}

async function measuring(setup: string, options: ServeOptions = {}): Promise<Scene> {
  const scene = await connected(options);
  scene.connection.receive(setup);
  expect(scene.connection.done).toEqual([`write ${READY}`]);
  scene.connection.done.length = 0;
  return scene;
}

const limits = { idleNs: 60 * SECOND };

describe('holding an echo back', () => {
  test('reading is paused while an echo is held, and resumed when it is out', async () => {
    const { network, connection } = await measuring('s RTT 5 10 1\n');
    connection.receive('m hello 1\n');
    expect(connection.done).toEqual(['pause']);
    await network.pass(SECOND);
    expect(connection.done).toEqual(['pause', 'write m hello 1\n', 'resume']);
  });

  test('pipelined probes are held one by one, and reading stays paused until the last is out', async () => {
    const { network, connection } = await measuring('s RTT 5 10 1\n');
    connection.receive('m hello 1\nm hello 2\n');
    await network.pass(SECOND);
    expect(connection.done).toEqual(['pause', 'write m hello 1\n']);
    await network.pass(SECOND);
    expect(connection.done).toEqual(['pause', 'write m hello 1\n', 'write m hello 2\n', 'resume']);
  });

  test('a client that goes meanwhile leaves nothing behind', async () => {
    const { network, server, connection, events } = await measuring('s RTT 5 10 1\n');
    connection.receive('m hello 1\n');
    connection.gone(undefined);
    await network.pass(2 * SECOND);
    expect(connection.done).toEqual(['pause']);
    expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'connection-lost', echoed: 0 });
    await network.timekeeper.drive(server.close());
  });

  test('without a delay, reading is never paused', async () => {
    const { connection } = await measuring('s RTT 5 10 0\n');
    connection.receive('m hello 1\nm hello 2\nt\n');
    expect(connection.done).not.toContain('pause');
    expect(connection.done.slice(0, 2)).toEqual(['write m hello 1\nm hello 2\n', `write ${CLOSING}`]);
  });
});

describe('a client that sends and does not read', () => {
  test('is not read any more as soon as an echo had to be queued', async () => {
    const { connection } = await measuring('s RTT 5 10 0\n');
    connection.stuck = true;
    connection.receive('m hello 1\n');
    expect(connection.done).toEqual(['write m hello 1\n', 'pause']);
  });

  test('goes on as soon as it reads', async () => {
    const { connection } = await measuring('s RTT 5 10 0\n');
    connection.stuck = true;
    connection.receive('m hello 1\n');
    connection.drain();
    connection.receive('m hello 2\n');
    expect(connection.done).toEqual(['write m hello 1\n', 'pause', 'resume', 'write m hello 2\n']);
  });

  test('stays paused while an echo is held, even when the queue drains', async () => {
    const { network, connection } = await measuring('s RTT 5 10 1\n');
    connection.stuck = true;
    connection.receive('m hello 1\nm hello 2\n');
    await network.pass(SECOND);
    expect(connection.done).toEqual(['pause', 'write m hello 1\n']);
    connection.drain();
    expect(connection.paused).toBe(true);
    await network.pass(SECOND);
    expect(connection.paused).toBe(false);
  });

  test('is ended when it has been stuck as long as it may be idle, and dropped soon after', async () => {
    const { network, server, connection, events } = await measuring('s RTT 5 10 0\n', { limits });
    connection.stuck = true;
    connection.receive('m hello 1\n');
    await network.pass(60 * SECOND - 1);
    expect(connection.done).toEqual(['write m hello 1\n', 'pause']);
    await network.pass(1);
    expect(connection.done.slice(2)).toEqual([`write ${BAD_PROBE}`, 'resume', 'end']);
    expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'idle-timeout', echoed: 1 });
    await network.pass(LINGER_NS);
    expect(connection.done.at(-1)).toBe('destroy');
    expect(connection.isGone).toBe(true);
    await network.timekeeper.drive(server.close());
  });

  test('has its full time for the next message once it has read the last echo', async () => {
    const { network, connection, events } = await measuring('s RTT 5 10 0\n', { limits });
    connection.stuck = true;
    connection.receive('m hello 1\n');
    await network.pass(50 * SECOND);
    connection.drain();
    await network.pass(59 * SECOND);
    connection.receive('m hello 2\n');
    expect(connection.done.at(-1)).toBe('write m hello 2\n');
    expect(events.some(({ kind }) => kind === 'end')).toBe(false);
  });

  test.each<[ServeOptions, readonly string[]]>([
    [{}, ['s RTT 5 10 0\n', 'm hello 1\n']],
    [{ mode: 'echo' }, ['hello']],
  ])(
    'gives up its place in a full server after two seconds: %o',
    async (options, [first = '', ...others]) => {
      const all = { ...options, limits: { maxSessions: 1 } };
      const { network, connection, events } = await connected(all);
      connection.stuck = others.length === 0;
      connection.receive(first);
      connection.stuck = true;
      for (const text of others) connection.receive(text);
      await network.pass(2 * SECOND - 1);
      network.connect('192.0.2.99');
      expect(connection.isGone).toBe(false);
      await network.pass(1);
      network.connect('192.0.2.99');
      expect(events.find(({ kind }) => kind === 'end')).toMatchObject({ reason: 'displaced' });
      expect(connection.isGone).toBe(true);
    },
  );

  test('in plain echo is paused, resumed and finally dropped as well', async () => {
    const { network, connection, events } = await connected({ mode: 'echo', limits });
    connection.stuck = true;
    connection.receive('one');
    expect(connection.done).toEqual(['write one', 'pause']);
    connection.drain();
    connection.stuck = true;
    connection.receive('two');
    expect(connection.done.slice(2)).toEqual(['resume', 'write two', 'pause']);
    await network.pass(60 * SECOND);
    expect(connection.done.at(-1)).toBe('destroy');
    expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'idle-timeout', echoed: 6 });
  });

  test('cannot keep a server from closing: after the grace period it is dropped', async () => {
    const { network, server, connection } = await measuring('s RTT 5 10 0\n', { graceMs: 500 });
    connection.stuck = true;
    connection.receive('m hello 1\n');
    const closing = server.close();
    await network.pass(0.5 * SECOND + LINGER_NS);
    expect(connection.isGone).toBe(true);
    await network.timekeeper.drive(closing);
  });

  test('cannot keep a plain echo server from closing either', async () => {
    const { network, server, connection } = await connected({ mode: 'echo', graceMs: 500 });
    connection.stuck = true;
    connection.receive('one');
    const closing = server.close();
    await network.pass(0.5 * SECOND + LINGER_NS);
    expect(connection.isGone).toBe(true);
    await network.timekeeper.drive(closing);
  });
});

describe('an answer that is still queued', () => {
  test('is not thrown away two seconds after the client’s FIN', async () => {
    // A slow path: the echo of a large message is longer under way than the server lingers.
    const { network, connection } = await measuring('s RTT 5 1 0\n', { limits });
    connection.stuck = true;
    connection.receive('m hello 1\n');
    connection.finish();
    await network.pass(LINGER_NS + SECOND);
    expect(connection.done).not.toContain('destroy');
  });
});
