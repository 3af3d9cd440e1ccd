/** Any client at all: it says anything, in any pieces, reads or does not, and comes and goes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServerEvent } from '../../../src/server/events.ts';
import { startServer } from '../../../src/server/server.ts';
import { bytesOf, garbageArb, messageArb, type Said, saidArb } from '../../core/load/load-arbitraries.ts';
import { MS, SECOND } from '../pretend-server.ts';
import { type RecordedConnection, RecordedNetwork } from '../recorded-network.ts';

const SETUP = 's RTT 1 1 0 +load\n';
const CONNECTIONS = 4;
const TERMS = { durationMs: 5_000, bitsPerSecond: 1_000_000, streams: 3 };

/** What clients say more often than what only servers do. */
const politeArb: fc.Arbitrary<readonly Said[]> = fc.array(
  fc.oneof(
    messageArb.filter(({ kind }) => kind === 'begin' || kind === 'marker'),
    fc.record({ kind: fc.constant('data' as const), bytes: fc.integer({ min: 1, max: 300 }) }),
  ),
  { maxLength: 10 },
);
const actionArb = fc.record({
  on: fc.nat(CONNECTIONS - 1),
  does: fc.oneof(
    { weight: 6, arbitrary: politeArb.map((said) => ({ kind: 'say' as const, bytes: bytesOf(said) })) },
    { weight: 1, arbitrary: saidArb.map((said) => ({ kind: 'say' as const, bytes: bytesOf(said) })) },
    { weight: 1, arbitrary: garbageArb.map((bytes) => ({ kind: 'say' as const, bytes })) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        ...(['stick', 'drain', 'finish', 'reset', 'wait'] as const).map((kind) => ({ kind })),
      ),
    },
  ),
  waitMs: fc.nat(300),
});

test('whatever clients do, the load ends in time, nobody is sent much, and the next one is served', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(actionArb, { maxLength: 40 }),
      fc.integer({ min: 1, max: 50 }),
      async (actions, size) => {
        const network = new RecordedNetwork();
        const events: ServerEvent[] = [];
        const limits = { maxLoadMs: TERMS.durationMs, maxLoadBitsPerSecond: TERMS.bitsPerSecond };
        const server = await startServer(network, { limits, onEvent: (event) => events.push(event) });
        const clients = begin(network);
        const startNs = network.timekeeper.nowNs();
        for (const { on, does, waitMs } of actions) {
          act(clients[on]!, does, size);
          await network.pass(waitMs * MS);
        }
        const passedNs = Number(network.timekeeper.nowNs() - startNs);
        await network.pass(Math.max(0, TERMS.durationMs * MS - passedNs));
        expect(events.filter(({ kind }) => kind === 'load-end')).toHaveLength(1);
        const sentBytes = clients
          .flatMap(({ written }) => written)
          .reduce((sum, { length }) => sum + length, 0);
        // As much as was granted, what was ahead of it, answers and reports.
        expect(sentBytes).toBeLessThan(((TERMS.bitsPerSecond / 8) * TERMS.durationMs) / 1_000 + 400_000);
        await network.pass(5 * SECOND);
        expect(clients.map(({ isGone }) => isGone)).toEqual(clients.map(() => true));
        expect(server.connections).toBe(0);
        expect(begin(network)[0]!.done.join()).toContain('200 OK: Load');
      },
    ),
    { numRuns: 200 },
  );
});

/** An owner and the streams of its load. */
function begin(network: RecordedNetwork): RecordedConnection[] {
  const owner = network.connect();
  owner.receive(`${SETUP}`);
  owner.receive('l new 5000 0 3\n');
  const key = /Load ([0-9a-f]{32})/.exec(owner.done.join())?.[1];
  const streams = Array.from({ length: CONNECTIONS - 1 }, () => {
    const stream = network.connect();
    stream.receive(SETUP);
    stream.receive(`l ${key}\n`);
    return stream;
  });
  return [owner, ...streams];
}

type Deed = typeof actionArb extends fc.Arbitrary<{ does: infer D }> ? D : never;

function act(client: RecordedConnection, does: Deed, size: number): void {
  switch (does.kind) {
    case 'say':
      for (let at = 0; at < does.bytes.length && !client.paused; at += size) {
        client.receive(does.bytes.subarray(at, at + size).toString('latin1'));
      }
      break;
    case 'stick':
      client.stuck = true;
      break;
    case 'drain':
      client.drain();
      break;
    case 'finish':
      client.finish();
      break;
    case 'reset':
      client.gone(undefined);
      break;
    case 'wait':
      break;
  }
}
