/** Compliance: how a flow ends that was not told to, and what is left of it. */
import { describe, expect, test } from 'vitest';
import { type FlowWorld, MS, OWNER, openFlow, pass } from '../flow-world.ts';
import { listenLoad, type PeerScript } from '../load-peer.ts';

/** A server that says this when it is asked for data. */
function saying(text: string): PeerScript {
  return {
    hear: (message, peer) => {
      if (message.kind !== 'begin') return false;
      peer.say(text);
      return true;
    },
  };
}

export function ends(world: () => FlowWorld): void {
  describe('ends', () => {
    const faults: readonly [what: string, script: PeerScript, says: RegExp][] = [
      ['garbage', saying('hello\n'), /no message of a load/],
      ['a line without an end', saying('d '.padEnd(200, '1')), /no message of a load/],
      ['a frame of no bytes', saying('d 0\n'), /no message of a load/],
      ['what only a client says', saying('m 1\n'), /only a client says/],
      ['an answer to no marker', saying('a 1 5\n'), /marker that was not sent/],
      ["a kernel's answer to no marker", saying('k 1 5 5\n'), /not asked for/],
      ['a total that is none', saying('d 3\nabce 4\n'), /other than the 3 bytes/],
      ['data behind its end', saying('d 3\nabce 3\nd 3\nabc'), /behind its end/],
      ['two ends', saying('e 0\ne 0\n'), /twice/],
      ['a report of more than it was sent', saying('r 9 9 9\n'), /more than it was sent/],
      ['a clock that goes back', saying('r 0 9 9\nr 0 8 9\n'), /less than before/],
    ];
    test.each(faults)('with an error of the peer when it sends %s', async (_, script, says) => {
      const { port } = await listenLoad(world().network, script);
      const { flow, witness } = await openFlow(world(), port);
      flow.command({ kind: 'receive', bitsPerSecond: 0 });
      const { error } = await world().drive(witness.ended);
      expect(error).toMatchObject({
        code: 'peer',
        phase: 'measurement',
        message: expect.stringMatching(says),
      });
      await world().drive(flow.close());
      expect(witness.ends.length).toBe(1);
    });

    test('with an error of the peer when it sends data that nobody asked for', async () => {
      const { port, connections } = await listenLoad(world().network);
      const { flow, witness } = await openFlow(world(), port);
      connections[0]?.say('d 3\nabc');
      const { error } = await world().drive(witness.ended);
      expect(error).toMatchObject({ code: 'peer', message: expect.stringMatching(/nobody asked for/) });
      await world().drive(flow.close());
    });

    test('with an error of the peer when it has not received what it was sent', async () => {
      const { port } = await listenLoad(world().network, { reported: (bytes) => Math.floor(bytes / 2) });
      const { flow, witness } = await openFlow(world(), port);
      flow.command({ kind: 'send', bitsPerSecond: 8_000_000 });
      await pass(world(), 150 * MS);
      flow.command({ kind: 'stop' });
      const { error } = await world().drive(witness.ended);
      expect(error).toMatchObject({ code: 'peer', message: expect.stringMatching(/received other than/) });
      await world().drive(flow.close());
    });

    test('with what was counted until then when the server closes in the middle', async () => {
      const { port, connections } = await listenLoad(world().network);
      const { flow, witness } = await openFlow(world(), port);
      flow.command({ kind: 'receive', bitsPerSecond: 8_000_000 });
      await pass(world(), 150 * MS);
      connections[0]?.connection.end();
      connections[0]?.sender.stop();
      const { error } = await world().drive(witness.ended);
      expect(error).toMatchObject({ code: 'peer', message: expect.stringMatching(/closed the connection/) });
      expect(witness.last?.receivedBytes).toBeGreaterThan(0);
      await world().drive(flow.close());
    });

    test('when the connection is reset in the middle', async () => {
      const { port, connections } = await listenLoad(world().network);
      const { flow, witness } = await openFlow(world(), port);
      flow.command({ kind: 'send', bitsPerSecond: 0 });
      await pass(world(), 60 * MS);
      connections[0]?.connection.destroy();
      const { error } = await world().drive(witness.ended);
      expect(['network', 'peer']).toContain(error?.code);
      await world().drive(flow.close());
      expect(witness.ends.length).toBe(1);
    });

    test('with the reason that the server gives', async () => {
      const { port, connections } = await listenLoad(world().network);
      const { flow, witness } = await openFlow(world(), port, { question: OWNER });
      connections[0]?.say('x time\n');
      const { error, reason } = await world().drive(witness.ended);
      expect(reason).toBe('time');
      expect(error).toMatchObject({ code: 'limit', message: expect.stringMatching(/granted is over/) });
      await world().drive(flow.close());
    });

    test('when a server that was told to stop goes on for ever', async () => {
      const { port, connections } = await listenLoad(world().network, { hear: ({ kind }) => kind === 'end' });
      const { flow, witness } = await openFlow(world(), port, { plan: { timeoutNs: 150 * MS } });
      flow.command({ kind: 'receive', bitsPerSecond: 8_000_000 });
      await pass(world(), 60 * MS);
      flow.command({ kind: 'stop' });
      const { error } = await world().drive(witness.ended);
      expect(error).toMatchObject({ code: 'timeout' });
      await world().drive(flow.close());
      await pass(world(), 30 * MS);
      expect(connections[0]?.isClosed || connections[0]?.hasEnded).toBe(true);
    });

    test('without a word when it is closed in the middle, and the server is free', async () => {
      const { port, connections } = await listenLoad(world().network);
      const sending = await openFlow(world(), port);
      const receiving = await openFlow(world(), port);
      sending.flow.command({ kind: 'send', bitsPerSecond: 0 });
      receiving.flow.command({ kind: 'receive', bitsPerSecond: 0 });
      await pass(world(), 60 * MS);
      await world().drive(Promise.all([sending.flow.close(), receiving.flow.close()]));
      const told = sending.witness.tallies.length;
      await pass(world(), 120 * MS);
      expect(sending.witness.ends).toEqual([]);
      expect(sending.witness.tallies.length).toBe(told);
      expect(connections.map((each) => each.isClosed || each.hasEnded)).toEqual([true, true]);
    });

    test('of a whole lane at once', async () => {
      const { port, connections } = await listenLoad(world().network);
      const lane = world().engine.openFlowLane();
      for (let i = 0; i < 3; i++) {
        const { flow } = await openFlow(world(), port, { lane });
        flow.command({ kind: 'receive', bitsPerSecond: 8_000_000 });
      }
      await world().drive(lane.close());
      await pass(world(), 50 * MS);
      expect(connections.map((each) => each.isClosed || each.hasEnded)).toEqual([true, true, true]);
    });
  });
}
