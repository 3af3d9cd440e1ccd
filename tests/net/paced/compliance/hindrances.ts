/** Compliance: a server that stalls moves no due time, and what was in the way of a late probe is told. */
import { describe, expect, test } from 'vitest';
import type { MakeWorld } from '../compliance.ts';
import { type EchoPeer, listenEcho } from '../echo-peer.ts';
import {
  LATENCY_NS,
  MS,
  type Opened,
  openPaced,
  type PacedWorld,
  type Sample,
  soon,
  uniform,
} from '../paced-world.ts';

const STALL_MS = 50;

/** Of probes each millisecond, with a server that reads but does not echo for a while. */
interface Stalled {
  readonly samples: readonly Sample[];
  readonly startNs: number;
  readonly stallNs: number;
  readonly releaseNs: number;
  readonly opened: Opened;
}

async function stall(world: PacedWorld, peer: EchoPeer, opened: Opened, durationMs = 200): Promise<Stalled> {
  const { timekeeper } = world.network;
  const startNs = soon(world, opened);
  // Between two probes: nothing depends on the order of things that happen at once.
  const stallNs = startNs + 50.5 * MS;
  const releaseNs = stallNs + STALL_MS * MS;
  timekeeper.wakeAt(opened.epochNs + BigInt(stallNs), peer.hold);
  timekeeper.wakeAt(opened.epochNs + BigInt(releaseNs), peer.release);
  await world.drive(opened.session.run({ startNs, durationNs: durationMs * MS, pace: uniform(1_000) }));
  return { samples: opened.witness.inOrder, startNs, stallNs, releaseNs, opened };
}

export function hindrances(makeWorld: MakeWorld): void {
  describe('hindrances', () => {
    test('a stall of the server is seen by each probe that was due in it, not by one of many', async () => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      const opened = await openPaced(world, peer.port, { connections: 2 });
      const { samples, startNs, stallNs, releaseNs } = await stall(world, peer, opened);
      expect(samples).toHaveLength(200);
      if (world.isReal) {
        const late = samples.filter(({ dueNs, sentNs, rttNs }) => sentNs + rttNs - dueNs > 10 * MS);
        expect(late.length).toBeGreaterThan(30);
        return;
      }
      for (const [i, { dueNs, sentNs, rttNs }] of samples.entries()) {
        expect(dueNs).toBe(startNs + i * MS);
        expect(sentNs).toBe(dueNs);
        const arrivesNs = dueNs + LATENCY_NS;
        const isHeld = arrivesNs > stallNs && arrivesNs < releaseNs;
        expect(rttNs).toBe(isHeld ? releaseNs + LATENCY_NS - dueNs : 2 * LATENCY_NS);
      }
    });

    test('where no more may be under way, probes keep their due time, wait for answers, and say so', async () => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      const opened = await openPaced(world, peer.port, { connections: 2, inFlight: 4 });
      const { samples, startNs, stallNs, releaseNs } = await stall(world, peer, opened);
      expect(opened.session.inFlight).toBe(4);
      expect(samples.map(({ dueNs }) => dueNs)).toEqual(samples.map((_, i) => startNs + i * MS));
      expect(samples.some(({ hindrance }) => hindrance === 'answer')).toBe(true);
      if (world.isReal) return;
      // By hand: eight places, each free again when its probe is answered, taken in the order of the due times.
      const placesNs = new Array<number>(8).fill(0);
      for (const { dueNs, sentNs, rttNs, hindrance } of samples) {
        const [freeNs = 0] = placesNs.sort((a, b) => a - b);
        const leavesNs = Math.max(dueNs, freeNs);
        const arrivesNs = leavesNs + LATENCY_NS;
        const echoedNs = arrivesNs > stallNs && arrivesNs < releaseNs ? releaseNs : arrivesNs;
        placesNs[0] = echoedNs + LATENCY_NS;
        expect({ sentNs, rttNs, hindrance }).toEqual({
          sentNs: leavesNs,
          rttNs: echoedNs + LATENCY_NS - leavesNs,
          hindrance: leavesNs > dueNs ? 'answer' : 'none',
        });
      }
    });

    test('one at a time is one at a time, and the backlog is a number and no memory', async () => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      const opened = await openPaced(world, peer.port, { inFlight: 1 });
      const startNs = soon(world, opened);
      const perSecond = 1_000_000;
      const durationNs = 200 * MS;
      const tally = await world.drive(opened.session.run({ startNs, durationNs, pace: uniform(perSecond) }));
      expect(tally.dueCount).toBe(200_000);
      expect(tally.answeredCount).toBe(tally.sentCount);
      expect(tally.sentCount).toBeLessThan(world.isReal ? 100_000 : 101);
      const { samples } = opened.witness;
      expect(samples).toHaveLength(tally.sentCount);
      expect(samples.map(({ dueNs }) => dueNs)).toEqual(samples.map((_, i) => startNs + i * 1_000));
      const last = samples.at(-1)!;
      expect(last.hindrance).toBe('answer');
      expect(last.sentNs).toBeLessThan(startNs + durationNs + 50 * MS);
    });

    test('a socket that takes no more is told apart from a server that does not answer', async () => {
      const payloadBytes = 64 * 1024;
      const world = makeWorld({ latencyNs: LATENCY_NS, sendBufferBytes: 2 * payloadBytes });
      const peer = await listenEcho(world.network);
      const opened = await openPaced(world, peer.port, { payloadBytes, inFlight: 10_000 });
      const [far] = peer.connections;
      const { timekeeper } = world.network;
      const startNs = soon(world, opened);
      far?.connection.pause();
      timekeeper.wakeAt(opened.epochNs + BigInt(startNs + 150 * MS), () => far?.connection.resume());
      const run = opened.session.run({ startNs, durationNs: 250 * MS, pace: uniform(2_000) });
      const tally = await world.drive(run);
      expect(tally.answeredCount).toBe(tally.sentCount);
      const { inOrder } = opened.witness;
      expect(inOrder.map(({ dueNs }) => dueNs)).toEqual(inOrder.map((_, i) => startNs + (i * MS) / 2));
      expect(inOrder.some(({ hindrance }) => hindrance === 'socket')).toBe(true);
      expect(inOrder.every(({ hindrance }) => hindrance !== 'answer')).toBe(true);
    });

    test('more under way than all buffers hold is no deadlock: echoes are read while probes are written', async () => {
      const payloadBytes = 256 * 1024;
      const world = makeWorld({ latencyNs: LATENCY_NS, sendBufferBytes: 2 * payloadBytes });
      const { port } = await listenEcho(world.network);
      const opened = await openPaced(world, port, { payloadBytes, inFlight: 10_000 });
      // All are due at once.
      const startNs = soon(world, opened) - 50 * MS;
      const run = opened.session.run({ startNs, durationNs: 400 * MS, pace: uniform(500) });
      const tally = await world.drive(run);
      expect(tally.answeredCount).toBe(tally.sentCount);
      expect(tally.sentCount).toBeGreaterThan(20);
    });
  });
}
