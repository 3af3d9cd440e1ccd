/** Compliance: a server is asked how long it kept probes when nobody waits for one, and loses a run nothing but that. */
import { describe, expect, test } from 'vitest';
import { startServer } from '../../../../src/server/server.ts';
import { goodAnswer, listenScripted, type Reply, type ScriptedServer } from '../../scripted-server.ts';
import type { MakeWorld } from '../compliance.ts';
import { listenEcho } from '../echo-peer.ts';
import { MS, type Opened, openPaced, type PacedWorld, setupOf, soon, uniform } from '../paced-world.ts';

const SESSION = { protocol: 'size-first' } as const;
const DELAY_NS: number = 2 * MS;
const PROBES = 20;

/** One that has agreed to tell, and does something else with the question. */
function listenAgreeing(world: PacedWorld, otherwise: (question: string) => Reply): Promise<ScriptedServer> {
  return listenScripted(world.network, (message) => {
    if (message.startsWith('s ')) return '200 OK: Ready +stamps +pipeline\n';
    return message.startsWith('r ') ? otherwise(message) : goodAnswer(message);
  });
}

async function run(world: PacedWorld, opened: Opened): Promise<void> {
  const stretch = { startNs: soon(world, opened), durationNs: 100 * MS, pace: uniform(10 * PROBES) };
  await world.drive(opened.session.run(stretch));
}

export function residences(makeWorld: MakeWorld): void {
  describe('residences', () => {
    test('are those of the samples, on each connection, and after each stretch those of its own', async () => {
      const world = makeWorld();
      const server = await world.drive(startServer(world.network, { host: '127.0.0.1', port: 0 }));
      const delay = { delayNs: DELAY_NS, unit: 'seconds' } as const;
      const opened = await openPaced(world, server.endpoints[0]!.port, {
        connections: 2,
        residences: true,
        session: { ...SESSION, setup: setupOf({ delay }) },
      });
      expect(opened.session.readyText).toBe('200 OK: Ready +stamps +waits +busy +pipeline');
      expect(await world.drive(opened.session.residences(1_000 * MS))).toBeUndefined();
      const { samples } = opened.witness;
      for (let stretch = 0; stretch < 2; stretch++) {
        await run(world, opened);
        const told = (await world.drive(opened.session.residences(1_000 * MS)))!;
        expect(told).toMatchObject({ source: 'application' });
        const own = samples.splice(0).sort((a, b) => a.connection - b.connection || a.sentNs - b.sentNs);
        expect([...told.rttNs]).toEqual(own.map(({ rttNs }) => rttNs));
        for (const [i, ns] of told.residenceNs.entries()) {
          expect(ns).toBeGreaterThanOrEqual(DELAY_NS);
          expect(ns).toBeLessThanOrEqual(told.rttNs[i]!);
        }
        expect(told.residenceNs).toHaveLength(PROBES);
        expect(told.kernelRttNs).toHaveLength(PROBES);
      }
      await world.drive(opened.session.close());
      await world.drive(server.close());
    });

    test('are asked for behind the last echo, and never of a server that has not agreed', async () => {
      for (const agrees of [true, false]) {
        const world = makeWorld();
        const { port, heard } = await listenScripted(world.network, (message) => {
          if (message.startsWith('r ')) return `200 OK: Residence kernel${' 7'.repeat(PROBES)}\n`;
          const words = agrees ? ' +stamps +pipeline' : ' +pipeline';
          return message.startsWith('s ') ? `200 OK: Ready${words}\n` : goodAnswer(message);
        });
        const opened = await openPaced(world, port, { residences: true, payloadBytes: 10, session: SESSION });
        await run(world, opened);
        const told = await world.drive(opened.session.residences(1_000 * MS));
        await world.drive(opened.session.close());
        expect(heard[0]).toBe('s RTT 10 1000000 0 +stamps +pipeline\n');
        const behind = heard.slice(2 + PROBES);
        expect(behind).toEqual(agrees ? [`r 1 ${PROBES}\n`, 't\n'] : ['t\n']);
        expect(told?.source).toBe(agrees ? 'kernel' : undefined);
        expect([...(told?.residenceNs ?? [])]).toEqual(agrees ? Array(PROBES).fill(7) : []);
      }
    });

    test('are none of a plain echo, nor of a server that does not know the question', async () => {
      const world = makeWorld();
      const plain = await openPaced(world, (await listenEcho(world.network)).port, { residences: true });
      const { port } = await listenScripted(world.network, (message) => {
        if (message.includes('+')) return { say: '404 ERROR: Invalid Connection Setup Message\n', go: 'end' };
        return goodAnswer(message);
      });
      const older = await openPaced(world, port, { residences: true, payloadBytes: 10, session: SESSION });
      for (const opened of [plain, older]) {
        await run(world, opened);
        expect(opened.witness.samples).toHaveLength(PROBES);
        expect(await world.drive(opened.session.residences(1_000 * MS))).toBeUndefined();
        await world.drive(opened.session.close());
      }
    });

    test.each<[what: string, code: string, reply: Reply]>([
      ['says nothing', 'timeout', {}],
      ['says something else', 'peer', { say: '200 OK: Residence kernel 1\n' }],
      ['refuses', 'peer', { say: '404 ERROR: Invalid Measurement Message\n', go: 'end' }],
      ['goes away', 'network', { go: 'drop' }],
    ])(
      'a server that %s has answered every probe all the same, and is let go soon',
      async (_, code, reply) => {
        const world = makeWorld();
        const { port } = await listenAgreeing(world, () => reply);
        const opened = await openPaced(world, port, { residences: true, payloadBytes: 10, session: SESSION });
        await run(world, opened);
        const { timekeeper } = world.network;
        const askedNs = timekeeper.nowNs();
        const asking = opened.session.residences(100 * MS);
        // One that goes away may be seen to have ended, or to have been reset.
        const codes = code === 'network' ? /^(network|peer)$/ : new RegExp(`^${code}$`);
        await expect(world.drive(asking)).rejects.toMatchObject({
          code: expect.stringMatching(codes),
          phase: 'measurement',
        });
        await world.drive(opened.session.close());
        // Of real time nothing is exact, and the machine may be busy.
        expect(Number(timekeeper.nowNs() - askedNs)).toBeLessThan((world.isReal ? 1_000 : 110) * MS);
        expect(opened.witness.samples.filter(({ rttNs }) => rttNs > 0)).toHaveLength(PROBES);
      },
    );

    test('nothing else is begun while they are asked for', async () => {
      const world = makeWorld();
      const { port } = await listenAgreeing(world, () => ({}));
      const opened = await openPaced(world, port, { residences: true, payloadBytes: 10, session: SESSION });
      await run(world, opened);
      const asking = opened.session.residences(1_000 * MS).catch((error: unknown) => error);
      await expect(world.drive(run(world, opened))).rejects.toMatchObject({ code: 'internal' });
      await world.drive(opened.session.close());
      expect(await world.drive(asking)).toMatchObject({ code: 'cancelled' });
    });
  });
}
