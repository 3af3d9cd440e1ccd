/** The server on real sockets: what a pretend network cannot know about kernels, ports and names. */
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/net/connection.ts';
import type { ListenerNetwork } from '../../src/net/listener.ts';
import { nodeDialer } from '../../src/net/node/dialer.ts';
import { nodeEngine } from '../../src/net/node/engine.ts';
import { nodeListener } from '../../src/net/node/listener.ts';
import type { ServerEvent } from '../../src/server/events.ts';
import type { ServeOptions } from '../../src/server/plan.ts';
import { type EchoServer, startServer } from '../../src/server/server.ts';
import { RawClient } from '../net/raw-client.ts';
import { makePlan, makeSamples, NO_BUDGET_NS } from '../net/world.ts';
import { BAD_SETUP, full, READY } from './pretend-server.ts';

const hasIpv6Loopback = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);
const servers: EchoServer[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

class Log {
  readonly events: ServerEvent[] = [];
  private readonly waiting = new Set<() => void>();

  readonly take = (event: ServerEvent): void => {
    this.events.push(event);
    for (const look of this.waiting) look();
  };

  /** Settles when so many sessions have ended. @returns the reasons, in the order of their ends */
  async ended(count: number): Promise<string[]> {
    await this.told('end', count);
    return this.events.flatMap((event) => (event.kind === 'end' ? [event.reason] : []));
  }

  told(kind: ServerEvent['kind'], count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.events.filter((event) => event.kind === kind).length >= count) resolve();
      };
      this.waiting.add(look);
      look();
    });
  }
}

async function start(
  options: ServeOptions = {},
  network: ListenerNetwork = nodeListener,
): Promise<{ port: number; server: EchoServer; log: Log }> {
  const log = new Log();
  const server = await startServer(network, {
    host: '127.0.0.1',
    port: 0,
    graceMs: 100,
    onEvent: log.take,
    ...options,
  });
  servers.push(server);
  return { server, port: server.endpoints[0]!.port, log };
}

async function measure(port: number, host = '127.0.0.1', probes = 20): Promise<number> {
  const session = await nodeEngine.open(
    { host, port, family: undefined },
    makePlan('size-first', { payloadBytes: 100, probes }),
    { epochNs: nodeDialer.timekeeper.nowNs() },
  );
  const samples = makeSamples(probes);
  await session.runBatch({ probes, budgetNs: NO_BUDGET_NS }, samples);
  expect(await session.close()).toBe('answered');
  return samples.count;
}

/** A client that can be as abrupt as the kernel allows. */
function socketTo(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => resolve(socket));
    socket.on('error', reject);
    sockets.push(socket);
  });
}

function heard(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve) => {
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (received.includes(text)) resolve();
    });
  });
}

describe('many clients', () => {
  test('fifty at once are all measured to the end', async () => {
    const { port, log } = await start();
    const counts = await Promise.all(Array.from({ length: 50 }, () => measure(port)));
    expect(counts).toEqual(Array.from({ length: 50 }, () => 20));
    const reasons = await log.ended(50);
    expect(new Set(reasons)).toEqual(new Set(['terminated']));
  });

  test('a client too many gets its refusal whole, though it is still sending a lot', async () => {
    const { port } = await start({ limits: { maxSessions: 1 } });
    await RawClient.dial(nodeDialer, port);
    const client = await RawClient.dial(nodeDialer, port);
    client.send('x'.repeat(8 * 1024 * 1024));
    await client.until(({ ended }) => ended);
    expect(client).toMatchObject({ received: full(1), error: undefined });
  });

  test('a client whose message is refused in the middle gets the refusal whole', async () => {
    const { port } = await start();
    const client = await RawClient.dial(nodeDialer, port);
    client.send('x'.repeat(8 * 1024 * 1024));
    await client.until(({ ended }) => ended);
    expect(client).toMatchObject({ received: BAD_SETUP, error: undefined });
  });
});

