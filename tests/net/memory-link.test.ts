/** The pretend link does what it says to the nanosecond; every scenario test counts on it. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { ConnectionHandler } from '../../src/net/connection.ts';
import { type LinkOptions, MemoryNetwork } from '../../src/net/memory/network.ts';
import { createLoopEngine } from '../../src/net/session/session-loop.ts';
import { RawClient } from './raw-client.ts';
import { goodAnswer, listenScripted } from './scripted-server.ts';
import {
  MS,
  makePlan,
  makeSamples,
  NO_BUDGET_NS,
  open,
  type PlanChanges,
  serve,
  type World,
} from './world.ts';

interface Link extends World {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
}

function makeLink(options: LinkOptions): Link {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, options);
  const engine = createLoopEngine('memory', network);
  return { clock, network, engine, drive: (promise) => clock.drive(promise), close: () => {} };
}

/** Round-trip times of `probes` probes over the link, ns. */
async function measure(
  link: Link,
  protocol: 'size-first' | 'plain',
  changes: PlanChanges,
): Promise<number[]> {
  const { port } = await serve(link, { mode: protocol === 'plain' ? 'echo' : 'measurement' });
  const session = await open(link, port, makePlan(protocol, changes));
  const samples = makeSamples(3);
  await link.drive(session.runBatch({ probes: 3, budgetNs: NO_BUDGET_NS }, samples));
  return Array.from(samples.rttNs);
}

/** A listener that notes what it hears, with the time. */
async function listenNoting(
  link: Link,
): Promise<{ port: number; heard: [atNs: bigint, what: string][]; far: () => ConnectionHandler }> {
  const heard: [bigint, string][] = [];
  const handler: ConnectionHandler = {
    onBytes: (chunk, nowNs) => heard.push([nowNs, Buffer.from(chunk).toString('latin1')]),
    onDrain: () => {},
    onEnd: () => heard.push([link.clock.nowNs(), '<end>']),
    onClose: (error) => heard.push([link.clock.nowNs(), error === undefined ? '<close>' : `<${error.code}>`]),
  };
  const { endpoints } = await link.network.listen({ port: 0 }, () => handler);
  return { port: endpoints[0]!.port, heard, far: () => handler };
}

function stepAll(clock: VirtualClock): void {
  while (clock.step());
}

describe('latency and rate', () => {
  test('a connection takes one round trip', async () => {
    const link = makeLink({ latencyNs: 10 * MS });
    const { port } = await serve(link);
    const session = await open(link, port, makePlan('size-first'));
    expect(session.facts.connectNs).toBe(20 * MS);
  });

  test('without a rate, a round trip is twice the latency whatever the size', async () => {
    for (const payloadBytes of [1, 1_000_000]) {
      const link = makeLink({ latencyNs: 10 * MS });
      expect(await measure(link, 'size-first', { payloadBytes })).toEqual([20 * MS, 20 * MS, 20 * MS]);
    }
  });

  test('with a rate, the message takes its time in each direction', async () => {
    const link = makeLink({ latencyNs: 3 * MS, bytesPerSecond: 1_000_000 });
    // m SP 995 bytes SP 1 LF: 1,000 bytes, a microsecond each.
    expect(await measure(link, 'size-first', { payloadBytes: 995 })).toEqual([8 * MS, 8 * MS, 8 * MS]);
  });

  test('a message in chunks takes as long as in one', async () => {
    const link = makeLink({ latencyNs: 3 * MS, bytesPerSecond: 1_000_000, chunkBytes: 100 });
    expect(await measure(link, 'size-first', { payloadBytes: 995 })).toEqual([8 * MS, 8 * MS, 8 * MS]);
  });

  test('a plain echo server sends the first chunk back before it has the last', async () => {
    const link = makeLink({ latencyNs: 3 * MS, bytesPerSecond: 1_000_000, chunkBytes: 100 });
    const rttNs = 6 * MS + 1.1 * MS;
    expect(await measure(link, 'plain', { payloadBytes: 1_000 })).toEqual([rttNs, rttNs, rttNs]);
  });

  test('a server delay is added exactly', async () => {
    const link = makeLink({ latencyNs: 3 * MS });
    const delay = { delayNs: 500 * MS, unit: 'seconds' } as const;
    expect(await measure(link, 'size-first', { delay })).toEqual([506 * MS, 506 * MS, 506 * MS]);
  });

  test('a batch ends at the first echo after its budget, exactly', async () => {
    const link = makeLink({ latencyNs: 10 * MS });
    const { port } = await serve(link);
    const session = await open(link, port, makePlan('size-first'));
    const samples = makeSamples();
    await link.drive(session.runBatch({ probes: 20, budgetNs: 70 * MS }, samples));
    expect(samples.count).toBe(4);
  });

  test('the two directions do not share the rate', async () => {
    const link = makeLink({ bytesPerSecond: 1_000 });
    const { port } = await serve(link, { mode: 'echo' });
    const client = await link.drive(RawClient.dial(link.network, port));
    client.send('a'.repeat(10)).send('b'.repeat(10));
    await link.drive(client.until(({ received }) => received.length === 20));
    expect(link.clock.nowNs()).toBe(BigInt(30 * MS));
  });
});

