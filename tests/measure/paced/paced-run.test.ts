/** What a run of paced probes keeps, whatever becomes of server, connections, and this program. */
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../../src/core/errors.ts';
import { CLIENT_DIALECT_ORDER } from '../../../src/core/wire/dialects.ts';
import type { PacedEvent } from '../../../src/measure/paced/paced-events.ts';
import type { PacedStepRecord } from '../../../src/result/paced/paced-result.ts';
import { eventsOf, failureOf, MS, pacing, resultOf, S } from './pacing.ts';
import { LOST } from './scripted-paced.ts';

const SHORT = { stepMs: 1_000, warmupMs: 100 };

function onlyStep({ steps }: { readonly steps: readonly PacedStepRecord[] }): PacedStepRecord {
  const [step, ...others] = steps;
  if (step === undefined || others.length > 0) throw new Error(`there are ${steps.length} steps`);
  return step;
}

describe('an open loop', () => {
  test('counts what was due, sent and answered, without its warm-up', async () => {
    const result = await resultOf(pacing({}, { ratesPerSecond: [1_000], ...SHORT }));
    const step = onlyStep(result);
    expect(step).toMatchObject({
      askedPerSecond: 1_000,
      isComplete: true,
      counts: { due: 1_000, sent: 1_000, answered: 1_000, lost: 0 },
      late: { byThread: 0, bySocket: 0, byAnswer: 0 },
    });
    expect(step.toAtNs - step.fromAtNs).toBe(S);
    expect(step.parts.map(({ due, sent, answered, backlog }) => [due, sent, answered, backlog])).toEqual(
      new Array(5).fill([200, 200, 200, 0]),
    );
    expect(step.response).toEqual(step.service);
    expect(step.response).toMatchObject({ count: 1_000, minNs: 100_000, maxNs: 100_000 });
    expect(result.outcome.status).toBe('complete');
  });

  test('its warm-up flows into the step: a gap would let the queue of the server run empty', async () => {
    const { engine, ...rest } = pacing({}, { ratesPerSecond: [1_000], ...SHORT });
    const step = onlyStep(await resultOf({ engine, ...rest }));
    expect(engine.stretches).toHaveLength(1);
    const { startNs = 0, durationNs } = engine.stretches[0] ?? {};
    expect(durationNs).toBe(1_100 * MS);
    expect(step.fromAtNs).toBe(startNs + 100 * MS);
  });

  test('a request that waited because this program was late is told with its wait', async () => {
    const lateNs = 30 * MS;
    const result = await resultOf(
      pacing({ sentNs: (dueNs) => [dueNs + lateNs, 'thread'] }, { ratesPerSecond: [100], ...SHORT }),
    );
    const step = onlyStep(result);
    expect(step.response).toMatchObject({ minNs: lateNs + 100_000, maxNs: lateNs + 100_000 });
    expect(step.service).toMatchObject({ minNs: 100_000, maxNs: 100_000 });
    expect(step.late).toMatchObject({ byThread: 97, lateness: { count: 97, minNs: lateNs } });
    expect(result.statistics.doubts).toContainEqual(expect.objectContaining({ kind: 'generator-late' }));
  });

  test('what was due and never sent is no probe that was fine', async () => {
    const script = {
      sentNs: (dueNs: number) => [dueNs > S ? Number.POSITIVE_INFINITY : dueNs, 'answer'] as const,
    };
    const result = await resultOf(pacing(script, { ratesPerSecond: [1_000], stepMs: 2_000, warmupMs: 0 }));
    const { counts, parts } = onlyStep(result);
    expect(counts.due).toBe(2_000);
    expect(counts.sent).toBeLessThan(1_000);
    expect(parts.at(-1)?.backlog).toBe(counts.due - counts.sent);
    const [statistics] = result.statistics.steps;
    expect(statistics?.missing).toBe(counts.due - counts.sent);
    expect(statistics?.response?.p99).toEqual({ value: null, interval: null, refused: 'missing' });
    expect(statistics?.response?.p50.value).toBeNull();
    expect(statistics?.service?.p99.value).toBeCloseTo(100_000, -2);
  });

  test('each rate of a sweep is a step of its own, over the same connections', async () => {
    const here = pacing({}, { ratesPerSecond: [10, 100, 1_000], connections: 3, ...SHORT });
    const { steps, connections } = await resultOf(here);
    expect(steps.map(({ askedPerSecond, counts }) => [askedPerSecond, counts.answered])).toEqual([
      [10, 10],
      [100, 100],
      [1_000, 1_000],
    ]);
    expect(steps.map(({ byConnection }) => byConnection.length)).toEqual([3, 3, 3]);
    expect(connections.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(here.engine.plans).toHaveLength(1);
  });

  test('the same seed has the same random moments, and each step its own', async () => {
    const options = { ratesPerSecond: [200, 200], arrivals: 'poisson', ...SHORT } as const;
    const first = await resultOf(pacing({}, options));
    const again = await resultOf(pacing({}, options));
    expect(again.steps).toEqual(first.steps);
    const due = first.steps.map(({ fromAtNs, samples }) => samples?.dueAtNs.map((ns) => ns - fromAtNs));
    expect(due[0]).not.toEqual(due[1]);
  });
});

describe('a closed loop', () => {
  test('sends as soon as an echo has come, on each connection', async () => {
    const script = { echoNs: (sentNs: number) => sentNs + 2 * MS };
    const result = await resultOf(pacing(script, { connections: 4, ...SHORT }));
    const step = onlyStep(result);
    expect(step.askedPerSecond).toBeNull();
    expect(step.counts).toEqual({ due: 2_000, sent: 2_000, answered: 2_000, lost: 0 });
    expect(step.byConnection.map(({ sent }) => sent)).toEqual([500, 500, 500, 500]);
    expect(step.response).toEqual(step.service);
    expect(result.statistics.steps[0]?.answeredPerSecond.value).toBe(2_000);
    expect(step.parts.every(({ backlog }) => backlog === 0)).toBe(true);
  });
});

describe('of the samples', () => {
  test('as many are kept as there is room for, and the histograms have all', async () => {
    const options = { ratesPerSecond: [1_000, 1_000, 1_000], maxKeptSamples: 1_500, ...SHORT };
    const { steps } = await resultOf(pacing({}, options));
    expect(steps.map(({ samples }) => samples?.rttNs.length)).toEqual([1_000, 500, undefined]);
    expect(steps.map(({ response }) => response.count)).toEqual([1_000, 1_000, 1_000]);
  });

  test('all times are whole', async () => {
    const { steps } = await resultOf(pacing({}, { ratesPerSecond: [333], ...SHORT }));
    const samples = onlyStep({ steps }).samples;
    expect([...(samples?.dueAtNs ?? []), ...(samples?.sentAtNs ?? [])].every(Number.isInteger)).toBe(true);
  });
});

describe('when connections are lost', () => {
  test('the others go on, and the record says which it was and what was lost with it', async () => {
    const script = { lostAtNs: { 1: 700 * MS }, echoNs: (sentNs: number) => sentNs + 20 * MS };
    const here = pacing(script, { ratesPerSecond: [1_000], connections: 3, ...SHORT });
    const events = await eventsOf(here);
    const { steps, connections, outcome, statistics } = await here.run.result;
    expect(outcome.status).toBe('complete');
    expect(connections.map(({ error }) => error?.code ?? null)).toEqual([null, 'network', null]);
    expect(connections[1]?.lostAtNs).toBeGreaterThanOrEqual(700 * MS);
    const { counts } = onlyStep({ steps });
    expect(counts.lost).toBeGreaterThan(0);
    expect(counts.due).toBe(1_000);
    expect(counts.sent).toBe(counts.answered + counts.lost);
    expect(statistics.doubts).toContainEqual({
      kind: 'connection-lost',
      connections: 1,
      probes: counts.lost,
    });
    expect(events).toContainEqual(expect.objectContaining({ kind: 'connection-lost', connection: 2 }));
  });

  test('all of them, the run has failed and keeps what was seen', async () => {
    const script = { lostAtNs: { 0: 600 * MS, 1: 650 * MS } };
    const error = await failureOf(pacing(script, { ratesPerSecond: [1_000], connections: 2, ...SHORT }));
    expect(error.code).toBe('network');
    const { outcome, steps } = error.result;
    expect(outcome).toMatchObject({ status: 'failed', error: { message: LOST.message } });
    const step = onlyStep({ steps });
    expect(step.isComplete).toBe(false);
    expect(step.counts.answered).toBeGreaterThan(400);
    // Nothing was due to a run that was over.
    expect(step.counts.due - step.counts.sent).toBeLessThan(60);
  });
});

describe('a run that is cancelled', () => {
  test('keeps what was answered, and says that the step is not whole', async () => {
    const here = pacing({}, { ratesPerSecond: [1_000], ...SHORT });
    here.clock.wakeAt(here.clock.nowNs() + BigInt(615 * MS), () => here.run.cancel());
    const { result } = await failureOf(here);
    expect(result.outcome.status).toBe('cancelled');
    const step = onlyStep(result);
    expect(step.isComplete).toBe(false);
    expect(step.toAtNs).toBe(615 * MS);
    expect(step.counts.answered).toBeGreaterThan(500);
    expect(step.counts.due - step.counts.sent).toBeLessThanOrEqual(1);
    expect(step.parts).toHaveLength(3);
    expect(here.engine.closedSessions).toBe(1);
    expect(here.engine.isClosed).toBe(true);
  });

  test('in its warm-up has no step', async () => {
    const here = pacing({}, { ratesPerSecond: [1_000], ...SHORT });
    here.clock.wakeAt(here.clock.nowNs() + BigInt(60 * MS), () => here.run.cancel());
    const { result } = await failureOf(here);
    expect(result.outcome.status).toBe('cancelled');
    expect(result.steps).toEqual([]);
  });

  test('before it has begun has no server', async () => {
    const here = pacing({
      refusals: { 'size-first': new EcholotError('cancelled', 'the run was cancelled') },
    });
    const { result } = await failureOf(here);
    expect(result).toMatchObject({ server: null, connections: [], steps: [] });
  });
});

describe('the dialect', () => {
  const refusal = (): EcholotError =>
    new EcholotError('peer', 'the server refused the setup', { received: '404 ERROR' });

  test('is found out with one connection, not with all of them', async () => {
    const script = { refusals: { [CLIENT_DIALECT_ORDER[0] as string]: refusal() } };
    const here = pacing(script, { protocol: 'auto', ratesPerSecond: [100], connections: 50, ...SHORT });
    const events = await eventsOf(here);
    const { server } = await here.run.result;
    expect(
      here.engine.plans
        .map(({ connections }) => connections)
        .slice(0, -1)
        .every((n) => n === 1),
    ).toBe(true);
    expect(here.engine.plans.at(-1)?.connections).toBe(50);
    expect(here.engine.plans.at(-1)?.session.protocol).toBe(server?.protocol);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'attempt' }));
  });

  test('is kept with the connection that found it, where there is but one', async () => {
    const here = pacing({}, { protocol: 'auto', ratesPerSecond: [100], ...SHORT });
    await resultOf(here);
    expect(here.engine.plans).toHaveLength(1);
  });

  test('that nobody understands is told as with any measurement', async () => {
    const refusals = new Proxy({}, { get: refusal });
    const error = await failureOf(pacing({ refusals }, { protocol: 'auto', ...SHORT }));
    expect(error.message).toBe('the server speaks no dialect that was tried');
    expect(error.result.outcome.status).toBe('failed');
  });
});

