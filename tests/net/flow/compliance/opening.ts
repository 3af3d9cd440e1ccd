/** Compliance: how a flow is opened, or refused. */
import { describe, expect, test } from 'vitest';
import { LOAD_ERROR, type LoadQuestion, type LoadTurn } from '../../../../src/core/load/load-messages.ts';
import { type FlowWorld, MS, OWNER, openFlow, pass } from '../flow-world.ts';
import { KEY, listenLoad } from '../load-peer.ts';

const WAITING: LoadQuestion = {
  ...{ kind: 'turn', patienceMs: 60_000, durationMs: 20_000, bitsPerSecond: 0, streams: 8 },
};

export function opening(world: () => FlowWorld): void {
  describe('opening', () => {
    test('tells what the server grants, and both ends of the connection', async () => {
      const { port, connections } = await listenLoad(world().network);
      const { flow } = await openFlow(world(), port, { question: OWNER });
      expect(flow.answer).toEqual({
        kind: 'granted',
        key: KEY,
        durationMs: 20_000,
        bitsPerSecond: 0,
        streams: 8,
      });
      expect(flow.remote.port).toBe(port);
      expect(flow.local.port).toBe(connections[0]?.connection.remote.port);
      await world().drive(flow.close());
      expect(flow.local.port).toBeGreaterThan(0);
    });

    test('tells each word of its turn while it waits, and is open when it has come', async () => {
      const { port, connections } = await listenLoad(world().network, { grant: '200 OK: Turn 9000 2\n' });
      const next = ['200 OK: Turn 8000 0\n', `200 OK: Load ${KEY} 20000 0 8\n`];
      const turns: LoadTurn[] = [];
      const onTurn = (turn: LoadTurn): void => {
        turns.push(turn);
        connections[0]?.say(next.shift() ?? '');
      };
      const { flow } = await openFlow(world(), port, { question: WAITING, options: { onTurn } });
      expect(turns).toEqual([
        { kind: 'turn', afterMs: 9_000, before: 2 },
        { kind: 'turn', afterMs: 8_000, before: 0 },
      ]);
      expect(flow.answer).toMatchObject({ kind: 'granted', key: KEY });
      await world().drive(flow.close());
    });

    test.each([
      ['200 OK: Turn 5 1\n200 OK: Wait 5\n', { kind: 'wait', afterMs: 5, before: 1 }],
      [LOAD_ERROR, { kind: 'no-turns' }],
    ])('tells what came of the wait, and is closed by then: %j', async (grant, answer) => {
      const { port } = await listenLoad(world().network, { grant });
      const { flow } = await openFlow(world(), port, { question: WAITING });
      expect(flow.answer).toEqual(answer);
      await world().drive(flow.close());
    });

    test.each([
      ['x shutdown', 'it is closing'],
      ['x time', 'nobody may wait for longer'],
      ['r 1 2 3', 'no word of a turn'],
    ])('a wait that the server ends with %s is told with the reason', async (line, words) => {
      const { port } = await listenLoad(world().network, { grant: `200 OK: Turn 9000 2\n${line}\n` });
      await expect(openFlow(world(), port, { question: WAITING })).rejects.toMatchObject({
        code: 'peer',
        message: expect.stringContaining(words),
      });
    });

    test('tells how long to wait for a server that is busy, and is closed by then', async () => {
      const { port, connections } = await listenLoad(world().network, { grant: '200 OK: Wait 14000\n' });
      const { flow, witness } = await openFlow(world(), port, { question: OWNER });
      expect(flow.answer).toEqual({ kind: 'wait', afterMs: 14_000 });
      await world().drive(flow.close());
      await pass(world(), 20 * MS);
      expect(connections[0]?.hasEnded).toBe(true);
      expect(witness.tallies).toEqual([]);
    });

    const refusals: readonly [who: string, ready: string, code: string, says: RegExp][] = [
      ['an older echolot', '404 ERROR: Invalid Connection Setup Message\n', 'peer', /refused a load/],
      ['a server that takes no part', '200 OK: Ready\n', 'peer', /knows no load/],
      ['a plain echo server', 's RTT 1 1 0 +load\n', 'peer', /plain echo server/],
      ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'peer', /web server/],
    ];
    test.each(refusals)('is refused by %s in a sentence that says so', async (_, ready, code, says) => {
      const { port } = await listenLoad(world().network, { ready });
      await expect(openFlow(world(), port)).rejects.toMatchObject({
        code,
        phase: 'setup',
        message: expect.stringMatching(says),
      });
    });

    test.each([
      ['200 OK: Ready', /knows no load/],
      ['404 ERROR: Invalid Connection Setup Message', /refused a load/],
      ['200 OK: Ready +load', /did not end its answer/],
    ])('is told what was said by a server that ends no line: %s', async (ready, says) => {
      const { port } = await listenLoad(world().network, { ready });
      const opened = openFlow(world(), port, { plan: { timeoutNs: 60 * MS } });
      await expect(opened).rejects.toMatchObject({
        code: 'peer',
        message: expect.stringMatching(says),
        advice: expect.stringContaining('echolot measure'),
        received: ready,
      });
    });

    test('does not wait for ever for a server that says nothing', async () => {
      const { port, connections } = await listenLoad(world().network, { ready: undefined });
      const opened = openFlow(world(), port, { plan: { timeoutNs: 60 * MS } });
      await expect(opened).rejects.toMatchObject({ code: 'timeout', phase: 'setup' });
      await pass(world(), 20 * MS);
      expect(connections[0]?.isClosed || connections[0]?.hasEnded).toBe(true);
    });

    test('can be cancelled while the server is silent', async () => {
      const { port, connections } = await listenLoad(world().network, { ready: undefined });
      const abort = new AbortController();
      const opened = openFlow(world(), port, { options: { signal: abort.signal } });
      const refused = expect(opened).rejects.toMatchObject({ code: 'cancelled' });
      await pass(world(), 20 * MS);
      abort.abort();
      await refused;
      await pass(world(), 20 * MS);
      expect(connections[0]?.isClosed || connections[0]?.hasEnded).toBe(true);
    });

    test('is refused where nobody listens', async () => {
      const listener = await world().network.listen({ host: '127.0.0.1', port: 0 }, () => {
        throw new Error('nobody is expected');
      });
      const { port } = listener.endpoints[0]!;
      listener.close();
      await expect(openFlow(world(), port)).rejects.toMatchObject({ code: 'network', phase: 'connect' });
    });

    test('loses nothing that the server says right behind its answer', async () => {
      const grant = `200 OK: Load ${KEY} 20000 0 8\nr 0 77 5000\n`;
      const { port } = await listenLoad(world().network, { grant });
      const { flow, witness } = await openFlow(world(), port);
      await world().drive(witness.until(({ reports }) => reports.length > 0));
      expect(witness.reports).toEqual([
        { atNs: expect.any(Number), receivedBytes: 0, peerClockNs: 77, peerCpuMillionths: 5_000 },
      ]);
      await world().drive(flow.close());
    });
  });
}
