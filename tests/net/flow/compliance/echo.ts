/** Compliance: flows to a server that only echoes. */
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../../src/net/connection.ts';
import { type FlowWorld, MS, type OpenFlow, openFlow, pass } from '../flow-world.ts';

interface EchoPeer {
  readonly port: number;
  readonly connections: readonly Connection[];
  /** Most that was under way at once, as far as the peer can see it. */
  heardBytes: number;
}

/** @param change what it sends back in the place of what it heard */
async function listenEcho(
  { network }: FlowWorld,
  change: (chunk: Uint8Array, heardBytes: number) => Uint8Array = (chunk) => chunk,
): Promise<EchoPeer> {
  const connections: Connection[] = [];
  const peer = { port: 0, connections, heardBytes: 0 };
  const { endpoints } = await network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
    connections.push(connection);
    return {
      onBytes: (chunk) => {
        peer.heardBytes += chunk.length;
        // As any echo server that has to wait for its client to read.
        if (!connection.write(change(Uint8Array.from(chunk), peer.heardBytes))) connection.pause();
      },
      onDrain: () => connection.resume(),
      onEnd: () => connection.end(),
      onClose: () => {},
    };
  });
  peer.port = endpoints[0]!.port;
  return peer;
}

const UNDER_WAY_BYTES = 64 * 1024;

function openEcho(world: FlowWorld, port: number): Promise<OpenFlow> {
  const protocol = { kind: 'echo', bytesUnderWay: UNDER_WAY_BYTES, isOwner: false } as const;
  return openFlow(world, port, { plan: { protocol, stamps: true } });
}

export function echo(world: () => FlowWorld): void {
  describe('to an echo server', () => {
    test('count alike what went out and what came back', async () => {
      const peer = await listenEcho(world());
      const { flow, witness } = await openEcho(world(), peer.port);
      expect(flow.answer).toBeUndefined();
      flow.command({ kind: 'send', bitsPerSecond: 0 });
      flow.command({ kind: 'receive', bitsPerSecond: 0 });
      await pass(world(), 200 * MS);
      flow.command({ kind: 'stop' });
      expect(await world().drive(witness.ended)).toEqual({
        error: undefined,
        reason: undefined,
        peerSentBytes: undefined,
      });
      expect(witness.last?.sentBytes).toBeGreaterThan(2 * UNDER_WAY_BYTES);
      expect(witness.last?.receivedBytes).toBe(witness.last?.sentBytes);
      expect(peer.heardBytes).toBe(witness.last?.sentBytes);
      await world().drive(flow.close());
    });

    test('have no more under way than was asked for', async () => {
      const peer = await listenEcho(world());
      const { flow, witness } = await openEcho(world(), peer.port);
      flow.command({ kind: 'send', bitsPerSecond: 0 });
      await pass(world(), 220 * MS);
      for (const { sentBytes, receivedBytes } of witness.tallies) {
        expect(sentBytes - receivedBytes).toBeLessThanOrEqual(UNDER_WAY_BYTES);
      }
      expect(witness.tallies.length).toBeGreaterThan(0);
      await world().drive(flow.close());
    });

    test.each([0, 16_000_000])('probe beside data and alone, at %i bit/s', async (bitsPerSecond) => {
      const peer = await listenEcho(world());
      const { flow, witness, epochNs } = await openEcho(world(), peer.port);
      if (bitsPerSecond > 0) flow.command({ kind: 'send', bitsPerSecond });
      const startNs = Number(world().network.timekeeper.nowNs() - epochNs);
      flow.command({ kind: 'probe', startNs, intervalNs: 10 * MS });
      await pass(world(), 200 * MS);
      flow.command({ kind: 'rest' });
      flow.command({ kind: 'stop' });
      expect((await world().drive(witness.ended)).error).toBeUndefined();
      await world().drive(flow.close());
      expect(witness.all('dueNs')).toEqual(witness.all('dueNs').map((_, i) => startNs + i * 10 * MS));
      const rttNs = witness.all('rttNs').filter((ns) => !Number.isNaN(ns));
      expect(rttNs.length).toBeGreaterThanOrEqual(15);
      expect(Math.min(...rttNs)).toBeGreaterThan(0);
    });

    const lies: readonly [what: string, change: (chunk: Uint8Array, heard: number) => Uint8Array][] = [
      ['other bytes', (chunk, heard) => (heard > 100_000 ? chunk.map((byte) => byte ^ 1) : chunk)],
      ['a chunk less', (chunk, heard) => (heard > 100_000 ? chunk.subarray(1) : chunk)],
      ['more', (chunk) => Uint8Array.from([...chunk, ...chunk])],
    ];
    test.each(lies)('end with an error of the peer that sends back %s', async (_, change) => {
      const peer = await listenEcho(world(), change);
      const { flow, witness } = await openEcho(world(), peer.port);
      flow.command({ kind: 'send', bitsPerSecond: 80_000_000 });
      const { error } = await world().drive(witness.ended);
      expect(error).toMatchObject({ code: 'peer', message: expect.stringMatching(/^the server sent back/) });
      await world().drive(flow.close());
    });

    test.each([
      ['HTTP/1.1 400 Bad Request\r\n', 'this is a web server, no echo server', 'check the port'],
      [
        '404 ERROR: Invalid Connection Setup Message\n',
        'this server speaks a measurement protocol, and is no plain echo server',
        'leave out --echo',
      ],
    ])('call a server by what it is that answers %j', async (answer, message, advice) => {
      const peer = await listenEcho(world(), () => new Uint8Array(Buffer.from(answer)));
      const { flow, witness } = await openEcho(world(), peer.port);
      flow.command({ kind: 'probe', startNs: 0, intervalNs: 10 * MS });
      const { error } = await world().drive(witness.ended);
      expect(error).toMatchObject({ code: 'peer', message, advice });
      await world().drive(flow.close());
    });

    test('end with an error when the server closes in the middle', async () => {
      const peer = await listenEcho(world());
      const { flow, witness } = await openEcho(world(), peer.port);
      flow.command({ kind: 'send', bitsPerSecond: 8_000_000 });
      await pass(world(), 60 * MS);
      peer.connections[0]?.end();
      const { error } = await world().drive(witness.ended);
      // What it was still sent may reset the connection first.
      expect(['peer', 'network']).toContain(error?.code);
      await world().drive(flow.close());
    });
  });
}
