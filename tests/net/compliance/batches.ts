/** Compliance: a batch of probes, from the plan to the samples. */
import { describe, expect, test } from 'vitest';
import type { EngineSession, SampleBuffer, TracedMessage } from '../../../src/net/engine.ts';
import { goodAnswer, listenScripted } from '../scripted-server.ts';
import { MS, makePlan, makeSamples, NO_BUDGET_NS, open, serve, type World } from '../world.ts';

function run(
  world: World,
  session: EngineSession,
  samples: SampleBuffer,
  probes: number,
  budgetNs = NO_BUDGET_NS,
): Promise<void> {
  return world.drive(session.runBatch({ probes, budgetNs }, samples));
}

/** A plain echo server that lets time pass between one byte and the next. */
async function listenByteByByte({ network }: World): Promise<number> {
  const { timekeeper } = network;
  const listener = await network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
    const unsent: number[] = [];
    const next = (): void => {
      const byte = unsent.shift();
      if (byte === undefined) return;
      connection.write(Uint8Array.of(byte));
      timekeeper.wakeAt(timekeeper.nowNs() + BigInt(5 * MS), next);
    };
    return {
      onBytes(chunk) {
        unsent.push(...chunk);
        next();
      },
      onDrain: () => {},
      onEnd: () => connection.end(),
      onClose: () => {},
    };
  });
  return listener.endpoints[0]!.port;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

