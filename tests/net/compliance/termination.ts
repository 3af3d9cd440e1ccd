/** Compliance: how a session ends, and what close() says of it. It never throws. */
import { describe, expect, test } from 'vitest';
import type { TerminationOutcome } from '../../../src/facts/connection.ts';
import { goodAnswer, listenScripted, type Reply } from '../scripted-server.ts';
import { MS, makePlan, makeSamples, NO_BUDGET_NS, open, roundTrips, serve, type World } from '../world.ts';

/** Measures two probes and terminates, with a server that does as it is told at the termination. */
async function outcomeWhen(world: World, atBye: Reply): Promise<TerminationOutcome> {
  const { port } = await listenScripted(world.network, (message) =>
    message === 't\n' ? atBye : goodAnswer(message),
  );
  const session = await open(world, port, makePlan('size-first'));
  await world.drive(session.runBatch({ probes: 2, budgetNs: NO_BUDGET_NS }, makeSamples()));
  return world.drive(session.close());
}

/** Measures until the server, at its third probe, sees the caller cancel; how the session then ends. */
async function outcomeWhenCancelled(
  world: World,
  reply: { readonly atProbe: Reply; readonly atBye: Reply },
): Promise<{ outcome: TerminationOutcome; heard: readonly string[] }> {
  const abort = new AbortController();
  const { port, heard } = await listenScripted(world.network, (message) => {
    if (message === 't\n') return reply.atBye;
    if (message !== 'm abcdefghij 3\n') return goodAnswer(message);
    abort.abort();
    return reply.atProbe;
  });
  const session = await open(world, port, makePlan('size-first'), { signal: abort.signal });
  const batch = session.runBatch({ probes: 20, budgetNs: NO_BUDGET_NS }, makeSamples());
  await expect(world.drive(batch)).rejects.toMatchObject({ code: 'cancelled' });
  // The echo of the probe under way may come before the caller gets to closing the session.
  await roundTrips(world);
  const outcome = await world.drive(session.close());
  await roundTrips(world);
  return { outcome, heard };
}

export function termination(world: () => World): void {
  describe('termination', () => {
    test('is answered by a good server, also before all probes are done', async () => {
      const { port, events, server } = await serve(world());
      const session = await open(world(), port, makePlan('size-first', { probes: 1_000 }));
      await world().drive(session.runBatch({ probes: 2, budgetNs: NO_BUDGET_NS }, makeSamples()));
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
      const batch = session.runBatch({ probes: 2, budgetNs: NO_BUDGET_NS }, makeSamples());
      await expect(world().drive(batch)).rejects.toMatchObject({ code: 'peer' });
      expect(await world().drive(session.close())).toBe('none');
    });

    test('is said and answered in a run that was cancelled: the server is free for the next client', async () => {
      const atBye = { say: '200 OK: Closing Connection\n', go: 'end' } as const;
      const { outcome, heard } = await outcomeWhenCancelled(world(), {
        atProbe: { say: 'm abcdefghij 3\n' },
        atBye,
      });
      expect(outcome).toBe('answered');
      expect(heard.slice(0, 5)).toEqual([
        's RTT 10 20 0\n',
        'm abcdefghij 1\n',
        'm abcdefghij 2\n',
        'm abcdefghij 3\n',
        't\n',
      ]);
    });

    test('is told as unanswered in a cancelled run whose server says no more, and still said', async () => {
      const { outcome, heard } = await outcomeWhenCancelled(world(), { atProbe: {}, atBye: {} });
      expect(outcome).toBe('unanswered');
      expect(heard).toContain('t\n');
    });

    test.each([
      ['the same connection', 'size-first', 't\n'],
      ['a new connection', 'literal-newline', 't\\n'],
    ] as const)('on %s makes whoever cancels wait once, not once more', async (_, protocol, bye) => {
      const abort = new AbortController();
      const { timekeeper } = world().network;
      // A server that answers late, on the way that the world has to let time pass.
      const answerMs = 150;
      const listener = await world().network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
        const late = (text: string): void => {
          timekeeper.wakeAt(timekeeper.nowNs() + BigInt(answerMs * MS), () =>
            connection.write(Buffer.from(text)),
          );
        };
        return {
          onBytes(chunk) {
            const text = Buffer.from(chunk).toString('latin1');
            if (text.startsWith('s')) connection.write(Buffer.from('200 OK: Ready\n'));
            else if (text === bye) late('200 OK: Closing Connection\n');
            else late(text);
            if (text.startsWith('m')) abort.abort();
          },
          onDrain: () => {},
          onEnd: () => connection.end(),
          onClose: () => {},
        };
      });
      const port = listener.endpoints[0]!.port;
      const session = await open(world(), port, makePlan(protocol), { signal: abort.signal });
      const batch = session.runBatch({ probes: 20, budgetNs: NO_BUDGET_NS }, makeSamples());
      await expect(world().drive(batch)).rejects.toMatchObject({ code: 'cancelled' });
      const startNs = timekeeper.nowNs();
      expect(await world().drive(session.close())).toBe('unanswered');
      expect(Number(timekeeper.nowNs() - startNs) / MS).toBeLessThan(2 * answerMs - 50);
    });

    test('is told as refused in a cancelled run whose server refuses it', async () => {
      const { outcome } = await outcomeWhenCancelled(world(), {
        atProbe: { say: 'm abcdefghij 3\n' },
        atBye: { say: '404 ERROR: Invalid Connection Termination Message\n', go: 'end' },
      });
      expect(outcome).toBe('refused');
    });

    test('is said to a server that never answered the setup', async () => {
      const { port, heard } = await listenScripted(world().network, (_, index) =>
        index === 0 ? {} : { go: 'end' },
      );
      const opening = open(world(), port, makePlan('size-first', { timeoutMs: 30 }));
      await expect(opening).rejects.toMatchObject({ code: 'timeout', phase: 'setup' });
      await roundTrips(world());
      expect(heard).toEqual(['s RTT 10 20 0\n', 't\n']);
    });

    test('is not said to a server that has refused the setup', async () => {
      const { port, heard } = await listenScripted(world().network, () => ({
        say: '404 ERROR: Invalid Connection Setup Message\n',
        go: 'end',
      }));
      await expect(open(world(), port, makePlan('size-first'))).rejects.toMatchObject({ code: 'peer' });
      await roundTrips(world());
      expect(heard).toEqual(['s RTT 10 20 0\n']);
    });

    test('a server that went away between two batches is the peer’s fault, told with the phase', async () => {
      const { port } = await listenScripted(world().network, (message) =>
        message === 'm abcdefghij 2\n' ? { say: message, go: 'end' } : goodAnswer(message),
      );
      const session = await open(world(), port, makePlan('size-first'));
      const samples = makeSamples();
      await world().drive(session.runBatch({ probes: 2, budgetNs: NO_BUDGET_NS }, samples));
      await roundTrips(world());
      const batch = session.runBatch({ probes: 2, budgetNs: NO_BUDGET_NS }, samples);
      await expect(world().drive(batch)).rejects.toMatchObject({ code: 'peer', phase: 'measurement' });
      expect(samples.count).toBe(2);
      expect(await world().drive(session.close())).toBe('none');
    });
  });
}
