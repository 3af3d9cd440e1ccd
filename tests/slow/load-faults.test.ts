/** Loads whose ends are stopped, killed or interrupted: nothing hangs, and what was seen before is kept. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { LoadPhaseName, LoadResult } from '../../src/index.ts';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { goodputIn, LoadProgram, serveLoads } from './loads.ts';
import { tell } from './server-child.ts';

const MS = 1_000_000;
const MBIT = 1_000_000;
/** Little, so that a busy machine carries it as a rule. */
const RATE_MBIT = 20;
/** What a phase of a second carries even when the machine is very busy. */
const SOME_MBIT = 1;
const PHASES = ['idle', 'down', 'up', 'both', 'recovery'] as const;
const STOP_MS = 3_000;
/** What both ends have at most to be gone. */
const END_MS = 5_000;
const END_OF_LOAD_MS = 30_000;
const ENGINES = ['native', 'node'] as const;

function flags(phases: readonly LoadPhaseName[], seconds: number, engine = 'auto'): string[] {
  const what = ['--phases', phases.join(','), '--duration', `${seconds}s`];
  return [...what, '--rate', `${RATE_MBIT}M`, '--engine', engine];
}

/** Phases that were over before one, which must be whole. */
function expectWholeBefore(result: LoadResult, phase: LoadPhaseName): void {
  const whole = PHASES.slice(0, PHASES.indexOf(phase));
  expect(result.phases.map(({ name, isComplete }) => [name, isComplete])).toEqual([
    ...whole.map((name) => [name, true]),
    [phase, false],
  ]);
  for (const name of whole.filter((each) => each !== 'idle')) {
    expect(goodputIn(result, name)).toBeGreaterThan(SOME_MBIT * MBIT);
  }
  expect(result.statistics.idle?.p50.value).toBeGreaterThan(0);
}

/** Without the time of a stop, in which it would be a tenth of that. */
function expectTheRate(bitsPerSecond: number): void {
  const share = bitsPerSecond / (RATE_MBIT * MBIT);
  expect(share).toBeGreaterThan(0.8);
  expect(share).toBeLessThan(1.1);
}

describe.each(ENGINES)('a load of the engine %s', (engine) => {
  const missing = engine === 'native' ? nativeUnavailable() : undefined;

  test.skipIf(missing !== undefined).each(PHASES)(
    'whose server is killed in the phase %s keeps what was before',
    async (phase) => {
      const { server, port } = await serveLoads();
      await using _ = server;
      await using load = new LoadProgram(port, flags(PHASES, 1, engine));
      await load.reaches(phase, 400);
      server.kill('SIGKILL');
      const { code, result, stderr } = await load.endsWithin(END_MS);
      expect({ code, status: result.outcome.status }).toEqual({ code: 1, status: 'failed' });
      expect(stderr).toMatch(/network|peer/);
      expectWholeBefore(result, phase);
    },
  );

  test.skipIf(missing !== undefined).each(PHASES)(
    'that is interrupted in the phase %s reports what there is, and frees the server',
    async (phase) => {
      const { server, port } = await serveLoads();
      await using _ = server;
      await using load = new LoadProgram(port, flags(PHASES, 1, engine));
      await load.reaches(phase, 400);
      load.program.kill('SIGINT');
      const { code, result, stdout } = await load.endsWithin(END_MS);
      expect({ code, status: result.outcome.status }).toEqual({ code: 130, status: 'cancelled' });
      expectWholeBefore(result, phase);
      expect(stdout).toContain('RTT, idle');
      await using next = new LoadProgram(port, flags(['up'], 1, engine));
      const { code: nextCode, stdout: said } = await next.endsWithin(END_OF_LOAD_MS);
      expect(nextCode).toBe(0);
      expect(said).not.toContain('another load');
    },
  );
});

describe('a load', () => {
  test('goes on after its server was stopped for three seconds', async () => {
    const { server, port } = await serveLoads();
    await using _ = server;
    await using load = new LoadProgram(port, flags(['idle', 'down', 'up'], 5));
    await load.reaches('down', 500);
    server.kill('SIGSTOP');
    await sleep(STOP_MS);
    server.kill('SIGCONT');
    const { code, result } = await load.endsWithin(END_OF_LOAD_MS);
    expect(code).toBe(0);
    const longestNs = Math.max(...result.foreignProbes.rttNs.map((ns) => ns ?? 0));
    tell(`a stop of ${STOP_MS} ms: ${(longestNs / MS).toFixed(0)} ms is the longest round trip`);
    expect(longestNs).toBeGreaterThan((STOP_MS - 500) * MS);
    expectTheRate(goodputIn(result, 'up'));
  });

  test('leaves out the three seconds in which it was stopped itself', async () => {
    const { server, port } = await serveLoads();
    await using _ = server;
    await using load = new LoadProgram(port, flags(['idle', 'down', 'up'], 7));
    await load.reaches('down', 2_000);
    load.program.kill('SIGSTOP');
    await sleep(STOP_MS);
    load.program.kill('SIGCONT');
    const { code, result } = await load.endsWithin(END_OF_LOAD_MS);
    expect(code).toBe(0);
    expect(result.statistics.doubts.map((doubt) => doubt.code)).toContain('suspended');
    for (const name of ['down', 'up'] as const) expectTheRate(goodputIn(result, name));
  });

  test('hears that its server is closing, which does not wait for its end', async () => {
    const { server, port } = await serveLoads();
    await using _ = server;
    await using load = new LoadProgram(port, flags(['idle', 'up'], 3));
    await load.reaches('up', 500);
    server.kill('SIGTERM');
    const [{ code, stderr, result }, closed] = await Promise.all([
      load.endsWithin(END_MS),
      server.endsWithin(END_MS),
    ]);
    expect({ code, closed: closed.code }).toEqual({ code: 1, closed: 0 });
    expect(stderr).toContain('it is closing');
    expect(result.statistics.idle?.p50.value).toBeGreaterThan(0);
  });

  test('has its turn after another one that came before it', async () => {
    const { server, port } = await serveLoads();
    await using _ = server;
    await using first = new LoadProgram(port, flags(['idle', 'up'], 2));
    await first.reaches('idle', 0);
    await using second = new LoadProgram(port, flags(['up'], 2));
    const ends = await Promise.all([first.endsWithin(END_OF_LOAD_MS), second.endsWithin(END_OF_LOAD_MS)]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    for (const { result } of ends) expect(goodputIn(result, 'up')).toBeGreaterThan(SOME_MBIT * MBIT);
    expect(ends[0].stdout).not.toContain('another load');
    expect(ends[1].stdout).toContain('another load');
  });
});
