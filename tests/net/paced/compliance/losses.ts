/** Compliance: a connection that is lost takes with it what was under way on it, and nothing else. */
import { describe, expect, onTestFinished, test } from 'vitest';
import type { MakeWorld } from '../compliance.ts';
import { type EchoPeer, listenEcho, type PeerEcho } from '../echo-peer.ts';
import { MS, type Opened, openPaced, type PacedWorld, pass, soon, uniform } from '../paced-world.ts';

const DURATION_MS = 200;

/** Runs probes each millisecond, and does something to the peers in between. */
async function disturb(
  world: PacedWorld,
  peer: EchoPeer,
  opened: Opened,
  harm: (connections: readonly PeerEcho[]) => void,
) {
  const startNs = soon(world, opened);
  const harmNs = opened.epochNs + BigInt(startNs + 60.5 * MS);
  world.network.timekeeper.wakeAt(harmNs, () => harm(peer.connections));
  const run = opened.session.run({ startNs, durationNs: DURATION_MS * MS, pace: uniform(1_000) });
  return await world.drive(
    run.then(
      (tally) => tally,
      (error: unknown) => error,
    ),
  );
}

export function losses(makeWorld: MakeWorld): void {
  describe('losses', () => {
    const harms: readonly [what: string, code: RegExp, harm: (victim: PeerEcho) => void][] = [
      ['is closed by the server', /peer|network/, ({ connection }) => connection.end()],
      ['is reset', /peer|network/, ({ connection }) => connection.destroy()],
      [
        'echoes something else',
        /peer/,
        (victim) => {
          victim.change = (bytes) => bytes.map((byte) => byte ^ 1);
        },
      ],
      [
        'says what nobody asked for',
        /peer/,
        (victim) => {
          victim.change = (bytes) => new Uint8Array([...bytes, ...bytes]);
        },
      ],
      [
        'falls silent for longer than an answer may take',
        /timeout/,
        (victim) => {
          victim.isHeld = true;
        },
      ],
    ];
    test.each(harms)('one of several that %s is lost alone; the others go on', async (_, code, harm) => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      const opened = await openPaced(world, peer.port, {
        connections: 3,
        session: { timeoutNs: 80 * MS },
      });
      const { witness } = opened;
      const tally = await disturb(world, peer, opened, ([, victim]) => harm(victim!));
      expect(witness.lost).toHaveLength(1);
      const [{ connection, error }] = witness.lost as [(typeof witness.lost)[number]];
      expect(error.code).toMatch(code);
      expect(error.phase).toBe('measurement');
      const unanswered = witness.samples.filter(({ rttNs }) => Number.isNaN(rttNs));
      expect(new Set(unanswered.map((sample) => sample.connection)).size).toBeLessThanOrEqual(1);
      expect(unanswered.every((sample) => sample.connection === connection)).toBe(true);
      expect(tally).toMatchObject({
        dueCount: DURATION_MS,
        sentCount: DURATION_MS,
        lostCount: unanswered.length,
        answeredCount: DURATION_MS - unanswered.length,
      });
      expect(witness.samples).toHaveLength(DURATION_MS);
    });

    test('when the last one is lost the run ends with its error, and all that was seen is told', async () => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      const opened = await openPaced(world, peer.port, { connections: 2 });
      const end = await disturb(world, peer, opened, (connections) => {
        for (const { connection } of connections) connection.destroy();
      });
      expect(end).toMatchObject({ name: 'EcholotError', phase: 'measurement' });
      const { witness, session } = opened;
      expect(witness.lost).toHaveLength(2);
      const { code, message } = witness.lost[1]!.error;
      expect(end).toMatchObject({ code, message });
      const { answeredCount, lostCount, sentCount } = witness.tallies.at(-1)!;
      expect(answeredCount + lostCount).toBe(sentCount);
      expect(witness.samples).toHaveLength(sentCount);
      expect(answeredCount).toBeGreaterThan(10);
      // It stays lost.
      const again = session.run({ startNs: 0, durationNs: 10 * MS, pace: uniform(100) });
      await expect(world.drive(again)).rejects.toMatchObject({ code, message });
      await world.drive(session.close());
    });

    test('a server that is silent from the first probe on ends the run after the time-out, not before', async () => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      const opened = await openPaced(world, peer.port, { connections: 2, session: { timeoutNs: 60 * MS } });
      peer.hold();
      const startNs = soon(world, opened);
      const run = opened.session.run({ startNs, durationNs: 5_000 * MS, pace: uniform(100) });
      await expect(world.drive(run)).rejects.toMatchObject({ code: 'timeout', phase: 'measurement' });
      const waitedNs = Number(world.network.timekeeper.nowNs() - opened.epochNs) - startNs;
      expect(waitedNs).toBeGreaterThanOrEqual(60 * MS);
      if (!world.isReal) expect(waitedNs).toBe(70 * MS);
      expect(opened.witness.samples.every(({ rttNs }) => Number.isNaN(rttNs))).toBe(true);
      await world.drive(opened.session.close());
    });

    test('a server that is slow, but goes on answering, is not given up for how many are before each', async () => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      const opened = await openPaced(world, peer.port, { session: { timeoutNs: 300 * MS } });
      const { timekeeper } = world.network;
      const startNs = soon(world, opened);
      const [far] = peer.connections;
      // One echo every 25 ms, of probes that come six times as fast.
      let queued = new Uint8Array();
      far!.change = (bytes) => {
        queued = new Uint8Array([...queued, ...bytes]);
        return new Uint8Array();
      };
      let cancelServe = (): void => {};
      onTestFinished(() => cancelServe());
      const serve = (): void => {
        if (queued.length > 0) far!.connection.write(queued.slice(0, 32));
        queued = queued.slice(32);
        cancelServe = timekeeper.wakeAt(timekeeper.nowNs() + BigInt(25 * MS), serve);
      };
      serve();
      const run = opened.session.run({ startNs, durationNs: 100 * MS, pace: uniform(250) });
      expect(await world.drive(run)).toMatchObject({ sentCount: 25, answeredCount: 25 });
      expect(Math.max(...opened.witness.samples.map(({ rttNs }) => rttNs))).toBeGreaterThan(300 * MS);
      await world.drive(opened.session.close());
    });

    test('a connection that dies between two stretches is told at once, and the next runs on the others', async () => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      const opened = await openPaced(world, peer.port, { connections: 2 });
      peer.connections[0]?.connection.destroy();
      await pass(world, 30 * MS);
      expect(opened.witness.lost.map(({ connection }) => connection)).toHaveLength(1);
      const startNs = soon(world, opened);
      const run = opened.session.run({ startNs, durationNs: 50 * MS, pace: uniform(1_000) });
      expect(await world.drive(run)).toMatchObject({ answeredCount: 50, lostCount: 0 });
    });
  });
}