test('a server that takes one probe after the other is named as such', async () => {
  const { server, statistics } = await resultOf(pacing({ inFlight: 1 }, { inFlight: 8, ...SHORT }));
  expect(server?.inFlight).toBe(1);
  expect(statistics.doubts).toContainEqual({ kind: 'no-pipelining', asked: 8 });
});

test('progress is told a few times a second, so that whoever waits knows how it goes', async () => {
  const here = pacing({}, { ratesPerSecond: [1_000], ...SHORT });
  const events = await eventsOf(here);
  const kinds = events.map(({ kind }) => kind).filter((kind, i, all) => kind !== all[i - 1]);
  expect(kinds).toEqual(['plan', 'opened', 'step', 'progress', 'step-end']);
  const progress = events.filter(
    (event): event is Extract<PacedEvent, { kind: 'progress' }> => event.kind === 'progress',
  );
  expect(progress.length).toBeGreaterThanOrEqual(3);
  expect(progress.length).toBeLessThanOrEqual(6);
  const last = progress.at(-1);
  expect(last?.answeredPerSecond).toBeCloseTo(1_000, -2);
  expect(last?.responseP50Ns).toBeCloseTo(100_000, -3);
  expect(last?.backlog).toBe(0);
});

test('a stop of this program is on record, since what was due meanwhile waited for it', async () => {
  const here = pacing({}, { ratesPerSecond: [1_000], ...SHORT }, (clock) => {
    const continuedAtNs: bigint[] = [];
    clock.wakeAt(clock.nowNs() + BigInt(400 * MS), () => continuedAtNs.push(clock.nowNs()));
    return { continuedAtNs, settled: async () => {}, stop: () => {} };
  });
  const result = await resultOf(here);
  expect(result.continuedAtNs).toEqual([400 * MS]);
  expect(result.statistics.doubts[0]).toEqual({ kind: 'suspended', times: 1 });
});
