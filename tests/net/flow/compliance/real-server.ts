/** Compliance: flows and the server of this project understand each other. */
import { describe, expect, test } from 'vitest';
import type { LoadVerdict } from '../../../../src/core/load/load-greeting.ts';
import type { LoadQuestion } from '../../../../src/core/load/load-messages.ts';
import { type EchoServer, startServer } from '../../../../src/server/server.ts';
import type { HeldToken } from '../../../../src/token/held-token.ts';
import { generateIssuerKey } from '../../../../src/token/keys.ts';
import { ISSUER, issueNow } from '../../../token/issuing.ts';
import { type FlowWorld, MS, type OpenFlow, OWNER, openFlow, pass } from '../flow-world.ts';

interface Owned {
  readonly server: EchoServer;
  readonly port: number;
  readonly owner: OpenFlow;
  readonly stream: LoadQuestion;
}

/** A server, and a load of it that probes ten times a second. */
async function own(world: FlowWorld, maxLoadMs = 60_000): Promise<Owned> {
  const limits = { maxLoadMs };
  const server = await world.drive(startServer(world.network, { host: '127.0.0.1', port: 0, limits }));
  const { port } = server.endpoints[0]!;
  const owner = await openFlow(world, port, { question: OWNER });
  const startNs = Number(world.network.timekeeper.nowNs() - owner.epochNs);
  owner.flow.command({ kind: 'probe', startNs, intervalNs: 20 * MS });
  return { server, port, owner, stream: { kind: 'join', key: keyOf(owner.flow.answer) } };
}

function keyOf(answer: LoadVerdict | undefined): string {
  return answer?.kind === 'granted' ? answer.key : '';
}

export function realServer(world: () => FlowWorld): void {
  describe('with the server of this project', () => {
    test.each(['send', 'receive'] as const)('count data alike on both sides: %s', async (kind) => {
      const { server, port, owner, stream } = await own(world());
      const { flow, witness, epochNs } = await openFlow(world(), port, { question: stream });
      flow.command({ kind, bitsPerSecond: 0 });
      const startNs = Number(world().network.timekeeper.nowNs() - epochNs);
      flow.command({ kind: 'probe', startNs, intervalNs: 20 * MS });
      await pass(world(), 350 * MS);
      flow.command({ kind: 'rest' });
      flow.command({ kind: 'stop' });
      const end = await world().drive(witness.ended);
      expect(end.error).toBeUndefined();
      const { sentBytes = 0, receivedBytes = 0 } = witness.last ?? {};
      expect(end.peerSentBytes).toBe(receivedBytes);
      expect(kind === 'send' ? sentBytes : receivedBytes).toBeGreaterThan(100_000);
      if (kind === 'send') expect(witness.reports.at(-1)?.receivedBytes).toBe(sentBytes);
      await world().drive(flow.close());
      await world().drive(owner.flow.close());
      for (const { witness: told } of [owner, { witness }]) {
        expect(told.all('rttNs').filter((ns) => ns > 0).length).toBeGreaterThan(3);
        expect(told.all('residenceNs').filter((ns) => ns >= 0).length).toBeGreaterThan(3);
      }
      expect(owner.witness.reports.length).toBeGreaterThan(1);
      await world().drive(server.close());
    });

    test('show a token on each connection, and are none where it is refused', async () => {
      const accepted: string[] = [];
      const server = await world().drive(
        startServer(world().network, {
          host: '127.0.0.1',
          port: 0,
          tokens: { publicKeys: [ISSUER.publicKey] },
          onEvent: (event) => event.kind === 'token' && accepted.push(event.principal.name),
        }),
      );
      const { port } = server.endpoints[0]!;
      const opened = (question: LoadQuestion, token: HeldToken): Promise<OpenFlow> =>
        openFlow(world(), port, { question, plan: { protocol: { kind: 'load', question, token } } });
      const owner = await opened(OWNER, issueNow({ name: 'owner' }));
      const stream = await opened(
        { kind: 'join', key: keyOf(owner.flow.answer) },
        issueNow({ name: 'stream' }),
      );
      expect(stream.flow.answer?.kind).toBe('granted');
      const stranger = issueNow({}, generateIssuerKey());
      await expect(opened(OWNER, stranger)).rejects.toMatchObject({ code: 'usage', phase: 'setup' });
      for (const { flow } of [stream, owner]) await world().drive(flow.close());
      await world().drive(server.close());
      expect(accepted).toEqual(['owner', 'stream']);
    });

    test('end all at the granted moment, and say that this is why', async () => {
      const { server, port, owner, stream } = await own(world(), 500);
      const { flow, witness } = await openFlow(world(), port, { question: stream });
      flow.command({ kind: 'receive', bitsPerSecond: 8_000_000 });
      const ends = await world().drive(Promise.all([owner.witness.ended, witness.ended]));
      expect(ends.map(({ reason }) => reason)).toEqual(['time', 'time']);
      expect(ends.map(({ error }) => error?.code)).toEqual(['limit', 'limit']);
      expect(witness.last?.receivedBytes).toBeGreaterThan(0);
      await world().drive(Promise.all([owner.flow.close(), flow.close()]));
      await world().drive(server.close());
    });

    test('end all when the owner leaves, and make room for the next at once', async () => {
      const { server, port, owner, stream } = await own(world());
      const { flow, witness } = await openFlow(world(), port, { question: stream });
      flow.command({ kind: 'send', bitsPerSecond: 8_000_000 });
      await pass(world(), 60 * MS);
      const second = await openFlow(world(), port, { question: OWNER });
      expect(second.flow.answer?.kind).toBe('wait');
      await world().drive(Promise.all([owner.flow.close(), witness.ended]));
      expect(witness.ends[0]?.reason).toBe('done');
      await world().drive(Promise.all([flow.close(), second.flow.close()]));
      await pass(world(), 50 * MS);
      const third = await openFlow(world(), port, { question: OWNER });
      expect(third.flow.answer?.kind).toBe('granted');
      await world().drive(third.flow.close());
      await world().drive(server.close());
    });

    test('are refused with a key that is none of its loads', async () => {
      const { server, port, owner } = await own(world());
      const question = { kind: 'join', key: 'f'.repeat(32) } as const;
      await expect(openFlow(world(), port, { question })).rejects.toMatchObject({ code: 'limit' });
      await world().drive(owner.flow.close());
      await world().drive(server.close());
    });

    test('end when it is closed in the middle, with its reason', async () => {
      const { server, port, owner, stream } = await own(world());
      const { flow, witness } = await openFlow(world(), port, { question: stream });
      flow.command({ kind: 'receive', bitsPerSecond: 8_000_000 });
      await pass(world(), 60 * MS);
      const closed = server.close();
      const ends = await world().drive(Promise.all([owner.witness.ended, witness.ended]));
      expect(ends.map(({ reason }) => reason)).toEqual(['shutdown', 'shutdown']);
      await world().drive(Promise.all([owner.flow.close(), flow.close(), closed]));
    });
  });
}
