/**
 * A name with several addresses, on real sockets and in every engine: one that refuses and one that is silent come
 * before the one that serves, and each costs what it must and no more.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Address } from '../../src/facts/connection.ts';
import type { DialOutcome, Target } from '../../src/net/dialer.ts';
import type { Engine, SessionPlan } from '../../src/net/engine.ts';
import type { Handshaker } from '../../src/net/handshaker.ts';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { createNativeEngine } from '../../src/net/native/client/engine.ts';
import { createNativeHandshaker } from '../../src/net/native/client/handshaker.ts';
import { Descriptors } from '../../src/net/native/kernel/descriptors.ts';
import { type Libc, loadLibc } from '../../src/net/native/kernel/libc.ts';
import { encodeAddress } from '../../src/net/native/kernel/sockaddr.ts';
import { NativeSocket } from '../../src/net/native/kernel/socket.ts';
import { nodeEngine } from '../../src/net/node/engine.ts';
import { createNodeHandshaker } from '../../src/net/node/handshaker.ts';
import { makeSamples, NO_BUDGET_NS } from './world.ts';

const NS_PER_S = 1_000_000_000;
/** Any address of 127/8 is this host's, on Linux. */
const SERVING = ipv4('127.0.0.1');
const REFUSING = ipv4('127.0.0.9');
const SILENT = ipv4('127.0.0.10');
const PLAN: SessionPlan = {
  protocol: 'plain',
  setup: { measurement: 'rtt', payloadBytes: 10, probes: 2, delay: { delayNs: 0, unit: 'seconds' } },
  timeoutNs: 5 * NS_PER_S,
};

function ipv4(address: string): Address {
  return { address, family: 4 };
}

/** How many connections the server has seen. */
let accepted = 0;
let server: Server;
const descriptors = new Descriptors();
const { libc } = loadLibc();
let port = 0;

beforeAll(async () => {
  server = createServer((socket) => {
    accepted++;
    socket.on('error', () => {});
    socket.pipe(socket);
  }).listen(0, SERVING.address);
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  if (libc !== undefined) fillQueue(libc);
});

afterAll(() => {
  server.close();
  if (libc !== undefined) descriptors.closeAll(libc);
});

function target(...addresses: readonly Address[]): Target {
  return { host: 'mix', port, family: undefined, addresses };
}

const native = nativeUnavailable();
const engines: [string, () => Engine, () => Handshaker][] = [
  ['node', () => nodeEngine, createNodeHandshaker],
  ...(native === undefined
    ? [['native', createNativeEngine, createNativeHandshaker] as [string, () => Engine, () => Handshaker]]
    : []),
];

describe.skipIf(process.platform !== 'linux').each(engines)('%s', (_, createEngine, createHandshaker) => {
  test('the address that serves is found behind one that refuses, with the one connection that is used', async () => {
    const engine = createEngine();
    const before = accepted;
    const outcomes: DialOutcome[] = [];
    const session = await engine.open(target(REFUSING, SERVING), PLAN, {
      epochNs: process.hrtime.bigint(),
      onDialed: (outcome) => outcomes.push(outcome),
    });
    const samples = makeSamples(2);
    await session.runBatch({ probes: 2, budgetNs: NO_BUDGET_NS }, samples);
    await session.close();
    await engine.close?.();
    expect(session.facts.remote).toEqual({ ...SERVING, port });
    expect(samples.count).toBe(2);
    expect(accepted - before).toBe(1);
    expect(outcomes).toMatchObject([
      {
        addresses: [REFUSING, SERVING],
        chosen: SERVING,
        failures: [{ address: REFUSING, error: { code: 'network' } }],
      },
    ]);
  });

  test('all that failed are told when none serves', async () => {
    const handshaker = createHandshaker();
    const outcomes: DialOutcome[] = [];
    const handshake = handshaker.handshake(target(REFUSING, ipv4('127.0.0.11')), {
      timeoutNs: NS_PER_S,
      signal: undefined,
      onDialed: (outcome) => outcomes.push(outcome),
    });
    await expect(handshake).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(/^mix:\d+ \(127\.0\.0\.9, 127\.0\.0\.11\): connection refused/),
    });
    await handshaker.close();
    expect(outcomes).toMatchObject([{ chosen: undefined, failures: [{}, {}] }]);
  });

  test.each([
    ['255.255.255.255', true],
    [REFUSING.address, false],
  ])(
    'whether %s was sent anything is told: a cause in this machine is no loss of a path',
    async (address, nothingSent) => {
      const handshaker = createHandshaker();
      for (const others of [[], [ipv4(address)]]) {
        const handshake = handshaker.handshake(target(ipv4(address), ...others), {
          timeoutNs: NS_PER_S,
          signal: undefined,
        });
        await expect(handshake).rejects.toMatchObject({ nothingSent });
      }
      const mixed = handshaker.handshake(target(ipv4('255.255.255.255'), REFUSING), {
        timeoutNs: NS_PER_S,
        signal: undefined,
      });
      await expect(mixed).rejects.toMatchObject({ nothingSent: false });
      await handshaker.close();
    },
  );

  test.skipIf(libc === undefined)('a silent address costs one head start, and is named', async () => {
    const handshaker = createHandshaker();
    await handshaker.prepare?.();
    const outcomes: DialOutcome[] = [];
    const startMs = performance.now();
    const { remote } = await handshaker.handshake(target(SILENT, SERVING), {
      timeoutNs: 5 * NS_PER_S,
      signal: undefined,
      onDialed: (outcome) => outcomes.push(outcome),
    });
    // The next second would bring a SYN sent again.
    expect(performance.now() - startMs).toBeLessThan(1_000);
    await handshaker.close();
    expect(remote.address).toBe(SERVING.address);
    const given = expect.stringMatching(/: given up after \d+ ms, since 127\.0\.0\.1 answered$/);
    expect(outcomes[0]?.failures).toMatchObject([
      { address: SILENT, error: { code: 'timeout', message: given } },
    ]);
  });
});

/** A listener that accepts nothing, with a full queue: the kernel drops what asks for more. */
function fillQueue(libc: Libc): void {
  const listener = NativeSocket.create(libc, descriptors, 4);
  listener.bind(encodeAddress(SILENT.address, port));
  libc.listen(listener.fd, 0);
  for (let i = 0; i < 4; i++) {
    NativeSocket.create(libc, descriptors, 4).connect(encodeAddress(SILENT.address, port));
  }
}
