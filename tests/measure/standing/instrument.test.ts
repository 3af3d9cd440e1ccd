/** Engines that outlive many short runs: what each finds, in virtual time, and that none is in the way of another. */
import { describe, expect, test } from 'vitest';
import type { Address } from '../../../src/facts/connection.ts';
import { planPaced } from '../../../src/measure/paced/paced-plan.ts';
import { createInstrument, type Instrument } from '../../../src/measure/standing/instrument.ts';
import { handshakerOver } from '../../../src/net/dialed-handshaker.ts';
import { memoryPacedEngine } from '../../../src/net/memory/paced-engine.ts';
import { type Answer, PORT, serve, serveLines, type World, world } from '../pretend-servers.ts';

const MS = 1_000_000;
const HERE: readonly Address[] = [{ address: '127.0.0.1', family: 4 }];
const { signal } = new AbortController();

function instrumentOf({ clock, network }: World): Instrument {
  const none = () => ({ reason: 'in virtual time', remedy: undefined });
  return createInstrument({
    clock,
    lookUp: async () => HERE,
    paced: { node: () => memoryPacedEngine(network), native: none },
    handshaker: { node: () => handshakerOver('memory', network), native: none },
    load: () => Promise.reject(new Error('no loads here')),
  });
}

function plan(options: Partial<Parameters<typeof planPaced>[0]> = {}) {
  return planPaced({
    host: 'host',
    port: PORT,
    sizes: [100],
    ratesPerSecond: [5],
    stepMs: 2_000,
    warmupMs: 0,
    timeoutMs: 1_000,
    seed: 0,
    ...options,
  });
}

describe('a short run', () => {
  test('has each answer from the moment at which its probe was due', async () => {
    const here = world({ latencyNs: 3 * MS });
    await serve(here);
    const run = await here.clock.drive(instrumentOf(here).echo(plan(), { signal }));
    expect(run).toMatchObject({ due: 10, late: 0, error: null, protocol: 'size-first' });
    expect(run.responseNs).toEqual(Array(10).fill(6 * MS));
    expect(run.remote).toEqual({ address: '127.0.0.1', port: PORT, family: 4 });
  });

  test('counts a stall for all that it held up', async () => {
    const here = world({ latencyNs: MS });
    const { clock } = here;
    await here.network.listen({ port: PORT }, (connection) => {
      let echoes = 0;
      return {
        onBytes: (bytes) => {
          const copy = bytes.slice();
          // The fourth, and all that come while it is held, leave 700 ms after it came.
          echoes++;
          const heldNs = echoes >= 4 && echoes <= 7 ? (4 - echoes) * 200 * MS + 700 * MS : 0;
          clock.wakeAt(clock.nowNs() + BigInt(heldNs), () => void connection.write(copy));
        },
        onDrain: () => {},
        onEnd: () => connection.close(),
        onClose: () => {},
      };
    });
    const run = await clock.drive(instrumentOf(here).echo(plan({ protocol: 'plain' }), { signal }));
    // The first echo is that of the opening.
    expect(run.responseNs.map((ns) => Math.round(ns / MS))).toEqual([2, 2, 702, 502, 302, 102, 2, 2, 2, 2]);
  });

  test('of a server that is not there has its reason, and no probe', async () => {
    const here = world();
    const run = await here.clock.drive(instrumentOf(here).echo(plan(), { signal }));
    expect(run).toMatchObject({ due: 0, responseNs: [], remote: null, protocol: null });
    expect(run.error?.message).toMatch(/connection refused/);
  });

  test('of a path that dies in the middle keeps what came, and counts what was due until it was noticed', async () => {
    const here = world({ latencyNs: MS, resetAfterBytes: 700 });
    await serve(here);
    const run = await here.clock.drive(instrumentOf(here).echo(plan(), { signal }));
    expect(run.error).not.toBeNull();
    expect(run.responseNs.length).toBeGreaterThan(0);
    expect(run.responseNs.length).toBeLessThan(10);
    expect(run.due).toBeGreaterThanOrEqual(run.responseNs.length);
    expect(run.due).toBeLessThanOrEqual(10);
  });

  test('leaves nothing behind: a thousand cost no wake-up more than one', async () => {
    const here = world();
    await serve(here);
    const instrument = instrumentOf(here);
    await here.clock.drive(instrument.echo(plan({ stepMs: 400 }), { signal }));
    while (here.clock.step());
    for (let i = 0; i < 100; i++) {
      await here.clock.drive(instrument.echo(plan({ stepMs: 400 }), { signal }));
    }
    while (here.clock.step());
    expect(here.network.dials).toBe(101);
    await here.clock.drive(instrument.close());
  });

  test('many at once are each as alone', async () => {
    const here = world({ latencyNs: 3 * MS });
    await serve(here);
    const instrument = instrumentOf(here);
    const runs = Array.from({ length: 50 }, () => instrument.echo(plan(), { signal }));
    for (const run of await here.clock.drive(Promise.all(runs))) {
      expect(run.responseNs).toEqual(Array(10).fill(6 * MS));
    }
  });

  test('that is given up ends soon, as given up', async () => {
    const here = world();
    await serve(here);
    const abort = new AbortController();
    const running = instrumentOf(here).echo(plan({ stepMs: 60_000 }), { signal: abort.signal });
    const startNs = here.clock.nowNs();
    here.clock.wakeAt(startNs + BigInt(1_000 * MS), () => abort.abort());
    const run = await here.clock.drive(running);
    expect(run.error?.code).toBe('cancelled');
    expect(Number(here.clock.nowNs() - startNs)).toBeLessThan(5_000 * MS);
  });
});

