/**
 * Whatever comes over however many connections, the server outlives it: each connection ends within the
 * limits, nothing is thrown, nothing is left behind, and the next good client is served.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RawClient } from '../net/raw-client.ts';
import { LINGER_NS, MS, PretendServer, SECOND } from './pretend-server.ts';

const LIMITS = { firstMessageNs: 10 * SECOND, idleNs: 60 * SECOND, maxDelayNs: 10 * SECOND, maxSessions: 5 };
/** Longest that a connection which is fed for `fedNs` can live: each message may be as late as allowed. */
const RESPITE_NS = LIMITS.firstMessageNs + 3 * (LIMITS.idleNs + LIMITS.maxDelayNs) + LINGER_NS;
const REFUSALS =
  /404 ERROR(?:( -|:) Invalid (Connection (Setup|Termination)|Measurement|Hello|Bye) [Mm]essage|: Not Served: .+)\n?$/;

type Action =
  | { readonly kind: 'send'; readonly bytes: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'end' | 'close' | 'destroy' | 'pause' | 'resume' };

const anyBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const count = fc.oneof(
  fc.integer({ min: 0, max: 30 }).map(String),
  fc.constantFrom('1e9', '-1', '99999999999'),
);
/** Nearly right messages reach further into the server than noise does. */
const message = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('s', 'h'),
      fc.constantFrom('RTT', 'TTPUT', 'rtt', 'tput', 'thput', '0'),
      count,
      count,
    )
    .chain(([letter, word, first, second]) =>
      fc
        .tuple(fc.constantFrom('0', '5', '0.5', '9', '11', 'NaN'), fc.constantFrom('\n', '\\n', '\r\n', ''))
        .map(([delay, end]) => `${letter} ${word} ${first} ${second} ${delay}${end}`),
    ),
  fc
    .tuple(fc.nat(3), fc.nat(30))
    .chain(([sequence, size]) =>
      fc.constantFrom(`m ${sequence} ${'x'.repeat(size)}\n`, `m ${'x'.repeat(size)} ${sequence}\n`),
    ),
  fc.constantFrom('t\n', 't \n', 't\\n', 'b\n', 'tt\n', '\n', ' ', 'm'),
);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: message.map((bytes) => ({ kind: 'send' as const, bytes })) },
  { weight: 3, arbitrary: anyBytes.map((bytes) => ({ kind: 'send' as const, bytes })) },
  { weight: 2, arbitrary: fc.nat(15_000).map((ms) => ({ kind: 'wait' as const, ms })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('end', 'close', 'destroy', 'pause', 'resume')
      .map((kind) => ({ kind }) as Action),
  },
);

async function play(
  server: PretendServer,
  clients: RawClient[],
  actions: readonly [number, Action][],
): Promise<void> {
  for (const [at, action] of actions) {
    const client = clients[at % clients.length]!;
    if (action.kind === 'send') client.send(action.bytes);
    else if (action.kind === 'wait') await server.pass(action.ms * MS);
    else client.connection?.[action.kind]();
  }
}

async function outlives(
  chunkBytes: number,
  connections: number,
  actions: readonly [number, Action][],
  mode: 'measurement' | 'echo',
): Promise<void> {
  const server = await PretendServer.start({ mode, limits: LIMITS }, { latencyNs: MS, chunkBytes });
  const clients: RawClient[] = [];
  for (let i = 0; i < connections; i++) clients.push(await server.dial());
  await play(server, clients, actions);
  await server.pass(RESPITE_NS);
  for (const client of clients) {
    client.connection?.resume();
    expect(client.isOver).toBe(true);
    if (mode === 'measurement' && client.received.includes('404')) expect(client.received).toMatch(REFUSALS);
  }
  const admitted = server.events.filter(({ kind }) => kind === 'connected').length;
  expect(server.ends).toHaveLength(admitted);
  if (mode === 'measurement') expect(await server.servesWell()).toBe(true);
  // The last FIN is still on its way.
  await server.pass(2 * MS);
  const closingNs = server.nowNs;
  await server.drive(server.server.close());
  expect(server.nowNs).toBe(closingNs);
}

const scene = [
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 7 }),
  fc.array(fc.tuple(fc.nat(6), action), { maxLength: 40 }),
] as const;

describe('hostile clients', () => {
  test('any bytes, in any pieces, from several connections at once, do not bring a server down', async () => {
    await fc.assert(
      fc.asyncProperty(...scene, (chunkBytes, connections, actions) =>
        outlives(chunkBytes, connections, actions, 'measurement'),
      ),
      { numRuns: 150 },
    );
  });

  test('nor a plain echo server', async () => {
    await fc.assert(
      fc.asyncProperty(...scene, (chunkBytes, connections, actions) =>
        outlives(chunkBytes, connections, actions, 'echo'),
      ),
      { numRuns: 50 },
    );
  });

  test.each([
    ['a setup without an end', 's'.repeat(100_000)],
    ['a long line of digits', `s RTT ${'9'.repeat(100_000)} 1 0\n`],
    ['a million line ends', '\n'.repeat(1_000_000)],
    ['a probe without an end', `s RTT 1000 1 0\nm ${'x'.repeat(1_000_000)}`],
    ['nothing but NUL', '\0'.repeat(100_000)],
  ])('%s is refused at once, without waiting for more', async (_what, bytes) => {
    const server = await PretendServer.start({ limits: LIMITS });
    const client = await server.dial();
    client.send(bytes);
    await server.pass(0);
    expect(client.ended).toBe(true);
    expect(client.received).toMatch(REFUSALS);
    expect(server.ends).toHaveLength(1);
    expect(server.ends[0]!.detail!.length).toBeLessThan(400);
  });
});