describe('where it listens', () => {
  test.skipIf(!hasIpv6Loopback)('localhost is both loopback addresses, on the same free port', async () => {
    const { server, port } = await start({ host: 'localhost' });
    expect(server.endpoints).toEqual([
      { address: '127.0.0.1', port, family: 4 },
      { address: '::1', port, family: 6 },
    ]);
    expect(await measure(port, '127.0.0.1')).toBe(20);
    expect(await measure(port, '::1')).toBe(20);
    expect(await measure(port, 'localhost')).toBe(20);
  });

  test('a port that is in use is a network error that says what to do', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining(`127.0.0.1:${port}: the port is taken`),
      advice: expect.stringContaining('--port'),
    });
    expect(await measure(port)).toBe(20);
  });

  test.skipIf(!hasIpv6Loopback)(
    'a port in use in one family leaves nothing listening in the other',
    async () => {
      const { port } = await start({ host: '::1' });
      await expect(start({ host: 'localhost', port })).rejects.toMatchObject({ code: 'network' });
      await expect(measure(port, '127.0.0.1')).rejects.toMatchObject({ code: 'network', phase: 'connect' });
    },
  );

  test('an address of another machine is a network error that says what to do', async () => {
    await expect(start({ host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'network',
      advice: expect.stringContaining('--host'),
    });
  });

  test('a port can be had again as soon as its server has closed', async () => {
    const { port, server } = await start();
    expect(await measure(port)).toBe(20);
    await server.close();
    const again = await start({ port });
    expect(again.port).toBe(port);
    expect(await measure(port)).toBe(20);
  });
});

describe('abrupt clients', () => {
  const moments: [when: string, send: string, hear: string][] = [
    ['before it has said anything', '', ''],
    ['in the middle of its setup', 's RTT', ''],
    ['after its setup', 's RTT 5 10 0\n', READY],
    ['in the middle of a probe', 's RTT 5 10 0\nm hel', READY],
    ['while its echo is held back', 's RTT 5 10 0.02\nm hello 1\n', READY],
  ];

  test.each(moments)('a reset %s leaves the server serving', async (_when, send, hear) => {
    const { port, log } = await start();
    const socket = await socketTo(port);
    // A reset that overtakes the accept is no session at all.
    await log.told('connected', 1);
    if (hear !== '') {
      const whenHeard = heard(socket, hear);
      socket.write(send);
      await whenHeard;
    } else if (send !== '') socket.write(send);
    socket.resetAndDestroy();
    const reasons = await log.ended(1);
    expect(reasons).toEqual(['connection-lost']);
    expect(await measure(port)).toBe(20);
  });

  test('a client that sends without reading does not keep the server from closing', async () => {
    let stuck: (() => void) | undefined;
    const whenStuck = new Promise<void>((resolve) => {
      stuck = resolve;
    });
    const { port, server } = await start(
      { graceMs: 1 },
      watchingWrites(() => stuck?.()),
    );
    const socket = await socketTo(port);
    socket.pause();
    socket.write(`s RTT 4000000 10 0\n`);
    for (let sequence = 1; sequence <= 10; sequence++) {
      socket.write(`m ${'x'.repeat(4_000_000)} ${sequence}\n`);
    }
    await whenStuck;
    // The grace period, and what a last word takes at most.
    const closed = await Promise.race([server.close().then(() => true), after(2_900).then(() => false)]);
    expect(closed).toBe(true);
  });

  test('a client that half-closes still gets the echo of what it had sent', async () => {
    const { port } = await start();
    const client = await RawClient.dial(nodeDialer, port);
    client.send('s RTT 1000000 1 0\n');
    await client.whenReceived(READY);
    client.received = '';
    client.send(`m ${'x'.repeat(1_000_000)} 1\n`).end();
    await client.until(({ ended }) => ended);
    expect(client.received).toHaveLength(1_000_005);
  });
});

/** The node listener, telling when a write had to be queued because the peer does not read. */
function watchingWrites(queued: () => void): ListenerNetwork {
  const watch = (connection: Connection): Connection => ({
    ...connection,
    write(bytes) {
      const sent = connection.write(bytes);
      if (!sent) queued();
      return sent;
    },
  });
  return {
    ...nodeListener,
    listen: (options, accept) => nodeListener.listen(options, (connection) => accept(watch(connection))),
  };
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
