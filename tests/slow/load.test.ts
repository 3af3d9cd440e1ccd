/** Loads over paths that are known: what is carried, who waits, and how a load ends whose path does. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { Path, type PathOptions, pathUnavailable } from '../path/path.ts';
import { goodputIn, LoadProgram, phaseOf, serveLoads } from './loads.ts';
import { tell } from './server-child.ts';

const MS = 1_000_000;
const MBIT = 1_000_000;
const RATE_MBIT = 20;
/** Of each packet that the path counts, with its IP and TCP headers. */
const PAYLOAD_SHARE = 1_448 / 1_500;
const END_MS = 60_000;
const reason = pathUnavailable();

/** One whose ends fill the queues that they find. */
async function makePath(options: PathOptions): Promise<Path> {
  const path = await Path.make(options);
  for (const namespace of [path.client, path.server]) {
    const words = ['netns', 'exec', namespace, 'sysctl', '-qw', 'net.ipv4.tcp_congestion_control=reno'];
    expect(spawnSync('ip', words).status).toBe(0);
  }
  return path;
}

/** A load over the path, and its server. */
async function loading(
  path: Path,
  ...flags: readonly (string | number)[]
): Promise<AsyncDisposable & { load: LoadProgram }> {
  await using stack = new AsyncDisposableStack();
  const { server, port } = await serveLoads((...words) => path.at('server', ...words), path.serverAddress);
  stack.use(server);
  const load = stack.use(
    new LoadProgram(port, flags, (...words) => path.at('client', ...words), path.serverAddress),
  );
  const owned = stack.move();
  return { load, [Symbol.asyncDispose]: async () => await owned.disposeAsync() };
}

function increasesMs(phase: ReturnType<typeof phaseOf>): [beside: number, within: number] {
  const { increase, ownIncrease } = phase;
  return [(increase?.p50.value ?? Number.NaN) / MS, (ownIncrease?.p50.value ?? Number.NaN) / MS];
}

describe.skipIf(reason !== undefined)(`a load over an emulated path ${reason ?? ''}`, () => {
  const NARROW = { delayMs: 2, rateMbitPerSecond: RATE_MBIT, queueBytes: 50_000 };
  const PHASES = ['--phases', 'idle,down,up', '--duration', '5s'];

  test('carries no more than the path does, and most of it, and whoever shares its queue waits as long as the data', async () => {
    await using path = await makePath(NARROW);
    await using running = await loading(path, ...PHASES);
    const { code, result } = await running.load.endsWithin(END_MS);
    expect(code).toBe(0);
    for (const name of ['down', 'up'] as const) {
      const share = goodputIn(result, name) / (RATE_MBIT * MBIT * PAYLOAD_SHARE);
      const [beside, within] = increasesMs(phaseOf(result, name));
      tell(
        `${name}: ${(100 * share).toFixed(1)} % of the rate, waits ${beside.toFixed(1)} ms beside and ${within.toFixed(1)} ms within the data`,
      );
      // A busy machine carries packets late; how exact a quiet one is, is examined by bench:truth.
      expect(share).toBeGreaterThan(0.5);
      expect(share).toBeLessThan(1.02);
      // The queue takes 20 ms, and reno leaves at least half of it.
      expect(beside).toBeGreaterThan(8);
      expect(phaseOf(result, name).pair).not.toBe('own-flow');
    }
  });

  test('tells that nobody else waits where each flow has a queue of its own', async () => {
    await using path = await makePath({ ...NARROW, isFair: true });
    await using running = await loading(path, ...PHASES);
    const { code, result } = await running.load.endsWithin(END_MS);
    expect(code).toBe(0);
    for (const name of ['down', 'up'] as const) {
      const [beside, within] = increasesMs(phaseOf(result, name));
      tell(`${name}: waits ${beside.toFixed(1)} ms beside and ${within.toFixed(1)} ms within the data`);
      expect(beside).toBeLessThan(within / 2);
      expect(within).toBeGreaterThan(8);
      expect(phaseOf(result, name).pair).not.toBe('shared');
    }
  });

  test('goes on through 1 % of loss at 20 ms, and tells how much was sent again', async () => {
    await using path = await makePath({ delayMs: 10, lossPercent: 1, seed: 7 });
    await using running = await loading(path, '--phases', 'idle,up', '--duration', '5s');
    const { code, result } = await running.load.endsWithin(END_MS);
    expect(code).toBe(0);
    const [up] = phaseOf(result, 'up').directions;
    tell(
      `1 % loss: ${((up?.goodput.value ?? 0) / MBIT).toFixed(1)} Mbit/s, ${(100 * (up?.retransmittedShare ?? 0)).toFixed(2)} % sent again`,
    );
    expect(up?.goodput.value).toBeGreaterThan(MBIT);
    expect(up?.retransmittedShare).toBeGreaterThan(0.002);
    expect(up?.retransmittedShare).toBeLessThan(0.05);
  });

  test.each(['idle', 'down', 'up', 'both'] as const)(
    'ends soon after its path was cut in the phase %s, and keeps what it saw',
    async (phase) => {
      await using path = await makePath(NARROW);
      await using running = await loading(path, '--phases', 'idle,down,up,both,recovery', '--duration', '2s');
      await running.load.reaches(phase, 700);
      await path.cut();
      const { code, result, stderr } = await running.load.endsWithin(12_000);
      expect({ code, status: result.outcome.status }).toEqual({ code: 1, status: 'failed' });
      expect(stderr).toMatch(/timeout/);
      expect(result.statistics.idle?.p50.value).toBeGreaterThan(4 * MS);
      const before = result.phases
        .map(({ name }) => name)
        .filter((name) => name !== 'idle' && name !== phase);
      for (const name of before.filter((each) => each !== 'recovery')) {
        expect(goodputIn(result, name)).toBeGreaterThan(MBIT);
      }
      expect(result.statistics.doubts.map(({ code }) => code)).toContain('probes-lost');
    },
  );
});
