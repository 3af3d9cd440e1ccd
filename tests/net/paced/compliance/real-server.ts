/** Compliance: paced probes and the servers of the protocol understand each other. */
import { describe, expect, test } from 'vitest';
import type { ServerEvent } from '../../../../src/server/events.ts';
import type { ServeOptions } from '../../../../src/server/plan.ts';
import { startServer } from '../../../../src/server/server.ts';
import { generateIssuerKey } from '../../../../src/token/keys.ts';
import { ISSUER, issueNow } from '../../../token/issuing.ts';
import { goodAnswer, listenScripted } from '../../scripted-server.ts';
import type { MakeWorld } from '../compliance.ts';
import { LATENCY_NS, MS, openPaced, type PacedWorld, pass, setupOf, soon, uniform } from '../paced-world.ts';

const SESSION = { protocol: 'size-first' } as const;

async function serve(world: PacedWorld, options: ServeOptions = {}) {
  const events: ServerEvent[] = [];
  const server = await world.drive(
    startServer(world.network, {
      host: '127.0.0.1',
      port: 0,
      onEvent: (event) => events.push(event),
      ...options,
    }),
  );
  return { server, port: server.endpoints[0]!.port, events };
}

export function realServer(makeWorld: MakeWorld): void {
  describe('with servers of the protocol', () => {
    test('many are under way where the server agrees, each is echoed, and each connection is terminated', async () => {
      const world = makeWorld();
      const { server, port, events } = await serve(world);
      const opened = await openPaced(world, port, { connections: 3, inFlight: 50, session: SESSION });
      const { session, witness } = opened;
      expect(session.inFlight).toBe(50);
      expect(session.readyText).toBe('200 OK: Ready +pipeline');
      const startNs = soon(world, opened);
      const tally = await world.drive(session.run({ startNs, durationNs: 200 * MS, pace: uniform(3_000) }));
      expect(tally).toMatchObject({ dueCount: 600, sentCount: 600, answeredCount: 600 });
      if (!world.isReal) {
        for (const { dueNs, sentNs, rttNs } of witness.samples) {
          expect(sentNs).toBe(Math.ceil(dueNs));
          expect(rttNs).toBe(2 * LATENCY_NS);
        }
      }
      await world.drive(session.close());
      await world.drive(server.close());
      const ends = events.filter((event) => event.kind === 'end');
      expect(ends.map(({ reason }) => reason)).toEqual(['terminated', 'terminated', 'terminated']);
      // Beside the samples one of each connection, of its opening.
      expect(ends.reduce((sum, { echoed }) => sum + echoed, 0)).toBe(603);
    });

    test('each connection shows its token, and none is opened where it is refused', async () => {
      const world = makeWorld();
      const { server, port, events } = await serve(world, { tokens: { publicKeys: [ISSUER.publicKey] } });
      const session = { ...SESSION, token: issueNow() };
      const opened = await openPaced(world, port, { connections: 3, inFlight: 50, session });
      expect(opened.session.inFlight).toBe(50);
      const stranger = { ...SESSION, token: issueNow({}, generateIssuerKey()) };
      await expect(openPaced(world, port, { connections: 3, session: stranger })).rejects.toMatchObject({
        code: 'usage',
        phase: 'setup',
      });
      await world.drive(opened.session.close());
      await world.drive(server.close());
      expect(events.filter((event) => event.kind === 'token')).toHaveLength(3);
    });

    test('a server that takes 2 ms for each serves 500/s, and what is due beyond that waits longer and longer', async () => {
      const world = makeWorld();
      const { server, port } = await serve(world);
      const delay = { delayNs: 2 * MS, unit: 'seconds' } as const;
      const opened = await openPaced(world, port, { session: { ...SESSION, setup: setupOf({ delay }) } });
      const startNs = soon(world, opened);
      const run = opened.session.run({ startNs, durationNs: 100 * MS, pace: uniform(1_000) });
      expect(await world.drive(run)).toMatchObject({ sentCount: 100, answeredCount: 100 });
      const samples = opened.witness.inOrder;
      if (world.isReal) {
        expect(samples.at(-1)!.rttNs).toBeGreaterThan(70 * MS);
      } else {
        let echoedNs = 0;
        for (const { sentNs, rttNs } of samples) {
          echoedNs = Math.max(sentNs + LATENCY_NS, echoedNs) + 2 * MS;
          expect(sentNs + rttNs).toBe(echoedNs + LATENCY_NS);
        }
      }
      await world.drive(opened.session.close());
      await world.drive(server.close());
    });

    test.each([
      ['refuses a setup with what it does not know', 's RTT 10 1000000 0 +pipeline\n'],
      ['agrees to nothing', undefined],
    ])('a server that %s has one at a time on each connection', async (_, refused) => {
      const world = makeWorld();
      const { port, heard } = await listenScripted(world.network, (message) => {
        if (message === refused) return { say: '404 ERROR: Invalid Connection Setup Message\n', go: 'end' };
        return goodAnswer(message);
      });
      const opened = await openPaced(world, port, { connections: 2, payloadBytes: 10, session: SESSION });
      expect(opened.session.inFlight).toBe(1);
      const startNs = soon(world, opened);
      const run = opened.session.run({ startNs, durationNs: 100 * MS, pace: uniform(200) });
      expect(await world.drive(run)).toMatchObject({ sentCount: 20, answeredCount: 20 });
      await world.drive(opened.session.close());
      const ends = (): number => heard.filter((message) => message === 't\n').length;
      for (let looks = 0; looks < 100 && ends() < 2; looks++) await pass(world, 20 * MS);
      expect(ends()).toBe(2);
      expect(heard.filter((message) => message === refused).length).toBeLessThanOrEqual(1);
    });

    test('whoever wants one at a time asks for nothing more', async () => {
      const world = makeWorld();
      const { port, heard } = await listenScripted(world.network, goodAnswer);
      const opened = await openPaced(world, port, { inFlight: 1, payloadBytes: 10, session: SESSION });
      expect(heard).toEqual(['s RTT 10 1000000 0\n', 'm abcdefghij 1\n']);
      await world.drive(opened.session.close());
    });

    test('a server with too few places says how many it has, and which option gives it more', async () => {
      const world = makeWorld();
      const { server, port } = await serve(world, { limits: { maxSessions: 3 } });
      await expect(openPaced(world, port, { connections: 5, session: SESSION })).rejects.toMatchObject({
        code: 'limit',
        message: expect.stringMatching(/^the server took 3 of 5 connections/),
        advice: expect.stringContaining('--max-sessions'),
      });
      await world.drive(server.close());
    });

    test('a run of more probes than the setup allows ends with a reason, and every sample it had', async () => {
      const world = makeWorld();
      const { server, port } = await serve(world);
      const session = { ...SESSION, setup: setupOf({ probes: 11 }) };
      const opened = await openPaced(world, port, { connections: 2, session });
      const startNs = soon(world, opened);
      const run = opened.session.run({ startNs, durationNs: 1_000 * MS, pace: uniform(1_000) });
      await expect(world.drive(run)).rejects.toMatchObject({ code: 'limit', advice: expect.any(String) });
      expect(opened.witness.samples.filter(({ rttNs }) => rttNs > 0)).toHaveLength(20);
      await world.drive(opened.session.close());
      await world.drive(server.close());
    });

    test('a server that refuses a probe in the middle is quoted, and the echoes before it are samples', async () => {
      const world = makeWorld();
      const { port } = await listenScripted(world.network, (message, index) => {
        if (index === 0) return '200 OK: Ready +pipeline\n';
        if (index < 20) return message;
        return index === 20 ? { say: '404 ERROR: Invalid Measurement Message\n', go: 'end' } : undefined;
      });
      const opened = await openPaced(world, port, { payloadBytes: 10, session: SESSION });
      const startNs = soon(world, opened);
      const run = opened.session.run({ startNs, durationNs: 1_000 * MS, pace: uniform(1_000) });
      await expect(world.drive(run)).rejects.toMatchObject({
        code: 'peer',
        phase: 'measurement',
        received: expect.stringContaining('404 ERROR: Invalid Measurement Message'),
      });
      expect(opened.witness.samples.filter(({ rttNs }) => rttNs > 0)).toHaveLength(18);
    });
  });
}