describe('residences of a short run', () => {
  const asking = { signal, residences: true } as const;
  /** So many probes, one each 200 ms. */
  const PROBES = 10;

  /** A server that has agreed to tell, and answers the question as it is told to. */
  async function serveAgreeing(here: World, answer: (question: string) => Answer): Promise<string[]> {
    const heard: string[] = [];
    await serveLines(here, (line) => {
      heard.push(line);
      if (line.startsWith('s ')) return { say: '200 OK: Ready +stamps +pipeline\n' };
      if (line.startsWith('r ')) return answer(line);
      return line === 't' ? { refuse: '200 OK: Closing Connection\n' } : { say: `${line}\n` };
    });
    return heard;
  }

  test('are told by a server of echolot, once all probes are answered', async () => {
    const here = world({ latencyNs: 3 * MS });
    await serve(here);
    const serverDelayMs = 50;
    const run = await here.clock.drive(instrumentOf(here).echo(plan({ serverDelayMs }), asking));
    expect(run).toMatchObject({ error: null, residenceError: null, networkRttNs: [] });
    expect(run.residenceNs).toEqual(Array(PROBES).fill(serverDelayMs * MS));
  });

  test('are not asked for where nobody wants them, or no stamps', async () => {
    for (const [options, wish] of [[{}, { signal }] as const, [{ stamps: false }, asking] as const]) {
      const here = world();
      const heard = await serveAgreeing(here, () => 'silence');
      const run = await here.clock.drive(instrumentOf(here).echo(plan(options), wish));
      expect(run).toMatchObject({ error: null, residenceNs: [], residenceError: null });
      expect(heard[0]).not.toContain('+stamps');
      expect(heard.some((line) => line.startsWith('r '))).toBe(false);
    }
  });

  test.each<[how: string, latencyMs: number, answer: (question: string) => Answer]>([
    ['at once', 3, () => ({ say: `200 OK: Residence kernel${' 1000'.repeat(PROBES)}\n` })],
    [
      'slowly',
      300,
      () => ({ say: `200 OK: Residence kernel${' 1000'.repeat(PROBES)}\n`, afterNs: 900 * MS }),
    ],
    ['never', 3, () => 'silence'],
    ['never, on a path that is slower than the pace', 300, () => 'silence'],
    ['wrongly', 3, () => ({ say: '200 OK: Residence kernel 1000\n' })],
  ])(
    'whose question is answered %s move no probe: each is sent when it is due',
    async (how, latencyMs, answer) => {
      const here = world({ latencyNs: latencyMs * MS });
      const heard = await serveAgreeing(here, answer);
      const lone = world({ latencyNs: latencyMs * MS });
      await serveAgreeing(lone, answer);
      const run = await here.clock.drive(instrumentOf(here).echo(plan({ timeoutMs: 3_000 }), asking));
      const without = await lone.clock.drive(instrumentOf(lone).echo(plan({ timeoutMs: 3_000 }), { signal }));
      // Due moments, sendings and echoes are those of a run that asks nothing, to the nanosecond.
      expect(run.responseNs).toEqual(without.responseNs);
      expect(run.responseNs).toEqual(Array(PROBES).fill(2 * latencyMs * MS));
      expect(run).toMatchObject({ due: PROBES, late: 0, error: null });
      // The question is behind the last probe, the opening included.
      expect(heard.slice(0, 2 + PROBES).filter((line) => line.startsWith('r '))).toEqual([]);
      expect(heard[2 + PROBES]).toBe(`r 1 ${PROBES}`);
      const isTold = how === 'at once' || how === 'slowly';
      expect(run.residenceNs).toHaveLength(isTold ? PROBES : 0);
      expect(run.residenceError?.code).toBe(isTold ? undefined : how === 'wrongly' ? 'peer' : 'timeout');
      // Both began at the same moment: the question costs its round trip, and the patience at most.
      const longerNs = Number(here.clock.nowNs() - lone.clock.nowNs());
      expect(longerNs).toBeLessThanOrEqual((2 * latencyMs + 1_000) * MS);
    },
  );
});

test('one engine is asked for once, and what only the other can do is refused in words', () => {
  const instrument = instrumentOf(world());
  expect(instrument.engineFor({ engine: 'auto', socket: {} })).toEqual({
    engine: 'memory',
    fallback: 'in virtual time',
  });
  expect(() => instrument.engineFor({ engine: 'native', socket: {} })).toThrow(/in virtual time/);
});

test('handshakes go to the addresses that were found', async () => {
  const here = world({ latencyNs: 2 * MS });
  await serve(here);
  const instrument = instrumentOf(here);
  const wish = { engine: 'auto', socket: {} } as const;
  const target = { host: 'host', port: PORT, family: undefined };
  const addresses = await here.clock.drive(instrument.lookUp(target, wish, { timeoutNs: 1e9, signal }));
  expect(addresses).toEqual(HERE);
  const found = await here.clock.drive(
    instrument.handshake({ ...target, addresses }, wish, { timeoutNs: 1e9, signal }),
  );
  expect(found).toMatchObject({ connectNs: 4 * MS, remote: { address: '127.0.0.1' } });
});
