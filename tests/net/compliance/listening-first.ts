/** Compliance: a client that listens before it speaks can tell a server that is full from one that objects. */
import { describe, expect, test } from 'vitest';
import { goodAnswer, listenScripted } from '../scripted-server.ts';
import { makePlan, makeSamples, NO_BUDGET_NS, open, type World } from '../world.ts';

const LISTENING = { ...makePlan('size-first'), listensFirst: true };

export function listeningFirst(world: () => World): void {
  describe('listening first', () => {
    test.each([
      ['at once', ['404 ERROR: Invalid Connection Setup Message\n']],
      ['in pieces', ['4', '0', '4 ERROR\n']],
    ])('a server that refuses unasked, %s, is full, and hears nothing', async (_how, greeting) => {
      const heard: string[] = [];
      const listener = await world().network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
        for (const piece of greeting) connection.write(Buffer.from(piece));
        connection.end();
        return {
          onBytes: (chunk) => heard.push(Buffer.from(chunk).toString()),
          onDrain: () => {},
          onEnd: () => {},
          onClose: () => {},
        };
      });
      const opening = open(world(), listener.endpoints[0]!.port, LISTENING);
      await expect(opening).rejects.toMatchObject({ code: 'limit', phase: 'setup' });
      expect(heard).toEqual([]);
    });

    test('a server that closes unasked is told as that', async () => {
      const listener = await world().network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
        connection.end();
        return { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => {} };
      });
      const opening = open(world(), listener.endpoints[0]!.port, LISTENING);
      await expect(opening).rejects.toMatchObject({
        code: 'peer',
        phase: 'setup',
        message: 'the server closed the connection before anything was said',
      });
    });

    test('a server that waits to be spoken to is measured like any other', async () => {
      const { port, heard } = await listenScripted(world().network, goodAnswer);
      const session = await open(world(), port, LISTENING);
      const samples = makeSamples();
      await world().drive(session.runBatch({ probes: 2, budgetNs: NO_BUDGET_NS }, samples));
      expect(await world().drive(session.close())).toBe('answered');
      expect(samples.count).toBe(2);
      expect(heard).toHaveLength(4);
    });

    test('whoever stops the run does not wait for it', async () => {
      const { port } = await listenScripted(world().network, goodAnswer);
      const abort = new AbortController();
      const opening = open(world(), port, LISTENING, { signal: abort.signal });
      abort.abort();
      await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
    });
  });
}
