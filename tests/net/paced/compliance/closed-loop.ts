/** Compliance: without a pace, as many are under way as may be, and each answer is followed by the next probe. */
import { describe, expect, test } from 'vitest';
import type { MakeWorld } from '../compliance.ts';
import { listenEcho } from '../echo-peer.ts';
import { LATENCY_NS, MS, openPaced, soon } from '../paced-world.ts';

export function closedLoop(makeWorld: MakeWorld): void {
  describe('without a pace', () => {
    test('the limit is reached at once and never passed', async () => {
      const world = makeWorld();
      const { port } = await listenEcho(world.network);
      const opened = await openPaced(world, port, { connections: 3, inFlight: 5 });
      const startNs = soon(world, opened);
      const tally = await world.drive(opened.session.run({ startNs, durationNs: 100 * MS, pace: undefined }));
      expect(tally.dueCount).toBe(tally.sentCount);
      expect(tally.answeredCount).toBe(tally.sentCount);
      const { samples } = opened.witness;
      // Fifteen in each round trip of 2 ms, the last of which leave just before the end.
      if (!world.isReal) expect(samples).toHaveLength((15 * 100 * MS) / (2 * LATENCY_NS));
      for (const { dueNs, sentNs, hindrance } of samples) {
        expect(dueNs).toBe(sentNs);
        expect(hindrance).toBe('none');
        expect(sentNs).toBeGreaterThanOrEqual(startNs);
        expect(sentNs).toBeLessThan(startNs + 100 * MS + (world.isReal ? 50 * MS : 0));
      }
      for (const connection of [0, 1, 2]) {
        const own = samples.filter((sample) => sample.connection === connection);
        const marks = own.flatMap(({ sentNs, rttNs }) => [
          { atNs: sentNs, by: 1 },
          { atNs: sentNs + rttNs, by: -1 },
        ]);
        let underWay = 0;
        let most = 0;
        for (const { by } of marks.sort((a, b) => a.atNs - b.atNs || a.by - b.by)) {
          underWay += by;
          most = Math.max(most, underWay);
        }
        expect(most).toBe(5);
      }
    });

    test('what may leave together does in one write, so that a system call for each is no limit', async () => {
      const world = makeWorld();
      const { port, connections } = await listenEcho(world.network);
      const opened = await openPaced(world, port, { inFlight: 8 });
      const startNs = soon(world, opened);
      const tally = await world.drive(opened.session.run({ startNs, durationNs: 50 * MS, pace: undefined }));
      const { receivedBytes, receivedChunks } = connections[0]!;
      expect(receivedBytes).toBe(32 * (1 + tally.sentCount));
      if (!world.isReal) expect(receivedChunks).toBe(1 + tally.sentCount / 8);
    });

    test('probes too long for one write are whole all the same', async () => {
      const world = makeWorld();
      const { port, connections } = await listenEcho(world.network);
      const opened = await openPaced(world, port, { inFlight: 8, payloadBytes: 30_000 });
      const startNs = soon(world, opened);
      const tally = await world.drive(opened.session.run({ startNs, durationNs: 50 * MS, pace: undefined }));
      expect(tally.lostCount).toBe(0);
      expect(connections[0]!.receivedBytes).toBe(30_000 * (1 + tally.sentCount));
    });

    test('a stretch of no time sends nothing', async () => {
      const world = makeWorld();
      const { port } = await listenEcho(world.network);
      const opened = await openPaced(world, port);
      const startNs = soon(world, opened);
      const tally = await world.drive(opened.session.run({ startNs, durationNs: 0, pace: undefined }));
      expect(tally).toMatchObject({ dueCount: 0, sentCount: 0 });
    });
  });
}
