/** Compliance: a run that is cancelled, and a session that is closed in each of its states. */
import { describe, expect, test } from 'vitest';
import type { MakeWorld } from '../compliance.ts';
import { listenEcho } from '../echo-peer.ts';
import { LATENCY_NS, MS, openPaced, PacedWitness, pass, planOf, soon, uniform } from '../paced-world.ts';

export function ends(makeWorld: MakeWorld): void {
  describe('ends', () => {
    test('a cancelled run waits for what is under way, and sends nothing more', async () => {
      const world = makeWorld();
      const { port } = await listenEcho(world.network);
      const abort = new AbortController();
      const opened = await openPaced(world, port, { connections: 2, options: { signal: abort.signal } });
      const startNs = soon(world, opened);
      const abortNs = startNs + 40.5 * MS;
      world.network.timekeeper.wakeAt(opened.epochNs + BigInt(abortNs), () => abort.abort());
      const run = opened.session.run({ startNs, durationNs: 10_000 * MS, pace: uniform(1_000) });
      await expect(world.drive(run)).rejects.toMatchObject({ code: 'cancelled', phase: 'measurement' });
      const { witness } = opened;
      const last = witness.tallies.at(-1)!;
      expect(last).toMatchObject({ lostCount: 0, answeredCount: last.sentCount });
      if (!world.isReal) {
        expect(last.sentCount).toBe(41);
        expect(last.atNs).toBe(startNs + 40 * MS + 2 * LATENCY_NS);
      }
      expect(witness.lost).toEqual([]);
      await world.drive(opened.session.close());
    });

    test('a cancelled run does not wait long for a server that is silent: what is under way is lost', async () => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      const abort = new AbortController();
      const opened = await openPaced(world, peer.port, { options: { signal: abort.signal } });
      peer.hold();
      const startNs = soon(world, opened);
      const abortNs = startNs + 40.5 * MS;
      world.network.timekeeper.wakeAt(opened.epochNs + BigInt(abortNs), () => abort.abort());
      const run = opened.session.run({ startNs, durationNs: 10_000 * MS, pace: uniform(1_000) });
      await expect(world.drive(run)).rejects.toMatchObject({ code: 'cancelled' });
      await world.drive(opened.session.close());
      const endNs = Number(world.network.timekeeper.nowNs() - opened.epochNs);
      expect(endNs - abortNs).toBeLessThan(world.isReal ? 400 * MS : 190 * MS);
      const last = opened.witness.tallies.at(-1)!;
      expect(last.lostCount).toBe(last.sentCount);
      expect(opened.witness.samples).toHaveLength(last.sentCount);
      await pass(world, 30 * MS);
      expect(peer.connections[0]?.hasEnded || peer.connections[0]?.isClosed).toBe(true);
    });

    test('a run after the signal has aborted sends nothing', async () => {
      const world = makeWorld();
      const { port, connections } = await listenEcho(world.network);
      const abort = new AbortController();
      const opened = await openPaced(world, port, { options: { signal: abort.signal } });
      abort.abort();
      const run = opened.session.run({ startNs: 0, durationNs: 10 * MS, pace: uniform(1_000) });
      await expect(world.drive(run)).rejects.toMatchObject({ code: 'cancelled', phase: 'measurement' });
      await world.drive(opened.session.close());
      // The probe of the opening.
      expect(connections[0]?.receivedBytes).toBe(32);
    });

    test('close ends all connections, before a run, and twice', async () => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      const { session, witness } = await openPaced(world, peer.port, { connections: 4 });
      await world.drive(Promise.all([session.close(), session.close()]));
      await pass(world, 30 * MS);
      expect(peer.connections.map(({ hasEnded }) => hasEnded)).toEqual([true, true, true, true]);
      const run = session.run({ startNs: 0, durationNs: 10 * MS, pace: uniform(100) });
      await expect(world.drive(run)).rejects.toMatchObject({ code: 'cancelled', phase: 'measurement' });
      expect(witness.lost).toEqual([]);
    });

    test('close in the middle of a run ends that as cancelled', async () => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      const opened = await openPaced(world, peer.port, { connections: 2 });
      const startNs = soon(world, opened);
      const run = opened.session.run({ startNs, durationNs: 10_000 * MS, pace: uniform(1_000) });
      const rejected = expect(run).rejects.toMatchObject({ code: 'cancelled' });
      await pass(world, 40 * MS);
      await world.drive(opened.session.close());
      await rejected;
      expect(opened.witness.samples.length).toBeGreaterThan(5);
      await pass(world, 30 * MS);
      expect(peer.connections.every(({ hasEnded }) => hasEnded)).toBe(true);
    });

    test('close of the lane ends its sessions, and after a loss there is nothing to wait for', async () => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      const lane = world.engine.openPacedLane();
      const witness = new PacedWitness();
      const epochNs = world.network.timekeeper.nowNs();
      const target = { host: '127.0.0.1', port: peer.port, family: undefined };
      await world.drive(lane.open(target, planOf({ connections: 2 }), witness, { epochNs }));
      peer.connections[0]?.connection.destroy();
      await pass(world, 30 * MS);
      await world.drive(lane.close());
      await pass(world, 30 * MS);
      expect(peer.connections.every(({ hasEnded, isClosed }) => hasEnded || isClosed)).toBe(true);
    });

    test('a second stretch while one is under way is a mistake that is told', async () => {
      const world = makeWorld();
      const { port } = await listenEcho(world.network);
      const opened = await openPaced(world, port);
      const stretch = { startNs: soon(world, opened), durationNs: 50 * MS, pace: uniform(100) };
      const first = opened.session.run(stretch);
      await expect(world.drive(opened.session.run(stretch))).rejects.toMatchObject({ code: 'internal' });
      expect(await world.drive(first)).toMatchObject({ answeredCount: 5 });
    });
  });
}