export function batches(world: () => World): void {
  describe('batches', () => {
    test('a batch sends the probes it was asked for, and no more', async () => {
      const { port, heard } = await listenScripted(world().network, goodAnswer);
      const session = await open(world(), port, makePlan('size-first', { payloadBytes: 3, probes: 9 }));
      const samples = makeSamples(9);
      await run(world(), session, samples, 2);
      expect(samples.count).toBe(2);
      expect(heard).toEqual(['s RTT 3 9 0\n', 'm abc 1\n', 'm abc 2\n']);
    });

    test('a batch ends at the first echo after its budget, so progress can be told in time', async () => {
      const { port } = await serve(world());
      const session = await open(world(), port, makePlan('size-first'));
      const samples = makeSamples();
      await run(world(), session, samples, 20, 0);
      expect(samples.count).toBe(1);
    });

    test('the next batch goes on where the last one stopped: no sample is lost or written over', async () => {
      const { port } = await serve(world());
      const session = await open(world(), port, makePlan('size-first'));
      const samples = makeSamples();
      await run(world(), session, samples, 4);
      const first = samples.rttNs.slice(0, 4);
      await run(world(), session, samples, 3);
      expect(samples.count).toBe(7);
      expect(samples.rttNs.slice(0, 4)).toEqual(first);
      expect(samples.rttNs.subarray(7).every((rttNs) => rttNs === 0)).toBe(true);
    });

    test('samples stand in the order of sending, each probe sent after the echo before it', async () => {
      const { port } = await serve(world());
      const beforeNs = world().network.timekeeper.nowNs();
      const session = await open(world(), port, makePlan('size-first'), { epochNs: beforeNs });
      const samples = makeSamples();
      await run(world(), session, samples, 20);
      const afterNs = Number(world().network.timekeeper.nowNs() - beforeNs);
      expect(samples.count).toBe(20);
      for (let i = 0; i < 20; i++) {
        expect(samples.rttNs[i]).toBeGreaterThan(0);
        const earliestNs = i === 0 ? 0 : samples.sentNs[i - 1]! + samples.rttNs[i - 1]!;
        expect(samples.sentNs[i]).toBeGreaterThanOrEqual(earliestNs);
      }
      expect(samples.sentNs[19]! + samples.rttNs[19]!).toBeLessThanOrEqual(afterNs);
    });

    test('the facts name the connection that was measured', async () => {
      const { port, events } = await serve(world());
      const { facts } = await open(world(), port, makePlan('size-first'));
      expect(facts.connectNs).toBeGreaterThan(0);
      expect(facts.remote).toEqual({ address: '127.0.0.1', port, family: 4 });
      expect(events[1]).toMatchObject({ kind: 'connected', remote: facts.local });
    });

    test('what a thread met in its batches is told where there is one, of its kernel’s path likewise', async () => {
      const { port } = await serve(world());
      const session = await open(world(), port, makePlan('size-first'));
      await run(world(), session, makeSamples(), 20);
      const hasThread = world().engine.name !== 'memory';
      expect(session.scheduling !== undefined).toBe(hasThread);
      expect(session.garbageCollections !== undefined).toBe(hasThread);
      if (hasThread) expect(session.scheduling?.measuredNs).toBeGreaterThan(0);
      if (world().engine.name !== 'native') return;
      // Echoes of a few microseconds: in most of them no tick of the kernel's passes.
      expect(session.path?.busyNs).toBeGreaterThanOrEqual(0);
      expect(session.path?.receiveWindowLimitedNs).toBe(0);
      expect(session.path?.sendBufferLimitedNs).toBe(0);
    });

    test('a server delay is part of every round trip: an echo never comes early', async () => {
      const { port } = await serve(world());
      const delay = { delayNs: 3 * MS, unit: 'seconds' } as const;
      const session = await open(world(), port, makePlan('size-first', { delay }));
      const samples = makeSamples();
      await run(world(), session, samples, 5);
      for (const rttNs of samples.rttNs.subarray(0, 5)) expect(rttNs).toBeGreaterThanOrEqual(3 * MS);
    });

    test('a delay that was asked for is not taken for a server that does not answer', async () => {
      const { port } = await serve(world());
      const delay = { delayNs: 40 * MS, unit: 'seconds' } as const;
      const session = await open(world(), port, makePlan('size-first', { delay, timeoutMs: 1_000 }));
      const samples = makeSamples();
      await run(world(), session, samples, 1);
      expect(samples.rttNs[0]).toBeGreaterThanOrEqual(40 * MS);
    });

    test.each([1, 100, 4_096])('a plain echo server is measured with messages of %i bytes', async (size) => {
      const { server, port, events } = await serve(world(), { mode: 'echo' });
      const session = await open(world(), port, makePlan('plain', { payloadBytes: size }));
      const samples = makeSamples();
      await run(world(), session, samples, 20);
      expect(samples.count).toBe(20);
      expect(session.echoForm).toBe('message');
      expect(session.messageBytes).toBe(size);
      expect(await world().drive(session.close())).toBe('none');
      await world().drive(server.close());
      expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'closed-by-peer', echoed: 20 * size });
    });

    test('a message of 1 MiB comes back whole, in however many chunks', async () => {
      const { port } = await serve(world());
      const payloadBytes = 1024 * 1024;
      const session = await open(world(), port, makePlan('size-first', { payloadBytes, probes: 3 }));
      const samples = makeSamples();
      await run(world(), session, samples, 3);
      expect(samples.count).toBe(3);
      expect(session.messageBytes).toBe(payloadBytes + 5);
      expect(await world().drive(session.close())).toBe('answered');
    });

    test('the trace shows every message, sent and received, in order and with its length', async () => {
      const { port } = await serve(world());
      const messages: TracedMessage[] = [];
      const session = await open(world(), port, makePlan('size-first', { payloadBytes: 400, probes: 1 }), {
        trace: (message) => messages.push(message),
      });
      await run(world(), session, makeSamples(), 1);
      await world().drive(session.close());
      const shown = messages.map(({ direction, bytes, head }) => [direction, bytes, text(head).slice(0, 13)]);
      expect(shown).toEqual([
        ['sent', 14, 's RTT 400 1 0'],
        ['received', 14, '200 OK: Ready'],
        ['sent', 405, 'm abcdefghijk'],
        ['received', 405, 'm abcdefghijk'],
        ['sent', 2, 't\n'],
        ['received', 27, '200 OK: Closi'],
      ]);
      const times = messages.map(({ atNs }) => atNs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(messages[2]!.head.length).toBeLessThan(405);
      expect(text(messages[2]!.tail)).toMatch(/[a-z]+ 1\n$/);
    });

    test('an echo that comes in one piece is told as such, whatever came before the block', async () => {
      const { port } = await serve(world());
      const session = await open(world(), port, makePlan('size-first'));
      expect(session.readsPerEcho).toBeUndefined();
      await run(world(), session, makeSamples(), 4);
      expect(session.readsPerEcho).toBe(1);
    });

    test('an echo that comes byte by byte is told as such: its time is that of the peer’s writes', async () => {
      const port = await listenByteByByte(world());
      const session = await open(world(), port, makePlan('plain', { payloadBytes: 3 }));
      const samples = makeSamples();
      await run(world(), session, samples, 1);
      await run(world(), session, samples, 3);
      // A client that was kept from reading finds two bytes at once, though not every time.
      expect(session.readsPerEcho).toBeGreaterThan(1.5);
      expect(session.readsPerEcho).toBeLessThanOrEqual(3);
    });

    test('two sessions at once do not disturb each other', async () => {
      const { server, port, events } = await serve(world());
      const one = await open(world(), port, makePlan('size-first', { payloadBytes: 100 }));
      const other = await open(world(), port, makePlan('hello', { payloadBytes: 7 }));
      const samples = [makeSamples(), makeSamples()] as const;
      const batch = { probes: 20, budgetNs: NO_BUDGET_NS };
      await world().drive(Promise.all([one.runBatch(batch, samples[0]), other.runBatch(batch, samples[1])]));
      expect(samples.map(({ count }) => count)).toEqual([20, 20]);
      expect(await world().drive(Promise.all([one.close(), other.close()]))).toEqual([
        'answered',
        'answered',
      ]);
      await world().drive(server.close());
      const reasons = events.flatMap((event) => (event.kind === 'end' ? [event.reason] : []));
      expect(reasons).toEqual(['terminated', 'terminated']);
    });
  });
}
