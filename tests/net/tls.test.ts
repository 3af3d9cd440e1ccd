/** Sessions over TLS keep the contract of all others, and a client that is lied to says by what. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import type { TlsOptions } from '../../src/facts/tls.ts';
import type { Connection } from '../../src/net/connection.ts';
import type { Listener } from '../../src/net/listener.ts';
import { nodeEngine } from '../../src/net/node/engine.ts';
import { nodeListener } from '../../src/net/node/listener.ts';
import { tlsListener } from '../../src/net/node/tls-listener.ts';
import type { ServerEvent } from '../../src/server/events.ts';
import { type EchoServer, startServer } from '../../src/server/server.ts';
import { WORK_NS, waitForOther } from './busy-loop.ts';
import { makeCa, makeIdentity, type TestIdentity } from './certificates.ts';
import { compliance } from './compliance.ts';
import { makePlan, makeSamples, NO_BUDGET_NS, targetOf, type World } from './world.ts';

const HOST = '127.0.0.1';
const DAY_MS = 86_400_000;
const ca = makeCa('a CA of a test');
const identity = makeIdentity(ca);
const TRUSTED: TlsOptions = { ca: ca.certificate };

compliance({
  name: 'node',
  makeWorld(): World {
    const listeners: Listener[] = [];
    const connections: Connection[] = [];
    const network = tlsListener(identity);
    return {
      engine: {
        ...nodeEngine,
        open: (target, plan, options) =>
          nodeEngine.open(target, { ...plan, socket: { ...plan.socket, tls: TRUSTED } }, options),
        openLane() {
          return this;
        },
      },
      network: {
        ...network,
        async listen(options, accept) {
          const listener = await network.listen(options, (connection) => {
            connections.push(connection);
            return accept(connection);
          });
          listeners.push(listener);
          return listener;
        },
      },
      drive: (promise) => promise,
      close() {
        for (const listener of listeners) listener.close();
        for (const connection of connections) connection.destroy();
      },
    };
  },
});

const servers: EchoServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

interface Served {
  readonly server: EchoServer;
  readonly port: number;
  readonly events: ServerEvent[];
  /** How its next session ends. */
  ended(): Promise<Extract<ServerEvent, { kind: 'end' }>>;
}

async function serveTls(shown: TestIdentity = identity, firstMessageNs = 5e9): Promise<Served> {
  const events: ServerEvent[] = [];
  const ended = Promise.withResolvers<Extract<ServerEvent, { kind: 'end' }>>();
  const server = await startServer(tlsListener(shown), {
    host: HOST,
    port: 0,
    graceMs: 0,
    limits: { firstMessageNs },
    onEvent: (event) => {
      events.push(event);
      if (event.kind === 'end') ended.resolve(event);
    },
  });
  servers.push(server);
  return { server, port: server.endpoints[0]!.port, events, ended: () => ended.promise };
}

async function openTls(port: number, tls: TlsOptions, timeoutMs = 5_000) {
  const plan = { ...makePlan('size-first', { timeoutMs }), socket: { tls } };
  return await nodeEngine.open(targetOf(port), plan, { epochNs: 0n });
}

async function refusal(port: number, tls: TlsOptions, timeoutMs?: number) {
  const error = await openTls(port, tls, timeoutMs).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'EcholotError', phase: 'connect' });
  return error as { code: string; message: string; advice: string };
}

/** A client that knows nothing of TLS, until it is closed. */
function plainly(port: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST, () => socket.write(bytes));
    socket.resume();
    socket.on('error', () => {});
    socket.on('close', () => resolve());
  });
}

describe('a session over TLS', () => {
  test('its facts tell version, cipher and the time of the handshake, apart from that of TCP', async () => {
    const { port } = await serveTls();
    const session = await openTls(port, TRUSTED);
    const { tls, connectNs } = session.facts;
    expect(tls).toMatchObject({ version: 'TLSv1.3', cipher: expect.stringMatching(/^TLS_/) });
    expect(tls?.handshakeNs).toBeGreaterThan(0);
    expect(connectNs).toBeGreaterThan(0);
    const samples = makeSamples();
    await session.runBatch({ probes: 20, budgetNs: NO_BUDGET_NS }, samples);
    expect(samples.count).toBe(20);
    expect(await session.close()).toBe('answered');
  });

  test('an echo of many records comes back whole', async () => {
    const { port } = await serveTls();
    const payloadBytes = 300_000;
    const plan = { ...makePlan('size-first', { payloadBytes, probes: 3 }), socket: { tls: TRUSTED } };
    const session = await nodeEngine.open(targetOf(port), plan, { epochNs: 0n });
    await session.runBatch({ probes: 3, budgetNs: NO_BUDGET_NS }, makeSamples(3));
    expect(await session.close()).toBe('answered');
  });

  test('a new certificate is shown to those who come later, and a broken one to nobody', async () => {
    const network = tlsListener(identity);
    const server = await startServer(network, { host: HOST, port: 0, graceMs: 0 });
    servers.push(server);
    const port = server.endpoints[0]!.port;
    const before = await openTls(port, TRUSTED);
    const other = makeCa('another CA');
    const next = makeIdentity(other);
    expect(() => network.renew({ ...next, key: identity.key })).toThrow(
      'the key is not that of the certificate',
    );
    expect(() => network.renew({ certificate: 'nothing', key: next.key })).toThrow('cannot be used');
    await (await openTls(port, TRUSTED)).close();
    network.renew(next);
    await (await openTls(port, { ca: other.certificate })).close();
    // Who came before goes on.
    await before.runBatch({ probes: 5, budgetNs: NO_BUDGET_NS }, makeSamples());
    expect(await before.close()).toBe('answered');
  });
});