describe('order and chunks', () => {
  test('bytes arrive in the order of writing, cut as asked', async () => {
    const link = makeLink({ latencyNs: MS, chunkBytes: 3 });
    const { port, heard } = await listenNoting(link);
    const client = await link.drive(RawClient.dial(link.network, port));
    client.send('abcdefgh').send('ij').end();
    stepAll(link.clock);
    const texts = heard.map(([, what]) => what);
    expect(texts).toEqual(['abc', 'def', 'gh', 'ij', '<end>']);
  });

  test('what was written is a copy: the writer may use its buffer again', async () => {
    const link = makeLink({ latencyNs: MS });
    const { port, heard } = await listenNoting(link);
    const client = await link.drive(RawClient.dial(link.network, port));
    const buffer = Buffer.from('before');
    client.connection?.write(buffer);
    buffer.fill('x');
    stepAll(link.clock);
    expect(heard[0]?.[1]).toBe('before');
  });

  test('nothing is heard from within a call: a handler is never re-entered', async () => {
    const link = makeLink({});
    const { port, heard } = await listenNoting(link);
    const client = await link.drive(RawClient.dial(link.network, port));
    client.send('hello').end();
    expect(heard).toEqual([]);
    stepAll(link.clock);
    expect(heard.map(([, what]) => what)).toEqual(['hello', '<end>']);
  });

  test('two connections do not hear each other', async () => {
    const link = makeLink({});
    const { port } = await listenScripted(link.network, goodAnswer);
    const one = await link.drive(RawClient.dial(link.network, port));
    const other = await link.drive(RawClient.dial(link.network, port));
    one.send('one\n');
    other.send('other\n');
    stepAll(link.clock);
    expect([one.received, other.received]).toEqual(['one\n', 'other\n']);
    expect(one.connection?.local.port).not.toBe(other.connection?.local.port);
  });
});

describe('ends', () => {
  test('a FIN arrives behind the bytes, and the other direction stays open', async () => {
    const link = makeLink({ latencyNs: MS, bytesPerSecond: 1_000_000 });
    const { port, events } = await serve(link, { mode: 'echo' });
    const client = await link.drive(RawClient.dial(link.network, port));
    client.send('a'.repeat(5_000)).end();
    await link.drive(client.until(({ closed }) => closed));
    expect(client.received).toHaveLength(5_000);
    expect(client.error).toBeUndefined();
    expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'closed-by-peer', echoed: 5_000 });
  });

  test('a connection that is dropped is reset at the other end, behind what was written', async () => {
    const link = makeLink({ latencyNs: MS });
    const { port, heard } = await listenNoting(link);
    const client = await link.drive(RawClient.dial(link.network, port));
    client.send('last words');
    client.connection?.destroy();
    stepAll(link.clock);
    expect(heard.map(([, what]) => what)).toEqual(['last words', '<network>']);
    expect(client).toMatchObject({ closed: true, error: undefined });
  });

  test('the link resets a connection once it has carried so many bytes, at both ends', async () => {
    const link = makeLink({ latencyNs: MS, resetAfterBytes: 4, chunkBytes: 2 });
    const { port, heard } = await listenNoting(link);
    const client = await link.drive(RawClient.dial(link.network, port));
    client.send('abcdefgh');
    stepAll(link.clock);
    expect(heard.map(([, what]) => what)).toEqual(['ab', 'cd', '<network>']);
    expect(client.error).toMatchObject({ code: 'network', message: expect.stringContaining('reset') });
  });

  test('a reset in the middle of a run is a network error, and what was measured is kept', async () => {
    // 14 bytes of setup and 15 of each probe: the server's end breaks behind the fourth.
    const link = makeLink({ latencyNs: MS, resetAfterBytes: 14 + 4 * 15 });
    const { port } = await serve(link);
    const session = await open(link, port, makePlan('size-first'));
    const samples = makeSamples();
    const batch = session.runBatch({ probes: 20, budgetNs: NO_BUDGET_NS }, samples);
    await expect(link.drive(batch)).rejects.toMatchObject({ code: 'network', phase: 'measurement' });
    expect(samples.count).toBe(4);
  });

  test('an end that is paused still hears of a reset, and no bytes after it', async () => {
    const link = makeLink({ latencyNs: MS });
    const told: string[] = [];
    const { endpoints } = await link.network.listen({ port: 0 }, (connection) => {
      connection.pause();
      return {
        onBytes: () => told.push('bytes'),
        onDrain: () => {},
        onEnd: () => told.push('end'),
        onClose: (error) => told.push(error?.code ?? 'close'),
      };
    });
    const client = await link.drive(RawClient.dial(link.network, endpoints[0]!.port));
    client.send('unread').connection?.destroy();
    stepAll(link.clock);
    expect(told).toEqual(['network']);
  });

  test('a closed connection takes nothing more and tells its end once', async () => {
    const link = makeLink({ latencyNs: MS });
    const { port, heard } = await listenNoting(link);
    const client = await link.drive(RawClient.dial(link.network, port));
    client.connection?.close();
    client.send('too late').end();
    client.connection?.close();
    client.connection?.destroy();
    stepAll(link.clock);
    expect(heard.map(([, what]) => what)).toEqual(['<end>']);
    expect(client.closed).toBe(true);
  });
});

describe('dialling', () => {
  test('a connection that takes longer than its time-out is given up then', async () => {
    const link = makeLink({ latencyNs: 1_000 * MS });
    const { port } = await serve(link);
    const opening = open(link, port, makePlan('size-first', { timeoutMs: 100 }));
    await expect(opening).rejects.toMatchObject({ code: 'timeout', phase: 'connect' });
    expect(link.clock.nowNs()).toBe(BigInt(100 * MS));
  });

  test('a server that closed its listener before the connection arrived refuses it', async () => {
    const link = makeLink({ latencyNs: MS });
    const { port, server } = await serve(link);
    const opening = link.network.dial(
      { host: '127.0.0.1', port, family: undefined },
      { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => {} },
      { timeoutNs: 1_000 * MS, signal: undefined },
    );
    await server.close();
    await expect(link.drive(opening)).rejects.toMatchObject({ code: 'network' });
  });
});
