/** The extension `+stamps` between real ends: whose stamps the residence is of, and what the network is left with. */

import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { analyse } from '../../../src/analysis/analyse.ts';
import { monotonic } from '../../../src/clock/monotonic.ts';
import type { EcholotError } from '../../../src/core/errors.ts';
import { type EchoServer, type MeasureOptions, type Result, serve } from '../../../src/index.ts';
import { startRun } from '../../../src/measure/exchange/run.ts';
import type { MeasureError } from '../../../src/measure/outcome.ts';
import type { Engine } from '../../../src/net/engine.ts';
import type { Listener, ListenerNetwork } from '../../../src/net/listener.ts';
import { createNativeEngine } from '../../../src/net/native/client/engine.ts';
import { loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { nodeListener } from '../../../src/net/node/listener.ts';
import { rawOf } from '../../analysis/recordings.ts';
import { goodAnswer, listenScripted, type Script, type ScriptedServer } from '../scripted-server.ts';
import { MS } from '../world.ts';

const { libc, reason } = loadLibc();
const HOST = '127.0.0.1';
/** On loopback it takes two; a machine that is busy elsewhere may need longer, but never this long. */
const SHORT_NS = 200_000;

interface Probe {
  readonly kernelNs: number;
  readonly residenceNs: number;
}

/** The probes of the first block of which both ends know something. */
function probesOf({ blocks }: Result): Probe[] {
  const { layers } = rawOf(blocks[0]);
  return (layers?.kernelRttNs ?? []).flatMap((kernelNs, at) => {
    const residenceNs = layers?.residenceNs[at] ?? null;
    return kernelNs === null || residenceNs === null ? [] : [{ kernelNs, residenceNs }];
  });
}

function networkMedianNs({ series }: Result): number {
  return series[0]?.layers?.statistics.networkRttNs?.median ?? Number.NaN;
}

/** Whether this kernel has sockets for it. */
function speaksMultipath(): boolean {
  const setting = '/proc/sys/net/mptcp/enabled';
  return existsSync(setting) && readFileSync(setting, 'utf8').trim() === '1';
}

describe.skipIf(libc === undefined)(`+stamps from the native client ${reason ?? ''}`, () => {
  /** One thread for all runs: starting it is the slow part. */
  const engine = createNativeEngine();
  const servers = new Map<string, EchoServer>();
  const listeners: Listener[] = [];
  afterAll(async () => {
    await engine.close?.();
    await Promise.all([...servers.values()].map((server) => server.close()));
    for (const listener of listeners) listener.close();
  });

  async function resultOf(port: number, options: Partial<MeasureOptions> = {}): Promise<Result> {
    const kept: Engine = {
      name: engine.name,
      openLane: () => engine.openLane(),
      prepare: () => Promise.resolve(undefined),
      open: (...args) => engine.open(...args),
    };
    return await startRun(
      { engine: kept, clock: monotonic, analyse },
      {
        host: HOST,
        port,
        type: 'rtt',
        sizes: [100],
        probes: 100,
        blocks: 1,
        protocol: 'size-first',
        ...options,
      },
    ).result;
  }

  async function portOf(name: 'native' | 'node'): Promise<number> {
    const server = servers.get(name) ?? (await serve({ host: HOST, port: 0, engine: name }));
    servers.set(name, server);
    return server.endpoints[0]?.port ?? 0;
  }

  function scripted(script: Script): Promise<ScriptedServer> {
    const network: ListenerNetwork = {
      ...nodeListener,
      async listen(options, accept) {
        const listener = await nodeListener.listen(options, accept);
        listeners.push(listener);
        return listener;
      },
    };
    return listenScripted(network, script);
  }

  test.each([
    ['native', 'kernel'],
    ['node', 'application'],
  ] as const)(
    'to the %s server: residences by the %s, within the kernel’s round trip',
    async (engine, by) => {
      const result = await resultOf(await portOf(engine));
      expect(rawOf(result.blocks[0]).layers?.residenceSource).toBe(by);
      const probes = probesOf(result);
      // The kernel begins to stamp a while after it was asked.
      expect(probes.length).toBeGreaterThanOrEqual(50);
      for (const { kernelNs, residenceNs } of probes) expect(residenceNs).toBeLessThanOrEqual(kernelNs);
      expect(networkMedianNs(result)).toBeGreaterThan(0);
      expect(networkMedianNs(result)).toBeLessThan(SHORT_NS);
    },
  );

  test('a delay of the server is residence, and no part of the network', async () => {
    const result = await resultOf(await portOf('native'), { serverDelayMs: 2, probes: 40 });
    const probes = probesOf(result);
    expect(probes.length).toBeGreaterThanOrEqual(20);
    for (const { residenceNs } of probes) expect(residenceNs).toBeGreaterThanOrEqual(2 * MS);
    expect(networkMedianNs(result)).toBeLessThan(SHORT_NS);
  });

  test('a server that refuses the field is asked once, and measured without in all sessions of the run', async () => {
    const server = await scripted((message) =>
      message.includes('+stamps')
        ? { say: '404 ERROR: Invalid Connection Setup Message\n', go: 'end' }
        : goodAnswer(message),
    );
    const { blocks } = await resultOf(server.port, { sizes: [1, 10, 100], probes: 5 });
    const setups = server.heard.filter((message) => message.startsWith('s '));
    expect(setups).toEqual(['s RTT 1 5 0 +stamps\n', 's RTT 1 5 0\n', 's RTT 10 5 0\n', 's RTT 100 5 0\n']);
    expect(blocks).toHaveLength(3);
    for (const { layers, rttNs } of blocks.map(rawOf)) {
      expect(rttNs).toHaveLength(5);
      expect(layers?.residenceSource ?? null).toBeNull();
    }
  });

  test.each([
    ['resets', { go: 'drop' }],
    ['closes', { go: 'end' }],
    ['leaves unanswered', {}],
  ] as const)(
    'a server that spends its one connection on the refusal, and %s the next, is named with a remedy that works',
    async (_what, next) => {
      let setups = 0;
      const server = await scripted((message) => {
        if (!message.startsWith('s ')) return goodAnswer(message);
        return setups++ === 0 ? { say: '404 ERROR: Invalid Connection Setup Message\n', go: 'end' } : next;
      });
      const error = await resultOf(server.port, { timeoutMs: 200 }).catch((failure: EcholotError) => failure);
      expect(error).toMatchObject({
        code: 'peer',
        message: expect.stringContaining('took one connection and no other'),
        advice: expect.stringContaining('--blocks 1 --warmup 0 --stamps off'),
        details: ['asked for stamps: refused the setup ("404 ERROR: Invalid Connection Setup Message")'],
      });
      expect(setups).toBe(2);
    },
  );

  test.each(['drop', 'end'] as const)(
    'a server that answers nothing on any connection (%s) is not taken for one that has answered the first',
    async (go) => {
      const server = await scripted(() => ({ go }));
      const error = await resultOf(server.port, { timeoutMs: 200 }).catch((failure: EcholotError) => failure);
      expect(JSON.stringify(error)).not.toContain('one connection');
      expect(error).toMatchObject({ advice: expect.not.stringContaining('first connection only') });
    },
  );

  test('a server that has taken it in its one session is named by the next one, and that session is kept', async () => {
    let setups = 0;
    const server = await scripted((message) => {
      if (message.startsWith('s ') && ++setups > 1) return { go: 'end' };
      return goodAnswer(message);
    });
    const run = resultOf(server.port, { sizes: [10, 20], probes: 5, timeoutMs: 200 });
    const error = await run.catch((failure: MeasureError) => failure);
    expect(error).toMatchObject({
      message: expect.stringContaining('took one connection and no other'),
      advice: expect.stringContaining('--dialect size-first --blocks 1 --warmup 0 --stamps off'),
      result: { blocks: [{ workload: { payloadBytes: 10 }, kind: 'measured', round: 1 }] },
    });
  });

  test('a server that hears it and says nothing of it is not asked for residences', async () => {
    const server = await scripted(goodAnswer);
    const { series } = await resultOf(server.port, { probes: 5 });
    expect(server.heard[0]).toBe('s RTT 100 5 0 +stamps\n');
    expect(server.heard.filter((message) => message.startsWith('r '))).toEqual([]);
    expect(series[0]?.layers).toMatchObject({ residenceSource: null, missing: { server: null } });
  });

  /** A server that has these abilities, and says this behind its residences. */
  function telling(abilities: string, tail: string): Promise<ScriptedServer> {
    return scripted((message) => {
      const [letter, , count] = message.split(' ');
      if (letter === 's') return `200 OK: Ready +stamps ${abilities}\n`;
      if (letter !== 'r') return goodAnswer(message);
      return `200 OK: Residence application${' 100/-'.repeat(Number(count))}${tail}\n`;
    });
  }

  test('what a server says of its work for others is in the record, with the round trips that it is of', async () => {
    const server = await telling('+waits +busy', ' +busy 40');
    const { blocks } = await resultOf(server.port, { probes: 5 });
    const questions = server.heard.filter((message) => message.startsWith('r '));
    expect(questions.length).toBeGreaterThan(0);
    for (const question of questions) expect(question).toMatch(/^r \d+ \d+ \+waits \+busy\n$/);
    expect(blocks[0]?.serverBusy).toEqual({
      busyNs: 40 * questions.length,
      rttNs: rawOf(blocks[0]).rttNs.reduce((total, ns) => total + ns, 0),
    });
  });

  test.each([
    ['longer than the round trips took', '+waits +busy', ' +busy 9007199254740991'],
    ['that it does not know', '+waits +busy', ' +busy -'],
    ['nothing, as one of an older version', '+waits', ''],
  ])('a server that says %s makes no figure of it', async (_what, abilities, tail) => {
    const server = await telling(abilities, tail);
    const { blocks, checks } = await resultOf(server.port, { probes: 5 });
    expect(rawOf(blocks[0]).layers?.residenceNs).toEqual(Array(5).fill(100));
    expect(blocks[0]?.serverBusy).toBeNull();
    expect(checks.find(({ name }) => name === 'server-busy')).toMatchObject({ finding: 'unknown' });
  });

  test('nothing is asked of a server when no stamps are wanted', async () => {
    const server = await scripted(goodAnswer);
    const { blocks } = await resultOf(server.port, { stamps: false, probes: 5 });
    expect(server.heard[0]).toBe('s RTT 100 5 0\n');
    expect(rawOf(blocks[0]).layers).toBeNull();
  });

  test.skipIf(!speaksMultipath())('nor over a multipath socket, which has none: no warning', async () => {
    const server = await scripted(goodAnswer);
    const { blocks, warnings } = await resultOf(server.port, { socket: { multipath: true }, probes: 500 });
    expect(server.heard[0]).toBe('s RTT 100 500 0\n');
    expect(rawOf(blocks[0]).layers).toBeNull();
    expect(warnings.map(({ code }) => code)).not.toContain('missing-stamps');
  });
});
