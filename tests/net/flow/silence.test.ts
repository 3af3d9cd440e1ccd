/** A server that is gone without a word is not waited for, and one that is only quiet is not given up. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { SilenceWatch } from '../../../src/net/flow/silence-watch.ts';
import { memoryFlowEngine } from '../../../src/net/memory/flow-engine.ts';
import { MemoryNetwork } from '../../../src/net/memory/network.ts';
import { type FlowWorld, MS, OWNER, openFlow, pass } from './flow-world.ts';
import { listenLoad } from './load-peer.ts';

const S = 1_000 * MS;

function makeWorld(): FlowWorld {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyNs: MS, bytesPerSecond: 12_500_000 });
  const engine = memoryFlowEngine(network);
  const close = (): Promise<void> => clock.drive(engine.close());
  return { engine, network, isReal: false, drive: (promise) => clock.drive(promise), close };
}

describe('the first connection of a load', () => {
  test('ends within five seconds when nothing more is heard on it', async () => {
    const world = makeWorld();
    const { port } = await listenLoad(world.network);
    const { witness, epochNs } = await openFlow(world, port, { question: OWNER });
    const { error } = await world.drive(witness.ended);
    expect(error).toMatchObject({ code: 'timeout', message: 'nothing was heard of the server for 4500 ms' });
    expect(Number(world.network.timekeeper.nowNs() - epochNs)).toBeLessThan(5 * S);
    await world.close();
  });

  test('goes on with a server that is heard every four seconds, as one that was stopped for three', async () => {
    const world = makeWorld();
    const { port, connections } = await listenLoad(world.network);
    const { witness, flow } = await openFlow(world, port, { question: OWNER });
    for (let i = 1; i <= 4; i++) {
      await pass(world, 4 * S);
      connections[0]?.say(`r 0 ${i} 0\n`);
    }
    await pass(world, S);
    expect(witness.ends).toEqual([]);
    expect(witness.reports).toHaveLength(4);
    flow.command({ kind: 'stop' });
    await world.drive(witness.ended);
    await world.close();
  });

  test('a stream that is quiet goes on: its owner tells whether the server is there', async () => {
    const world = makeWorld();
    const { port } = await listenLoad(world.network);
    const { witness } = await openFlow(world, port);
    await pass(world, 20 * S);
    expect(witness.ends).toEqual([]);
    await world.close();
  });
});

test('a program that was stopped for a minute does not take the server for gone', () => {
  const looks: (() => void)[] = [];
  const timekeeper = {
    name: 'pretend',
    wallMs: () => 0,
    nowNs: () => 0n,
    wakeAt: (_atNs: bigint, look: () => void) => {
      looks.push(look);
      return () => {};
    },
  };
  let isSilent = false;
  const watch = new SilenceWatch(
    timekeeper,
    () => true,
    () => {
      isSilent = true;
    },
  );
  // However long it was, the timer comes once, and then what the kernel has kept.
  for (let i = 0; i < 8; i++) looks.shift()?.();
  expect(isSilent).toBe(false);
  watch.heard();
  for (let i = 0; i < 8; i++) looks.shift()?.();
  expect(isSilent).toBe(false);
  looks.shift()?.();
  expect(isSilent).toBe(true);
});

describe('a client that waits for its turn', () => {
  const question = {
    kind: 'turn',
    patienceMs: 10_000,
    durationMs: 1_000,
    bitsPerSecond: 0,
    streams: 1,
  } as const;

  /** A server that says so every so often, and from so many times on nothing more. */
  async function waiting(everyNs: number, times: number) {
    const world = makeWorld();
    const { timekeeper } = world.network;
    const { port, connections } = await listenLoad(world.network, { grant: '200 OK: Turn 9000 2\n' });
    let said = 0;
    const say = (): void => {
      connections[0]?.say('200 OK: Turn 9000 2\n');
      if (++said < times) timekeeper.wakeAt(timekeeper.nowNs() + BigInt(everyNs), say);
    };
    timekeeper.wakeAt(timekeeper.nowNs() + BigInt(everyNs), say);
    const startNs = timekeeper.nowNs();
    const failed = openFlow(world, port, { question }).catch((error: unknown) => error);
    const error = await failed;
    await world.close();
    return { error, afterNs: Number(timekeeper.nowNs() - startNs) };
  }

  test('gives up a server that has said nothing for 4.5 s', async () => {
    const { error, afterNs } = await waiting(S, 3);
    expect(error).toMatchObject({ code: 'timeout', message: expect.stringContaining('for 4500 ms') });
    expect(afterNs / S).toBeCloseTo(3 + 4.5, 1);
  });

  test('gives up a server that goes on and on about a turn that never comes', async () => {
    const { error, afterNs } = await waiting(S, 1_000);
    expect(error).toMatchObject({ code: 'peer', message: expect.stringContaining('longer than it asked') });
    expect(afterNs / S).toBeLessThan(10 + 2 + 4.6);
  });
});
