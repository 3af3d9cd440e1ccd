/** Compliance: what a server may rely on when it listens, whatever carries its connections. */
import { describe, expect, test } from 'vitest';
import type { Connection, ConnectionHandler } from '../../../src/net/connection.ts';
import { goodAnswer, listenScripted } from '../scripted-server.ts';
import { MS, makePlan, makeSamples, NO_BUDGET_NS, open, unusedPort, type World } from '../world.ts';

const NOTHING: ConnectionHandler = {
  onBytes: () => {},
  onDrain: () => {},
  onEnd: () => {},
  onClose: () => {},
};

async function listen(world: World, accept: (connection: Connection) => ConnectionHandler): Promise<number> {
  const listener = await world.network.listen({ host: '127.0.0.1', port: 0 }, accept);
  return listener.endpoints[0]!.port;
}

export function listening(world: () => World): void {
  describe('listening', () => {
    test('a free port is a real one, and told', async () => {
      const listener = await world().network.listen({ host: '127.0.0.1', port: 0 }, () => NOTHING);
      expect(listener.endpoints).toHaveLength(1);
      expect(listener.endpoints[0]).toMatchObject({ address: '127.0.0.1', family: 4 });
      expect(listener.endpoints[0]!.port).toBeGreaterThan(0);
    });

    test('a port that is taken is a network error, and no silent second server', async () => {
      const listener = await world().network.listen({ host: '127.0.0.1', port: 0 }, () => NOTHING);
      const { port } = listener.endpoints[0]!;
      const second = world().network.listen({ host: '127.0.0.1', port }, () => NOTHING);
      await expect(second).rejects.toMatchObject({
        code: 'network',
        message: expect.stringContaining('taken'),
      });
    });

    test('closing the listener frees the port and leaves open connections alone', async () => {
      const port = await unusedPort(world());
      const listener = await world().network.listen({ host: '127.0.0.1', port }, (connection) => ({
        ...NOTHING,
        onBytes: (chunk) => {
          connection.write(chunk);
        },
      }));
      const session = await open(world(), port, makePlan('plain'));
      const samples = makeSamples();
      // An echo shows that the connection was accepted, not only made.
      await world().drive(session.runBatch({ probes: 1, budgetNs: NO_BUDGET_NS }, samples));
      listener.close();
      await world().drive(session.runBatch({ probes: 3, budgetNs: NO_BUDGET_NS }, samples));
      expect(samples.count).toBe(4);
      await expect(open(world(), port, makePlan('plain'))).rejects.toMatchObject({ code: 'network' });
    });

    test('the stamp of a chunk lies between its sending and the present', async () => {
      const { timekeeper } = world().network;
      const stamps: [chunkNs: bigint, presentNs: bigint][] = [];
      const port = await listen(world(), (connection) => ({
        ...NOTHING,
        onBytes: (chunk, nowNs) => {
          stamps.push([nowNs, timekeeper.nowNs()]);
          connection.write(chunk);
        },
      }));
      const startNs = timekeeper.nowNs();
      const session = await open(world(), port, makePlan('plain'));
      await world().drive(session.runBatch({ probes: 1, budgetNs: NO_BUDGET_NS }, makeSamples()));
      expect(stamps).toHaveLength(1);
      const [[chunkNs, presentNs]] = stamps as [[bigint, bigint]];
      expect(chunkNs > startNs && chunkNs <= presentNs).toBe(true);
    });

    test('a chunk that is sent back at once arrives as it came, however slowly the peer reads', async () => {
      const port = await listen(world(), (connection) => ({
        ...NOTHING,
        // Never paused: what the network cannot send at once waits while the next chunk is read.
        onBytes: (chunk) => {
          connection.write(chunk);
        },
      }));
      const session = await open(world(), port, makePlan('plain', { payloadBytes: 8 * 1024 * 1024 }));
      const samples = makeSamples();
      await world().drive(session.runBatch({ probes: 2, budgetNs: NO_BUDGET_NS }, samples));
      expect(samples.count).toBe(2);
    });

    test('a paused connection hears nothing until it is resumed, and then everything in order', async () => {
      const { timekeeper } = world().network;
      let early = 0;
      let paused = false;
      const port = await listen(world(), (connection) => ({
        ...NOTHING,
        onBytes: (chunk) => {
          if (paused) early++;
          connection.write(chunk);
          paused = true;
          connection.pause();
          timekeeper.wakeAt(timekeeper.nowNs() + BigInt(MS), () => {
            paused = false;
            connection.resume();
          });
        },
      }));
      const session = await open(world(), port, makePlan('plain', { payloadBytes: 512 * 1024 }));
      const samples = makeSamples();
      await world().drive(session.runBatch({ probes: 2, budgetNs: NO_BUDGET_NS }, samples));
      expect(samples.count).toBe(2);
      expect(early).toBe(0);
    });

    test('close() still delivers what was written before it', async () => {
      const port = await listen(world(), (connection) => ({
        ...NOTHING,
        onBytes: (chunk) => {
          connection.write(chunk);
          connection.close();
        },
      }));
      const session = await open(world(), port, makePlan('plain'));
      const samples = makeSamples();
      await world().drive(session.runBatch({ probes: 1, budgetNs: NO_BUDGET_NS }, samples));
      expect(samples.count).toBe(1);
    });

    test('a client that goes is heard: its FIN, then the end, once', async () => {
      const told: string[] = [];
      let closed: (() => void) | undefined;
      const whenClosed = new Promise<void>((resolve) => {
        closed = resolve;
      });
      const port = await listen(world(), (connection) => ({
        ...NOTHING,
        onEnd: () => {
          told.push('end');
          connection.end();
        },
        onClose: (error) => {
          told.push(error === undefined ? 'close' : 'failure');
          closed?.();
        },
      }));
      const session = await open(world(), port, makePlan('plain'));
      await world().drive(session.close());
      await world().drive(whenClosed);
      expect(told).toEqual(['end', 'close']);
    });

    test('every connection has a handler of its own', async () => {
      const { port, heard } = await listenScripted(world().network, goodAnswer);
      for (const payloadBytes of [1, 2]) {
        const session = await open(world(), port, makePlan('size-first', { payloadBytes, probes: 1 }));
        await world().drive(session.runBatch({ probes: 1, budgetNs: NO_BUDGET_NS }, makeSamples()));
        expect(await world().drive(session.close())).toBe('answered');
      }
      expect(heard).toEqual(['s RTT 1 1 0\n', 'm a 1\n', 't\n', 's RTT 2 1 0\n', 'm ab 1\n', 't\n']);
    });
  });
}