describe('a certificate that does not hold is refused, with the reason', () => {
  test.each<[string, TestIdentity, TlsOptions, string, string]>([
    ['self-signed', makeIdentity(undefined), {}, 'self-signed', '--tls-ca'],
    ['of an unknown CA', identity, {}, 'comes from a CA that is not known here', '--tls-ca'],
    [
      'for another name',
      identity,
      { ...TRUSTED, name: 'other.example' },
      'is for localhost, 127.0.0.1, not for other.example',
      '--tls-name',
    ],
    [
      'expired',
      makeIdentity(ca, { fromMs: Date.now() - 2 * DAY_MS, toMs: Date.now() - DAY_MS }),
      TRUSTED,
      'has expired',
      'renew it',
    ],
    [
      'not valid yet',
      makeIdentity(ca, { fromMs: Date.now() + DAY_MS, toMs: Date.now() + 2 * DAY_MS }),
      TRUSTED,
      'not valid yet',
      'clock',
    ],
  ])('%s', async (_, shown, tls, reason, advice) => {
    const { port } = await serveTls(shown);
    const error = await refusal(port, tls);
    expect(error).toMatchObject({ code: 'peer', message: expect.stringContaining(reason) });
    expect(error.advice).toContain(advice);
  });

  test('whatever the environment says of checking', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const { port } = await serveTls(makeIdentity(undefined));
      expect((await refusal(port, {})).message).toContain('self-signed');
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });

  test('a name that is no certificate of ours cannot write to the terminal', async () => {
    const { port } = await serveTls(makeIdentity(ca, { names: ['\u001b[31m.example'], addresses: [] }));
    expect((await refusal(port, TRUSTED)).message).not.toContain('\u001b');
  });
});

describe('one end speaks TLS, and the other does not', () => {
  test('a client of TLS at a plain port is told so, and so is the log', async () => {
    const ended = Promise.withResolvers<ServerEvent>();
    const server = await startServer(nodeListener, {
      host: HOST,
      port: 0,
      onEvent: (event) => {
        if (event.kind === 'end') ended.resolve(event);
      },
    });
    servers.push(server);
    const error = await refusal(server.endpoints[0]!.port, TRUSTED);
    expect(error.message).toContain('does not speak TLS');
    expect(error.advice).toContain('leave out --tls');
    expect(await ended.promise).toMatchObject({
      reason: 'invalid-setup',
      detail: 'a client spoke TLS to the plain port',
    });
  });

  test('a plain client at the port of TLS is told so, and so is the log', async () => {
    const { port, ended } = await serveTls();
    const opening = nodeEngine.open(targetOf(port), makePlan('size-first'), { epochNs: 0n });
    await expect(opening).rejects.toMatchObject({
      message: 'this is a server that speaks TLS, and no echo server',
      advice: expect.stringContaining('--tls'),
    });
    expect((await ended()).detail).toContain('a client spoke no TLS to the port of TLS');
  });

  test.each([
    ['a record that is none', Uint8Array.of(0x16, 3, 1, 0, 5, 9, 9, 9, 9, 9)],
    ['a record longer than any', Uint8Array.of(0x16, 3, 1, 0xff, 0xff, 1, 0, 0, 0)],
    ['a request of the web', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['noise', Buffer.alloc(5_000, 0xa5)],
  ])('garbage ends at once, and the server serves on: %s', async (_, bytes) => {
    const { port, ended, server } = await serveTls();
    await plainly(port, bytes);
    expect((await ended()).reason).toBe('invalid-setup');
    expect(server.status().sessionsEnded['invalid-setup']).toBe(1);
    await (await openTls(port, TRUSTED)).close();
  });

  test('a client that never ends its handshake is cut like one that says nothing', async () => {
    const { port, ended, server } = await serveTls(identity, 100_000_000);
    await plainly(port, Uint8Array.of(0x16, 3, 1));
    expect((await ended()).reason).toBe('first-message-timeout');
    expect(server.status().sessions).toBe(0);
  });

  test('a server that never answers the handshake ends in time', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, HOST, resolve));
    const { port } = silent.address() as { port: number };
    const error = await refusal(port, TRUSTED, 200);
    silent.close();
    expect(error).toMatchObject({ code: 'timeout' });
    expect(error.message).toContain('no TLS handshake within 200 ms');
  });
});

test('the second of two clients is told how long the loop worked for the first', async () => {
  const waitedNs = await waitForOther(tlsListener(identity), async (port) => {
    const socket = connectTls({ port, host: HOST, ca: ca.certificate });
    await once(socket, 'secureConnect');
    return socket;
  });
  expect(waitedNs).toBeGreaterThanOrEqual(WORK_NS);
});
