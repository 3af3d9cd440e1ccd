/** How long a client waits for what, to the nanosecond of virtual time; and that waiting is never in a sample. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { MemoryNetwork } from '../../src/net/memory/network.ts';
import { createLoopEngine } from '../../src/net/session/session-loop.ts';
import { goodAnswer, goodExcept, listenScripted, type Script } from './scripted-server.ts';
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

const LATENCY_NS = 5 * MS;
const RTT_NS = 2 * LATENCY_NS;
const SECOND_NS = 1_000 * MS;

interface Link extends World {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  elapsedNs(): number;
}

function makeLink(): Link {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyNs: LATENCY_NS });
  const engine = createLoopEngine('memory', network);
  const elapsedNs = (): number => Number(clock.nowNs());
  return { clock, network, engine, elapsedNs, drive: (promise) => clock.drive(promise), close: () => {} };
}

const BATCH = { probes: 3, budgetNs: NO_BUDGET_NS };

describe('an answer that does not come', () => {
  test('is waited for as long as the plan says, from the sending of the probe', async () => {
    const link = makeLink();
    const { port } = await listenScripted(link.network, goodExcept(3, {}));
    const session = await open(link, port, makePlan('size-first', { timeoutMs: 700 }));
    const startNs = link.elapsedNs();
    const batch = link.drive(session.runBatch(BATCH, makeSamples()));
    await expect(batch).rejects.toMatchObject({ code: 'timeout', phase: 'measurement' });
    expect(link.elapsedNs() - startNs).toBe(2 * RTT_NS + 700 * MS);
  });

  test('gets the server delay on top', async () => {
    const link = makeLink();
    const { port } = await listenScripted(link.network, goodExcept(1, {}));
    const delay = { delayNs: 2 * SECOND_NS, unit: 'seconds' } as const;
    const session = await open(link, port, makePlan('size-first', { timeoutMs: 700, delay }));
    const startNs = link.elapsedNs();
    const batch = link.drive(session.runBatch(BATCH, makeSamples()));
    await expect(batch).rejects.toMatchObject({ code: 'timeout' });
    expect(link.elapsedNs() - startNs).toBe(2_700 * MS);
  });

  test('at setup does not get the server delay on top: a setup is never delayed', async () => {
    const link = makeLink();
    const { port } = await listenScripted(link.network, () => undefined);
    const delay = { delayNs: 2 * SECOND_NS, unit: 'seconds' } as const;
    const opening = open(link, port, makePlan('size-first', { timeoutMs: 700, delay }));
    await expect(opening).rejects.toMatchObject({ code: 'timeout', phase: 'setup' });
    expect(link.elapsedNs()).toBe(RTT_NS + 700 * MS);
  });

  test('at setup may be given less time than at a probe, so that a wrong dialect is found out soon', async () => {
    const link = makeLink();
    const { port } = await listenScripted(link.network, () => undefined);
    const plan = { ...makePlan('size-first'), openTimeoutNs: 300 * MS };
    await expect(open(link, port, plan)).rejects.toMatchObject({ code: 'timeout', phase: 'setup' });
    expect(link.elapsedNs()).toBe(RTT_NS + 300 * MS);
  });

  test('may be given less time in one batch than in the others', async () => {
    const link = makeLink();
    const { port } = await listenScripted(link.network, goodExcept(2, {}));
    const session = await open(link, port, makePlan('size-first', { timeoutMs: 9_000 }));
    await link.drive(session.runBatch({ ...BATCH, probes: 1 }, makeSamples()));
    const startNs = link.elapsedNs();
    const batch = link.drive(session.runBatch({ ...BATCH, timeoutNs: 50 * MS }, makeSamples()));
    await expect(batch).rejects.toMatchObject({ code: 'timeout', phase: 'measurement' });
    expect(link.elapsedNs() - startNs).toBe(50 * MS);
  });

  test('is no reason to give up a batch that lasts long, when every echo is in time', async () => {
    const link = makeLink();
    const { port } = await serve(link);
    const session = await open(link, port, makePlan('size-first', { timeoutMs: 11, probes: 200 }));
    const samples = makeSamples(200);
    await link.drive(session.runBatch({ probes: 200, budgetNs: NO_BUDGET_NS }, samples));
    expect(samples.count).toBe(200);
  });
});

describe('a termination that is not answered', () => {
  async function closeTakes(script: Script, changes: PlanChanges): Promise<[string, number]> {
    const link = makeLink();
    const { port } = await listenScripted(link.network, script);
    const session = await open(link, port, makePlan('size-first', changes));
    await link.drive(session.runBatch(BATCH, makeSamples()));
    const startNs = link.elapsedNs();
    const outcome = await link.drive(session.close());
    return [outcome, link.elapsedNs() - startNs];
  }

  const neverAnswersBye: Script = (message) => (message === 't\n' ? undefined : goodAnswer(message));

  test.each([100, 700, 30_000])('costs one second when an echo may take %i ms', async (timeoutMs) => {
    expect(await closeTakes(neverAnswersBye, { timeoutMs })).toEqual(['unanswered', SECOND_NS]);
  });

  test('costs one second also after probes with a server delay', async () => {
    const delay = { delayNs: 5 * SECOND_NS, unit: 'seconds' } as const;
    expect(await closeTakes(neverAnswersBye, { delay })).toEqual(['unanswered', SECOND_NS]);
  });

  test('costs no more than the round trip when the server does answer', async () => {
    expect(await closeTakes(goodAnswer, {})).toEqual(['answered', RTT_NS]);
  });
});

describe('a server whose lines do not end', () => {
  test('costs a short quiet time at setup, and none of it is in a round trip', async () => {
    const link = makeLink();
    const { port } = await serve(link, { dialect: 'payload-echo-bare' });
    const session = await open(link, port, makePlan('payload-echo-bare'));
    expect(link.elapsedNs()).toBe(2 * RTT_NS + 20 * MS);
    const samples = makeSamples();
    await link.drive(session.runBatch(BATCH, samples));
    expect(Array.from(samples.rttNs.subarray(0, 3))).toEqual([RTT_NS, RTT_NS, RTT_NS]);
  });

  test('may send the line end of its status late', async () => {
    const link = makeLink();
    let lateLf: (() => void) | undefined;
    const listener = await link.network.listen({ port: 0 }, (connection) => ({
      onBytes: (chunk) => {
        if (chunk[0] !== 's'.charCodeAt(0)) connection.write(chunk);
        else {
          connection.write(Buffer.from('200 OK: Ready'));
          lateLf = () => connection.write(Buffer.from('\n'));
          link.clock.wakeAt(link.clock.nowNs() + BigInt(30 * MS), () => lateLf?.());
        }
      },
      onDrain: () => {},
      onEnd: () => {},
      onClose: () => {},
    }));
    const session = await open(link, listener.endpoints[0]!.port, makePlan('size-first'));
    const samples = makeSamples();
    await link.drive(session.runBatch(BATCH, samples));
    expect(samples.count).toBe(3);
    expect(session.readyText).toBe('200 OK: Ready');
  });
});
