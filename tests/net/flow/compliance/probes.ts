/** Compliance: probes beside the data and within it. */
import { describe, expect, test } from 'vitest';
import { type FlowWorld, MS, OWNER, openFlow, pass } from '../flow-world.ts';
import { listenLoad } from '../load-peer.ts';

export function probes(world: () => FlowWorld): void {
  describe('probes', () => {
    test('are due to the nanosecond when they were asked for, however late each is sent', async () => {
      const { port } = await listenLoad(world().network);
      const { flow, witness, epochNs } = await openFlow(world(), port, { question: OWNER });
      const startNs = Number(world().network.timekeeper.nowNs() - epochNs) + 20 * MS;
      flow.command({ kind: 'probe', startNs, intervalNs: 10 * MS });
      await pass(world(), 215 * MS);
      flow.command({ kind: 'rest' });
      await pass(world(), 120 * MS);
      await world().drive(flow.close());
      const dueNs = witness.all('dueNs');
      expect(dueNs.length).toBeGreaterThanOrEqual(18);
      expect(dueNs).toEqual(dueNs.map((_, i) => startNs + i * 10 * MS));
      for (const [i, sentNs] of witness.all('sentNs').entries()) {
        expect(sentNs).toBeGreaterThanOrEqual(dueNs[i]!);
      }
      for (const rttNs of witness.all('rttNs')) expect(rttNs).toBeGreaterThan(0);
      expect(new Set(witness.all('residenceNs'))).toEqual(new Set([1_000]));
    });

    test('rest when they are told to, and begin anew', async () => {
      const { port } = await listenLoad(world().network);
      const { flow, witness, epochNs } = await openFlow(world(), port, { question: OWNER });
      const now = (): number => Number(world().network.timekeeper.nowNs() - epochNs);
      flow.command({ kind: 'probe', startNs: now(), intervalNs: 10 * MS });
      await pass(world(), 55 * MS);
      flow.command({ kind: 'rest' });
      await pass(world(), 110 * MS);
      const first = witness.all('dueNs').length;
      expect(first).toBeGreaterThan(0);
      await pass(world(), 110 * MS);
      expect(witness.all('dueNs').length).toBe(first);
      flow.command({ kind: 'probe', startNs: now(), intervalNs: 10 * MS });
      await pass(world(), 120 * MS);
      expect(witness.all('dueNs').length).toBeGreaterThan(first);
      await world().drive(flow.close());
    });

    test.each(['send', 'receive'] as const)('run within a flow that has data to %s', async (kind) => {
      const { port } = await listenLoad(world().network);
      const { flow, witness, epochNs } = await openFlow(world(), port);
      flow.command({ kind, bitsPerSecond: 0 });
      const startNs = Number(world().network.timekeeper.nowNs() - epochNs);
      flow.command({ kind: 'probe', startNs, intervalNs: 20 * MS });
      await pass(world(), 300 * MS);
      flow.command({ kind: 'rest' });
      flow.command({ kind: 'stop' });
      expect((await world().drive(witness.ended)).error).toBeUndefined();
      await world().drive(flow.close());
      const rttNs = witness.all('rttNs').filter((ns) => !Number.isNaN(ns));
      expect(rttNs.length).toBeGreaterThanOrEqual(8);
    });

    test('that are never answered are told as such when the flow is closed', async () => {
      const hear = ({ kind }: { kind: string }): boolean => kind === 'marker';
      const { port } = await listenLoad(world().network, { hear });
      const { flow, witness, epochNs } = await openFlow(world(), port, { question: OWNER });
      const startNs = Number(world().network.timekeeper.nowNs() - epochNs);
      flow.command({ kind: 'probe', startNs, intervalNs: 10 * MS });
      await pass(world(), 100 * MS);
      expect(witness.probes).toEqual([]);
      await world().drive(flow.close());
      expect(witness.all('rttNs').length).toBeGreaterThan(5);
      expect(witness.all('rttNs').every(Number.isNaN)).toBe(true);
    });

    test("have the kernel's residence where the server tells it later", async () => {
      const last: string[] = [];
      const { port } = await listenLoad(world().network, {
        hear: (message, peer) => {
          if (message.kind !== 'marker') return false;
          peer.say(`${last.splice(0).join('')}a ${message.marker} 5000\n`);
          last.push(`k ${message.marker} 4000 ${message.marker}\n`);
          return true;
        },
      });
      const { flow, witness, epochNs } = await openFlow(world(), port, { question: OWNER });
      const startNs = Number(world().network.timekeeper.nowNs() - epochNs);
      flow.command({ kind: 'probe', startNs, intervalNs: 10 * MS });
      await pass(world(), 250 * MS);
      await world().drive(flow.close());
      const rttNs = witness.all('rttNs');
      const waitNs = witness.all('peerWaitNs');
      const answered = witness
        .all('residenceNs')
        .flatMap((ns, i) => (Number.isNaN(rttNs[i]) ? [] : [{ ns, i }]));
      expect(answered.length).toBeGreaterThan(5);
      const told = answered.filter(({ ns, i }) => ns === 4_000 && waitNs[i] === i);
      // The first may be told before it is known that the kernel tells anything, and the last is not heard any more.
      expect(told.length).toBeGreaterThanOrEqual(answered.length - 2);
    });
  });
}
