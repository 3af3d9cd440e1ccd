/** Compliance: data in both directions, counted by both sides. */
import { describe, expect, test } from 'vitest';
import { type FlowWorld, MS, openFlow, pass } from '../flow-world.ts';
import { listenLoad } from '../load-peer.ts';

export function volumes(world: () => FlowWorld): void {
  describe('data', () => {
    test('towards the client is counted alike on both sides when it was told to stop', async () => {
      const { port, connections } = await listenLoad(world().network);
      const { flow, witness } = await openFlow(world(), port);
      flow.command({ kind: 'receive', bitsPerSecond: 0 });
      await pass(world(), 200 * MS);
      flow.command({ kind: 'stop' });
      const end = await world().drive(witness.ended);
      expect(end).toEqual({ error: undefined, reason: undefined, peerSentBytes: connections[0]?.sentBytes });
      expect(end.peerSentBytes).toBeGreaterThan(0);
      expect(witness.last?.receivedBytes).toBe(end.peerSentBytes);
      expect(witness.last?.sentBytes).toBe(0);
      await world().drive(flow.close());
    });

    test('towards the server is counted alike on both sides when it was told to stop', async () => {
      const { port, connections } = await listenLoad(world().network);
      const { flow, witness } = await openFlow(world(), port);
      flow.command({ kind: 'send', bitsPerSecond: 0 });
      await pass(world(), 250 * MS);
      flow.command({ kind: 'stop' });
      const end = await world().drive(witness.ended);
      expect(end).toEqual({ error: undefined, reason: undefined, peerSentBytes: 0 });
      expect(witness.last?.sentBytes).toBeGreaterThan(0);
      expect(witness.last?.sentBytes).toBe(connections[0]?.receivedBytes);
      expect(witness.reports.length).toBeGreaterThanOrEqual(2);
      expect(witness.reports.at(-1)?.receivedBytes).toBe(witness.last?.sentBytes);
      await world().drive(flow.close());
    });

    test('goes both ways at once on one connection', async () => {
      const { port, connections } = await listenLoad(world().network);
      const { flow, witness } = await openFlow(world(), port);
      flow.command({ kind: 'send', bitsPerSecond: 0 });
      flow.command({ kind: 'receive', bitsPerSecond: 0 });
      await pass(world(), 150 * MS);
      flow.command({ kind: 'stop' });
      const end = await world().drive(witness.ended);
      expect(end.error).toBeUndefined();
      expect(witness.last?.receivedBytes).toBe(connections[0]?.sentBytes);
      expect(witness.last?.sentBytes).toBe(connections[0]?.receivedBytes);
      expect(end.peerSentBytes).toBeGreaterThan(0);
      expect(witness.last?.sentBytes).toBeGreaterThan(0);
      await world().drive(flow.close());
    });

    test.each(['send', 'receive'] as const)('is kept to the rate that was asked for: %s', async (kind) => {
      const { port } = await listenLoad(world().network);
      const { flow, witness, epochNs } = await openFlow(world(), port);
      const bitsPerSecond = 16_000_000;
      const startNs = Number(world().network.timekeeper.nowNs() - epochNs);
      flow.command({ kind, bitsPerSecond });
      await pass(world(), 400 * MS);
      flow.command({ kind: 'stop' });
      await world().drive(witness.ended);
      const { atNs = 0, sentBytes = 0, receivedBytes = 0 } = witness.last ?? {};
      const seconds = (atNs - startNs) / 1e9;
      // What a bucket holds is a part of so short a time, and a busy machine is late.
      const share = (Math.max(sentBytes, receivedBytes) * 8) / (bitsPerSecond * seconds);
      expect(share).toBeGreaterThan(world().isReal ? 0.5 : 0.95);
      expect(share).toBeLessThan(world().isReal ? 1.15 : 1.06);
      await world().drive(flow.close());
    });

    test('is told in portions, twenty times a second, whose counts never fall', async () => {
      const { port } = await listenLoad(world().network);
      const { flow, witness } = await openFlow(world(), port);
      flow.command({ kind: 'receive', bitsPerSecond: 8_000_000 });
      await pass(world(), 330 * MS);
      flow.command({ kind: 'stop' });
      await world().drive(witness.ended);
      const told = witness.tallies.length;
      expect(told).toBeGreaterThanOrEqual(5);
      expect(told).toBeLessThanOrEqual(9);
      for (const [i, tally] of witness.tallies.slice(1).entries()) {
        expect(tally.atNs).toBeGreaterThanOrEqual(witness.tallies[i]!.atNs);
        expect(tally.receivedBytes).toBeGreaterThanOrEqual(witness.tallies[i]!.receivedBytes);
      }
      await pass(world(), 120 * MS);
      expect(witness.tallies.length).toBe(told);
      await world().drive(flow.close());
    });
  });
}
