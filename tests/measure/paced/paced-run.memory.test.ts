/** Paced probes from their options to their record, over a pretend network and against echolot's own server. */
import { describe, expect, test } from 'vitest';
import { analysePaced } from '../../../src/analysis/paced/analyse-paced.ts';
import type { PacedOptions } from '../../../src/measure/paced/paced-plan.ts';
import { type Paced, startPaced } from '../../../src/measure/paced/paced-run.ts';
import { StepRecorder } from '../../../src/measure/paced/step-recorder.ts';
import { memoryPacedEngine } from '../../../src/net/memory/paced-engine.ts';
import { PORT, serve, type World, world } from '../pretend-servers.ts';
import { MS } from './pacing.ts';

function start({ clock, network }: World, options: Partial<PacedOptions> = {}): Paced {
  return startPaced(
    {
      engine: memoryPacedEngine(network),
      clock,
      recorder: (spec) => new StepRecorder(spec),
      analyse: analysePaced,
    },
    { host: 'echo.example', port: PORT, sizes: [100], stepMs: 500, warmupMs: 100, seed: 1, ...options },
  );
}

describe('an open loop', () => {
  test('over a path of 2 ms tells 2 ms, and answers as often as it was asked', async () => {
    const here = world();
    await serve(here);
    const result = await here.clock.drive(start(here, { ratesPerSecond: [1_000], connections: 2 }).result);
    expect(result.outcome.status).toBe('complete');
    expect(result.server).toMatchObject({
      protocol: 'size-first',
      readyText: expect.stringMatching(/^200 OK: Ready/),
    });
    const [step] = result.steps;
    expect(step?.counts).toEqual({ due: 500, sent: 500, answered: 500, lost: 0 });
    expect(step?.service).toMatchObject({ minNs: 2 * MS, maxNs: 2 * MS });
    expect(step?.byConnection.map(({ sent }) => sent)).toEqual([250, 250]);
    expect(result.statistics.steps[0]?.response?.p50.value).toBeCloseTo(2 * MS, -4);
    expect(result.statistics.steps[0]?.answeredPerSecond.value).toBe(1_000);
  });

  test('asked for more than a delaying server can do: the backlog is told, not hidden', async () => {
    const here = world();
    await serve(here);
    const options = { ratesPerSecond: [400], serverDelayMs: 5, inFlight: 4, stepMs: 2_000 };
    const { steps, statistics } = await here.clock.drive(start(here, options).result);
    const [step] = steps;
    expect(step?.counts.due).toBe(800);
    expect(step?.counts.sent).toBeLessThan(500);
    expect(statistics.steps[0]).toMatchObject({ isSaturated: true, response: { p99: { value: null } } });
    expect(statistics.doubts.map(({ kind }) => kind)).toContain('in-flight-limit');
  });
});

test('a closed loop over a path of 2 ms has 500 answers a second on each connection', async () => {
  const here = world();
  await serve(here);
  const { steps, statistics } = await here.clock.drive(start(here, { connections: 3 }).result);
  expect(statistics.steps[0]?.answeredPerSecond.value).toBe(1_500);
  expect(steps[0]?.byConnection.map(({ answered }) => answered)).toEqual([250, 250, 250]);
});

test('several probes under way on one connection are answered as many times as often', async () => {
  const here = world();
  await serve(here);
  const { server, statistics } = await here.clock.drive(start(here, { inFlight: 10 }).result);
  expect(server?.inFlight).toBe(10);
  expect(statistics.steps[0]?.answeredPerSecond.value).toBe(5_000);
});

test('a server that nobody has started is told as it is anywhere', async () => {
  const here = world();
  await expect(here.clock.drive(start(here, { ratesPerSecond: [100] }).result)).rejects.toMatchObject({
    code: 'network',
    result: { server: null, steps: [], outcome: { status: 'failed' } },
  });
});
