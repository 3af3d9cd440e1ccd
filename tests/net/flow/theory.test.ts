/** Over a link of known rate and queue, flows count and probes see what theory says, exactly: no figure is believed else. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { memoryFlowEngine } from '../../../src/net/memory/flow-engine.ts';
import { type LinkOptions, MemoryNetwork } from '../../../src/net/memory/network.ts';
import { type FlowWorld, MS, type OpenFlow, OWNER, openFlow, pass } from './flow-world.ts';
import { listenLoad } from './load-peer.ts';

const RATE_BYTES = 12_500_000;
const LATENCY_NS = 5 * MS;
const BUFFER_BYTES = 256 * 1024;
/** With a buffer that is always full, whatever is put on the link comes back when all of the buffer has. */
const FULL_NS = (BUFFER_BYTES / RATE_BYTES) * 1e9;
const SECOND_NS = 1_000 * MS;

function makeWorld(changes: LinkOptions = {}): FlowWorld {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, {
    latencyNs: LATENCY_NS,
    bytesPerSecond: RATE_BYTES,
    sendBufferBytes: BUFFER_BYTES,
    chunkBytes: 4 * 1024,
    ...changes,
  });
  const engine = memoryFlowEngine(network);
  return {
    engine,
    network,
    isReal: false,
    drive: (promise) => clock.drive(promise),
    close: () => clock.drive(engine.close()),
  };
}

function probeAll(world: FlowWorld, flows: readonly OpenFlow[]): void {
  for (const { flow, epochNs } of flows) {
    const startNs = Number(world.network.timekeeper.nowNs() - epochNs);
    flow.command({ kind: 'probe', startNs, intervalNs: 10 * MS });
  }
}

