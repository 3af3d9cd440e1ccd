/** Compliance: how a session ends, and what close() says of it. It never throws. */
import { describe, expect, test } from 'vitest';
import type { TerminationOutcome } from '../../../src/net/engine.ts';
import { goodAnswer, listenScripted, type Reply } from '../scripted-server.ts';
import { makePlan, makeSamples, NO_BUDGET_NS, open, roundTrips, serve, type World } from '../world.ts';

/** Measures two probes and terminates, with a server that does as it is told at the termination. */
async function outcomeWhen(world: World, atBye: Reply): Promise<TerminationOutcome> {
  const { port } = await listenScripted(world.network, (message) =>
    message === 't\n' ? atBye : goodAnswer(message),
  );
  const session = await open(world, port, makePlan('size-first'));
  await world.drive(session.runBlock({ probes: 2, budgetNs: NO_BUDGET_NS }, makeSamples()));
  return world.drive(session.close());
}

export function termination(world: () => World): void {
  describe('termination', () => {
    test('is answered by a good server, also before all probes are done', async () => {
      const { port, events, server } = await serve(world());
      const session = await open(world(), port, makePlan('size-first', { probes: 1_000 }));
      await world().drive(session.runBlock({ probes: 2, budgetNs: NO_BUDGET_NS }, makeSamples()));
      expect(await world().drive(session.close())).toBe('answered');
      await world().drive(server.close());
      expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'terminated', echoed: 2 });
    });

    test('is answered in a session without a single probe', async () => {
      const { port } = await serve(world());
      const session = await open(world(), port, makePlan('size-first'));
      expect(await world().drive(session.close())).toBe('answered');
    });

    test('is answered by a server that does not close the connection', async () => {
      expect(await outcomeWhen(world(), { say: '200 OK: Closing Connection\n' })).toBe('answered');
    });

    test('is answered by a server that closes behind a line without its end', async () => {
      expect(await outcomeWhen(world(), { say: '200 closing', go: 'end' })).toBe('answered');
    });

    test('is refused by a 404', async () => {
      const say = '404 ERROR: Invalid Connection Termination Message\n';
      expect(await outcomeWhen(world(), { say, go: 'end' })).toBe('refused');
    });

    test('is unanswered, not refused, when the server closes without a word', async () => {
      expect(await outcomeWhen(world(), { go: 'end' })).toBe('unanswered');
    });

    test('is none in plain echo, which has no words for it', async () => {
      const { port } = await serve(world(), { mode: 'echo' });
      const session = await open(world(), port, makePlan('plain'));
      expect(await world().drive(session.close())).toBe('none');
    });

    test('is none after a failure: nobody can say what became of it', async () => {
      const { port } = await listenScripted(world().network, (message) =>
        message.startsWith('m ') ? 'nonsense\n' : goodAnswer(message),
      );
      const session = await open(world(), port, makePlan('size-first'));
      const block = session.runBlock({ probes: 2, budgetNs: NO_BUDGET_NS }, makeSamples());
      await expect(world().drive(block)).rejects.toMatchObject({ code: 'peer' });
      expect(await world().drive(session.close())).toBe('none');
    });

    test('a server that went away between two blocks is the peer’s fault, told with the phase', async () => {
      const { port } = await listenScripted(world().network, (message) =>
        message === 'm abcdefghij 2\n' ? { say: message, go: 'end' } : goodAnswer(message),
      );
      const session = await open(world(), port, makePlan('size-first'));
      const samples = makeSamples();
      await world().drive(session.runBlock({ probes: 2, budgetNs: NO_BUDGET_NS }, samples));
      await roundTrips(world());
      const block = session.runBlock({ probes: 2, budgetNs: NO_BUDGET_NS }, samples);
      await expect(world().drive(block)).rejects.toMatchObject({ code: 'peer', phase: 'measurement' });
      expect(samples.count).toBe(2);
      expect(await world().drive(session.close())).toBe('none');
    });
  });
}
