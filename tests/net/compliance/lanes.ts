/** Compliance: lanes of one engine, whose probes do not wait for each other. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EngineSession, Lane, SampleBuffer } from '../../../src/net/engine.ts';
import { makePlan, makeSamples, NO_BUDGET_NS, open, serve, type World } from '../world.ts';

interface HoldingServer {
  readonly port: number;
  /** Resolves when so many probes are held. */
  held(probes: number): Promise<void>;
  /** Echoes all that is held. */
  release(): void;
}

/** A plain echo server that keeps what it is sent until it is told to send it back. */
async function listenHolding({ network }: World): Promise<HoldingServer> {
  const echoes: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  const listener = await network.listen({ host: '127.0.0.1', port: 0 }, (connection) => ({
    onBytes(chunk) {
      const echo = Uint8Array.from(chunk);
      echoes.push(() => connection.write(echo));
      for (const look of waiting.splice(0)) look();
    },
    onDrain: () => {},
    onEnd: () => connection.end(),
    onClose: () => {},
  }));
  return {
    port: listener.endpoints[0]!.port,
    async held(probes) {
      while (echoes.length < probes) await new Promise<void>((look) => waiting.push(look));
    },
    release() {
      for (const echo of echoes.splice(0)) echo();
    },
  };
}

function run(session: EngineSession, probes: number): { batch: Promise<void>; samples: SampleBuffer } {
  const samples = makeSamples();
  return { batch: session.runBatch({ probes, budgetNs: NO_BUDGET_NS }, samples), samples };
}

export function lanes(world: () => World): void {
  describe('lanes', () => {
    const plan = makePlan('plain');
    let other: Lane;
    beforeEach(() => {
      other = world().engine.openLane();
    });
    afterEach(() => other.close?.());

    test('measure at once: the probe of one does not wait until that of another is back', async () => {
      const server = await listenHolding(world());
      const sessions = [
        await open(world(), server.port, plan),
        await open(world(), server.port, plan, {}, other),
      ];
      const runs = sessions.map((session) => run(session, 1));
      await world().drive(Promise.race([server.held(2), ...runs.map(({ batch }) => batch)]));
      server.release();
      await world().drive(Promise.all(runs.map(({ batch }) => batch)));
      expect(runs.map(({ samples }) => samples.count)).toEqual([1, 1]);
    });

    test('do not mix up their sessions, and each says goodbye on its own', async () => {
      const { port } = await serve(world());
      const sessions = [
        await open(world(), port, makePlan('size-first', { payloadBytes: 100 })),
        await open(world(), port, makePlan('size-first', { payloadBytes: 7 }), {}, other),
      ];
      for (const session of sessions) await world().drive(run(session, 2).batch);
      expect(sessions.map(({ messageBytes }) => messageBytes)).toEqual([105, 12]);
      for (const session of sessions) expect(await world().drive(session.close())).toBe('answered');
    });

    test('end alone: one that is closed takes nothing from the batch of another', async () => {
      const server = await listenHolding(world());
      const ended = await open(world(), server.port, plan, {}, other);
      const session = await open(world(), server.port, plan);
      const { batch, samples } = run(session, 1);
      await world().drive(Promise.race([server.held(1), batch]));
      await world().drive(ended.close());
      await other.close?.();
      server.release();
      await world().drive(batch);
      expect(samples.count).toBe(1);
      const next = run(await open(world(), server.port, plan), 1);
      await world().drive(Promise.race([server.held(1), next.batch]));
      server.release();
      await world().drive(next.batch);
      expect(next.samples.count).toBe(1);
    });
  });
}