/** Bytes a second from one moment on, to the last tally. */
function goodput({ witness }: OpenFlow, name: 'receivedBytes' | 'sentBytes', fromNs: number): number {
  const tallies = witness.tallies.filter(({ atNs }) => atNs >= fromNs);
  const [first, last] = [tallies[0]!, tallies.at(-1)!];
  return (last[name] - first[name]) / ((last.atNs - first.atNs) / 1e9);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Once the queue is full. */
function settledRtt({ witness }: OpenFlow): number {
  const rttNs = witness.all('rttNs');
  return median(rttNs.slice(Math.floor(rttNs.length / 2)));
}

describe('goodput', () => {
  test('of one flow is the rate of the link, in each direction', async () => {
    for (const kind of ['send', 'receive'] as const) {
      const world = makeWorld();
      const { port } = await listenLoad(world.network);
      const opened = await openFlow(world, port);
      opened.flow.command({ kind, bitsPerSecond: 0 });
      await pass(world, SECOND_NS);
      const name = kind === 'send' ? 'sentBytes' : 'receivedBytes';
      expect(goodput(opened, name, 300 * MS) / RATE_BYTES).toBeCloseTo(1, 2);
      await world.close();
    }
  });

  test('of several flows is the rate of the link together', async () => {
    const world = makeWorld();
    const { port } = await listenLoad(world.network);
    const flows = [await openFlow(world, port), await openFlow(world, port), await openFlow(world, port)];
    for (const { flow } of flows) flow.command({ kind: 'receive', bitsPerSecond: 0 });
    // Their tallies are of different moments, between which each has its bursts.
    await pass(world, 3 * SECOND_NS);
    const total = flows.reduce((sum, flow) => sum + goodput(flow, 'receivedBytes', 300 * MS), 0);
    expect(total / RATE_BYTES).toBeCloseTo(1, 2);
    await world.close();
  });

  test('of both directions at once is the rate in each', async () => {
    const world = makeWorld();
    const { port } = await listenLoad(world.network);
    const [up, down] = [await openFlow(world, port), await openFlow(world, port)];
    up.flow.command({ kind: 'send', bitsPerSecond: 0 });
    down.flow.command({ kind: 'receive', bitsPerSecond: 0 });
    await pass(world, SECOND_NS);
    expect(goodput(up, 'sentBytes', 300 * MS) / RATE_BYTES).toBeCloseTo(1, 2);
    expect(goodput(down, 'receivedBytes', 300 * MS) / RATE_BYTES).toBeCloseTo(1, 2);
    await world.close();
  });

  test('is what was asked for where that is less', async () => {
    for (const kind of ['send', 'receive'] as const) {
      const world = makeWorld();
      const { port } = await listenLoad(world.network);
      const opened = await openFlow(world, port);
      opened.flow.command({ kind, bitsPerSecond: 20_000_000 });
      await pass(world, SECOND_NS);
      const name = kind === 'send' ? 'sentBytes' : 'receivedBytes';
      expect(goodput(opened, name, 300 * MS) / 2_500_000).toBeCloseTo(1, 2);
      await world.close();
    }
  });
});

describe('round trips', () => {
  test('on an idle link take its latency, and not a nanosecond more', async () => {
    const world = makeWorld();
    const { port } = await listenLoad(world.network);
    const owner = await openFlow(world, port, { question: OWNER });
    probeAll(world, [owner]);
    await pass(world, 300 * MS);
    await world.drive(owner.flow.close());
    // The marker and its answer, of some bytes each, take their time on the wire.
    const wireNs = 2_000;
    for (const rttNs of owner.witness.all('rttNs').filter((ns) => !Number.isNaN(ns))) {
      expect(rttNs).toBeGreaterThanOrEqual(2 * LATENCY_NS);
      expect(rttNs).toBeLessThan(2 * LATENCY_NS + wireNs);
    }
    expect(owner.witness.all('sentNs')).toEqual(owner.witness.all('dueNs'));
  });

  test.each(['send', 'receive'] as const)(
    'beside and within a flow that keeps the queue full take the whole of it: %s',
    async (kind) => {
      const world = makeWorld();
      const { port } = await listenLoad(world.network);
      const owner = await openFlow(world, port, { question: OWNER });
      const stream = await openFlow(world, port);
      stream.flow.command({ kind, bitsPerSecond: 0 });
      probeAll(world, [owner, stream]);
      await pass(world, SECOND_NS);
      expect(settledRtt(owner) / FULL_NS).toBeCloseTo(1, 1);
      expect(settledRtt(stream) / FULL_NS).toBeCloseTo(1, 1);
      await world.close();
    },
  );

  test('see the queues of all flows that share the link', async () => {
    const world = makeWorld();
    const { port } = await listenLoad(world.network);
    const owner = await openFlow(world, port, { question: OWNER });
    const streams = [await openFlow(world, port), await openFlow(world, port)];
    for (const { flow } of streams) flow.command({ kind: 'receive', bitsPerSecond: 0 });
    probeAll(world, [owner]);
    await pass(world, SECOND_NS);
    expect(settledRtt(owner) / (2 * FULL_NS)).toBeCloseTo(1, 1);
    await world.close();
  });

  test('see no queue beside a flow that sends less than the link carries', async () => {
    const world = makeWorld();
    const { port } = await listenLoad(world.network);
    const owner = await openFlow(world, port, { question: OWNER });
    const stream = await openFlow(world, port);
    stream.flow.command({ kind: 'receive', bitsPerSecond: 20_000_000 });
    probeAll(world, [owner]);
    await pass(world, SECOND_NS);
    expect(settledRtt(owner)).toBeLessThan(2 * LATENCY_NS + 2 * MS);
    await world.close();
  });
});

describe('a flow to an echo server', () => {
  test('fills the link with what is under way, and its probes take as long as that', async () => {
    const world = makeWorld({ sendBufferBytes: 4 * BUFFER_BYTES });
    const { endpoints } = await world.network.listen({ host: '127.0.0.1', port: 0 }, (connection) => ({
      onBytes: (chunk) => connection.write(Uint8Array.from(chunk)),
      onDrain: () => {},
      onEnd: () => connection.end(),
      onClose: () => {},
    }));
    const opened = await openFlow(world, endpoints[0]!.port, {
      plan: { protocol: { kind: 'echo', bytesUnderWay: BUFFER_BYTES, isOwner: false } },
    });
    opened.flow.command({ kind: 'send', bitsPerSecond: 0 });
    probeAll(world, [opened]);
    await pass(world, SECOND_NS);
    expect(goodput(opened, 'receivedBytes', 300 * MS) / RATE_BYTES).toBeCloseTo(1, 1);
    expect(settledRtt(opened) / FULL_NS).toBeGreaterThan(0.85);
    expect(settledRtt(opened) / FULL_NS).toBeLessThan(1.02);
    await world.close();
  });
});
