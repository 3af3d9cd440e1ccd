/** Compliance: probes leave when they are due, whatever came of those before them. */
import { describe, expect, test } from 'vitest';
import { PaceCursor } from '../../../../src/clock/pace.ts';
import type { MakeWorld } from '../compliance.ts';
import { listenEcho } from '../echo-peer.ts';
import { LATENCY_NS, MS, openPaced, pass, soon, uniform } from '../paced-world.ts';

export function pace(makeWorld: MakeWorld): void {
  describe('pace', () => {
    test('even distances are kept on time, and the connections take turns', async () => {
      const world = makeWorld();
      const { port } = await listenEcho(world.network);
      const opened = await openPaced(world, port, { connections: 3 });
      const { session, witness } = opened;
      const startNs = soon(world, opened);
      const tally = await world.drive(session.run({ startNs, durationNs: 300 * MS, pace: uniform(1_000) }));
      expect(tally).toMatchObject({ dueCount: 300, sentCount: 300, answeredCount: 300, lostCount: 0 });
      const { inOrder } = witness;
      expect(inOrder.map(({ dueNs }) => dueNs)).toEqual(
        Array.from({ length: 300 }, (_, i) => startNs + i * MS),
      );
      for (const [i, { connection, dueNs, sentNs, rttNs, hindrance }] of inOrder.entries()) {
        expect(sentNs).toBeGreaterThanOrEqual(dueNs);
        expect(rttNs).toBeGreaterThan(0);
        expect(['none', 'thread']).toContain(hindrance);
        if (world.isReal) continue;
        expect({ connection, sentNs, rttNs, hindrance }).toEqual({
          connection: i % 3,
          sentNs: dueNs,
          rttNs: 2 * LATENCY_NS,
          hindrance: 'none',
        });
      }
    });

    test('random distances are those of the seed, probe by probe', async () => {
      const world = makeWorld();
      const { port } = await listenEcho(world.network);
      const opened = await openPaced(world, port, { connections: 2 });
      const startNs = soon(world, opened);
      const spec = { perSecond: 3_000, arrivals: 'poisson', seed: 5 } as const;
      const tally = await world.drive(opened.session.run({ startNs, durationNs: 100 * MS, pace: spec }));
      const due: number[] = [];
      for (const cursor = new PaceCursor(spec); cursor.nextNs < 100 * MS; cursor.advance()) {
        due.push(startNs + cursor.nextNs);
      }
      const { inOrder } = opened.witness;
      expect(inOrder.map(({ dueNs }) => dueNs)).toEqual(due);
      expect(tally.dueCount).toBe(due.length);
      if (world.isReal) return;
      for (const { dueNs, sentNs } of inOrder) expect(sentNs).toBe(Math.ceil(dueNs));
    });

    test('what is told in portions comes twenty times a second, also where nothing is due', async () => {
      const world = makeWorld();
      const { port } = await listenEcho(world.network);
      const opened = await openPaced(world, port);
      const { session, witness } = opened;
      const startNs = soon(world, opened);
      const tally = await world.drive(session.run({ startNs, durationNs: 400 * MS, pace: uniform(5) }));
      expect(tally).toEqual(witness.tallies.at(-1));
      expect(tally.atNs).toBeGreaterThanOrEqual(startNs + 400 * MS);
      expect(witness.samples).toHaveLength(2);
      expect(witness.tallies.length).toBeGreaterThanOrEqual(2);
      if (!world.isReal) expect(witness.tallies).toHaveLength(9);
      for (const { count } of witness.portions) expect(count).toBeGreaterThan(0);
    });

    test('a short run whose portion is without end tells all of it at once, however many there are', async () => {
      const world = makeWorld();
      const { port } = await listenEcho(world.network);
      const opened = await openPaced(world, port);
      const { session, witness } = opened;
      for (const perSecond of [20, 2_000]) {
        const [told, portions] = [witness.tallies.length, witness.portions.length];
        const startNs = soon(world, opened);
        const stretch = { startNs, durationNs: 200 * MS, pace: uniform(perSecond), portionNs: Infinity };
        const tally = await world.drive(session.run(stretch));
        expect(witness.tallies.slice(told)).toEqual([tally]);
        expect(witness.portions.slice(portions).map(({ count }) => count)).toEqual([perSecond / 5]);
      }
    });

    test('a stretch in which nothing is due lasts as long as it was to, and is no failure', async () => {
      const world = makeWorld();
      const { port } = await listenEcho(world.network);
      const opened = await openPaced(world, port);
      const startNs = soon(world, opened);
      const spec = { perSecond: 0.001, arrivals: 'poisson', seed: 1 } as const;
      const tally = await world.drive(opened.session.run({ startNs, durationNs: 50 * MS, pace: spec }));
      expect(tally).toMatchObject({ dueCount: 0, sentCount: 0, answeredCount: 0, lostCount: 0 });
      expect(tally.atNs).toBeGreaterThanOrEqual(startNs + 50 * MS);
      expect(opened.witness.samples).toEqual([]);
    });

    test('one stretch follows the other on the same connections, each counted from 0', async () => {
      const world = makeWorld();
      const { port, connections } = await listenEcho(world.network);
      const opened = await openPaced(world, port, { connections: 2 });
      for (const perSecond of [200, 400]) {
        const startNs = soon(world, opened);
        const run = opened.session.run({ startNs, durationNs: 100 * MS, pace: uniform(perSecond) });
        expect(await world.drive(run)).toMatchObject({
          dueCount: perSecond / 10,
          answeredCount: perSecond / 10,
        });
        await pass(world, 5 * MS);
      }
      expect(opened.witness.samples).toHaveLength(60);
      expect(connections).toHaveLength(2);
    });

    test('what was due before the run could begin is sent at once, and says whose fault it is', async () => {
      const world = makeWorld();
      const { port } = await listenEcho(world.network);
      const opened = await openPaced(world, port);
      const startNs = soon(world, opened) - 110 * MS;
      const tally = await world.drive(
        opened.session.run({ startNs, durationNs: 50 * MS, pace: uniform(2_000) }),
      );
      expect(tally).toMatchObject({ dueCount: 100, sentCount: 100 });
      expect(new Set(opened.witness.samples.map(({ hindrance }) => hindrance))).toEqual(new Set(['thread']));
      for (const { dueNs, sentNs } of opened.witness.samples) expect(sentNs - dueNs).toBeGreaterThan(50 * MS);
    });
  });
}
