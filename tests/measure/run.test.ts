/** A whole run over scripted samples: what is told, what is recorded, what is computed from it. */

import { describe, expect, test } from 'vitest';
import { analyse, analyseHistograms } from '../../src/analysis/analyse.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { EcholotError } from '../../src/core/errors.ts';
import type { MeasureOptions } from '../../src/measure/exchange/plan.ts';
import { startRun } from '../../src/measure/exchange/run.ts';
import type { BlockRecord } from '../../src/result/block-record.ts';
import type { Result } from '../../src/result/result.ts';
import type { RawSamples } from '../../src/result/samples.ts';
import type { SampleStatistics, SeriesStatistics } from '../../src/result/series-record.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { rawOf } from '../analysis/recordings.ts';
import { MockEngine, type ScriptedSession } from './mock-engine.ts';
import { advance, collect, ofKind } from './watching.ts';

const TARGET = { host: 'echo.example', port: 9_900 } as const;
const MS = 1_000_000;
/** Origin of the clock: an hour, as a real one has been running for long. */
const ORIGIN_NS = 3_600_000_000_000n;

interface Setting {
  readonly clock: VirtualClock;
  readonly engine: MockEngine;
}

function setting(...sessions: readonly ScriptedSession[]): Setting {
  const clock = new VirtualClock();
  advance(clock, ORIGIN_NS);
  return { clock, engine: new MockEngine(clock, { sessions }) };
}

function complete({ clock, engine }: Setting, options: Partial<MeasureOptions>): Promise<Result> {
  return clock.drive(
    startRun({ engine, clock, analyse }, { ...TARGET, protocol: 'size-first', ...options }).result,
  );
}

function only(result: Result): BlockRecord {
  expect(result.blocks).toHaveLength(1);
  return result.blocks[0] as BlockRecord;
}

function samplesOf(result: Result): RawSamples {
  return rawOf(only(result));
}

function statisticsOf({ series }: Result): SeriesStatistics {
  const statistics = series[0]?.statistics ?? null;
  if (statistics === null) throw new Error('the series has no statistics');
  return statistics;
}

function goodputOf(result: Result): SampleStatistics {
  const { goodputBitsPerSecond } = statisticsOf(result);
  if (goodputBitsPerSecond === null) throw new Error('the series has no goodput');
  return goodputBitsPerSecond;
}

function durationNs({ runs }: Result): number {
  return runs[0]?.durationNs ?? Number.NaN;
}

const THREE_SIZES = { type: 'rtt', sizes: [10, 20, 30], probes: 4 } as const;
const RTTS = [300, 100, 400, 200];

describe('the samples', () => {
  test('every sample is in the result, as measured, in the order of sending', async () => {
    const here = setting({ rttNs: [300, 100, 400, 200, 500] });
    const record = samplesOf(await complete(here, { type: 'rtt', sizes: [100], probes: 5 }));
    expect(record.rttNs).toEqual([300, 100, 400, 200, 500]);
    // Each is sent when the one before has come back; the connection took 50 us before.
    expect(record.sentAtNs).toEqual([50_000, 50_300, 50_400, 50_800, 51_000]);
  });

  test('times in the result are whole nanoseconds, statistics excepted', async () => {
    const here = setting({ rttNs: [333, 1_001, 77] });
    const result = await complete(here, { probes: 10 });
    for (const record of result.blocks) {
      const { rttNs, sentAtNs } = rawOf(record);
      const times = [...rttNs, ...sentAtNs, record.connectNs, durationNs(result)];
      expect(times.filter((ns) => !Number.isInteger(ns))).toEqual([]);
    }
  });

  test('a session of several batches loses no probe between them', async () => {
    // 30 ms each: a batch of a tenth of a second ends at the fourth.
    const here = setting({ rttNs: [30 * MS] });
    const record = samplesOf(await complete(here, { type: 'rtt', sizes: [1], probes: 10 }));
    expect(record.rttNs).toEqual(new Array(10).fill(30 * MS));
    expect(here.engine.batches.map(({ probes }) => probes)).toEqual([10, 6, 2]);
  });

  test('batches never ask for more probes than are planned', async () => {
    const here = setting({ rttNs: [10] });
    const record = samplesOf(await complete(here, { type: 'rtt', sizes: [1], probes: 2_500, blocks: 1 }));
    expect(record.rttNs).toHaveLength(2_500);
    expect(here.engine.batches.map(({ probes }) => probes)).toEqual([1_000, 1_000, 500]);
  });
});

describe('the statistics', () => {
  test('warm-up is kept in the samples and left out of every statistic', async () => {
    const here = setting({ rttNs: [9_000, 8_000, 100, 200, 300, 400] });
    const result = await complete(here, { type: 'rtt', sizes: [50], probes: 4, warmupProbes: 2 });
    const record = samplesOf(result);
    expect(record.rttNs).toEqual([9_000, 8_000, 100, 200, 300, 400]);
    expect(record.warmupProbes).toBe(2);
    const { rttNs, goodputBitsPerSecond } = statisticsOf(result);
    expect(rttNs).toMatchObject({ n: 4, mean: 250, median: 250, min: 100, max: 400 });
    expect(goodputBitsPerSecond).toMatchObject({ n: 4, min: 1e9, max: 4e9 });
  });

  test('the server is told of warm-up probes too, or it would refuse the last ones', async () => {
    const here = setting({ rttNs: [100] });
    await complete(here, { type: 'rtt', sizes: [50], probes: 4, warmupProbes: 2 });
    expect(here.engine.plans.map(({ setup }) => setup.probes)).toEqual([6]);
  });

  test("goodput is the mean of the probes' own rates, as the assignment says, not a ratio of means", async () => {
    const here = setting({ rttNs: [1_000, 3_000] });
    const result = await complete(here, { type: 'throughput', sizes: [1_024], probes: 2 });
    const rates = [1_000, 3_000].map((ns) => (8 * 1_024) / (ns / 1e9));
    const meanOfRates = ((rates[0] as number) + (rates[1] as number)) / 2;
    const ratioOfMeans = (8 * 1_024) / (2_000 / 1e9);
    const goodputBitsPerSecond = goodputOf(result);
    expect(goodputBitsPerSecond.mean / meanOfRates).toBeCloseTo(1, 12);
    expect(goodputBitsPerSecond.mean / ratioOfMeans).toBeCloseTo(4 / 3, 12);
    expect(goodputBitsPerSecond.max / (rates[0] as number)).toBeCloseTo(1, 12);
    expect(goodputBitsPerSecond.min / (rates[1] as number)).toBeCloseTo(1, 12);
  });

  test('goodput counts the payload, not the frame around it', async () => {
    const here = setting({ rttNs: [1_000_000_000] });
    const result = await complete(here, { type: 'throughput', sizes: [1_000], probes: 1 });
    expect(only(result).messageBytes).toBe(1_005);
    expect(goodputOf(result).mean).toBe(8_000);
  });

  test('a clock too coarse to see a round trip puts no infinite rate into the file', async () => {
    const here = setting({ rttNs: [0, 1_000] });
    const result = await complete(here, { type: 'rtt', sizes: [100], probes: 2 });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});

describe('what is told on the way', () => {
  test('every event comes, in order: plan, then each session with its samples and its end', async () => {
    const { clock, engine } = setting({ rttNs: RTTS });
    const run = startRun({ engine, clock, analyse }, { ...TARGET, ...THREE_SIZES, protocol: 'size-first' });
    const events = await clock.drive(collect(run));
    const block = ['block', 'samples', 'block-end'];
    expect(events.map(({ kind }) => kind)).toEqual(['plan', ...block, ...block, ...block, 'round']);
    const { blocks } = await run.result;
    expect(ofKind(events, 'block').map(({ index, of }) => [index, of])).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
    ]);
    expect(ofKind(events, 'block').map(({ spec }) => spec.workload.payloadBytes)).toEqual([10, 20, 30]);
    expect(ofKind(events, 'block-end').map((event) => event.block)).toEqual(blocks);
  });

  test('the samples told are the samples recorded, none twice and none missing', async () => {
    const { clock, engine } = setting({ rttNs: [40 * MS, 70 * MS, 10 * MS] });
    const options = { type: 'rtt', sizes: [1, 2], probes: 25, blocks: 1, warmupProbes: 5 } as const;
    const run = startRun({ engine, clock, analyse }, { ...TARGET, ...options, protocol: 'size-first' });
    const events = await clock.drive(collect(run));
    for (const [index, record] of (await run.result).blocks.map(rawOf).entries()) {
      const told = ofKind(events, 'samples').filter((event) => event.index === index);
      expect(told.length).toBeGreaterThan(2);
      expect(told.flatMap(({ rttNs }) => rttNs)).toEqual(record.rttNs);
      expect(told.flatMap(({ sentAtNs }) => sentAtNs)).toEqual(record.sentAtNs);
      let first = 0;
      for (const event of told) {
        expect(event.first).toBe(first);
        first += event.rttNs.length;
      }
    }
  });

  test('who comes late hears all there was from the start', async () => {
    const { clock, engine } = setting({ rttNs: RTTS });
    const run = startRun({ engine, clock, analyse }, { ...TARGET, ...THREE_SIZES, protocol: 'size-first' });
    await clock.drive(run.result);
    expect(await collect(run)).toHaveLength(11);
  });

  test('who stops listening and starts again misses nothing in between', async () => {
    const { clock, engine } = setting({ rttNs: RTTS });
    const run = startRun({ engine, clock, analyse }, { ...TARGET, ...THREE_SIZES, protocol: 'size-first' });
    const heard: string[] = [];
    const listening = (async (): Promise<void> => {
      for await (const { kind } of run) {
        heard.push(kind);
        if (kind === 'samples') break;
      }
      for await (const { kind } of run) heard.push(kind);
    })();
    await clock.drive(listening);
    expect(heard).toHaveLength(11);
  });

  test('two listeners at once share the events, and neither waits for ever', async () => {
    const { clock, engine } = setting({ rttNs: RTTS });
    const run = startRun({ engine, clock, analyse }, { ...TARGET, ...THREE_SIZES, protocol: 'size-first' });
    const [one, other] = await clock.drive(Promise.all([collect(run), collect(run)]));
    expect((one?.length ?? 0) + (other?.length ?? 0)).toBe(11);
  });
});

describe('the record of the run', () => {
  test('the plan in the result has every default, so that the run can be repeated from the file', async () => {
    const { clock, engine } = setting({ rttNs: [100] });
    const result = await clock.drive(startRun({ engine, clock, analyse }, TARGET).result);
    expect(result.plan).toEqual({
      host: 'echo.example',
      port: 9_900,
      family: null,
      protocol: 'auto',
      workloads: [
        ...[1, 100, 200, 400, 800, 1_000].map((payloadBytes) => closedLoop('rtt', payloadBytes)),
        ...[1, 2, 4, 8, 16, 32].map((k) => closedLoop('throughput', k * 1_024)),
      ],
      blocks: 10,
      probes: null,
      warmupProbes: null,
      spreadNs: 3_000 * MS,
      precision: null,
      maxTimeNs: null,
      budgetNs: 30_000 * MS,
      seed: expect.any(Number),
      serverDelayNs: 0,
      delayUnit: null,
      timeoutNs: 10_000_000_000,
      engine: 'auto',
      wait: 'adaptive',
      stamps: true,
      socket: {
        congestionControl: null,
        trafficClass: null,
        maxSegmentBytes: null,
        sendBufferBytes: null,
        receiveBufferBytes: null,
        noDelay: true,
        quickAck: false,
        multipath: false,
        bindAddress: null,
        device: null,
      },
    });
  });

  test('the engine is asked for what was planned: target, sizes, probes, delay in seconds', async () => {
    const here = setting({ rttNs: [100] });
    const options = { family: 6, serverDelayMs: 2.5, sizes: [10, 20], probes: 3, timeoutMs: 1_234 } as const;
    await complete(here, options);
    expect(here.engine.targets[0]).toEqual({ host: 'echo.example', port: 9_900, family: 6 });
    expect(here.engine.plans.map(({ setup }) => [setup.measurement, setup.payloadBytes])).toEqual([
      ['rtt', 10],
      ['rtt', 20],
      ['throughput', 10],
      ['throughput', 20],
    ]);
    for (const plan of here.engine.plans) {
      expect(plan).toMatchObject({ protocol: 'size-first', timeoutNs: 1_234_000_000 });
      expect(plan.setup).toMatchObject({ probes: 3, delay: { delayNs: 2_500_000 } });
    }
  });

  test('the file tells program, machine, engine and clock', async () => {
    const clock = new VirtualClock();
    const selfTest = { probes: 2_000, minRttNs: 9_000, medianRttNs: 11_000 };
    const engine = new MockEngine(clock, { sessions: [{ rttNs: [5] }], prepare: async () => selfTest });
    const result = await complete({ clock, engine }, { short: true, probes: 10 });
    expect(result).toMatchObject({
      format: 'echolot-result',
      version: 3,
      tool: {
        name: 'echolot',
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        node: process.versions.node,
      },
      system: { platform: process.platform, arch: process.arch },
      engine: { name: 'memory', clock: { name: 'virtual' }, selfTest },
      dialect: { requested: 'size-first', spoken: 'size-first', attempts: [] },
      outcome: { status: 'complete', error: null },
    });
  });

  test('the start is the wall clock at the start, in UTC', async () => {
    const here = setting({ rttNs: [100] });
    expect((await complete(here, { short: true })).runs[0]?.startedAt).toBe('1970-01-01T01:00:00.000Z');
  });

  test('the run lasts as long as its sessions, whatever the origin of the clock', async () => {
    const here = setting({ rttNs: [2 * MS] });
    const result = await complete(here, { type: 'rtt', sizes: [1, 2], probes: 10 });
    expect(durationNs(result)).toBe(2 * (50_000 + 10 * 2 * MS));
    const ends = result.blocks
      .map(rawOf)
      .map(({ rttNs, sentAtNs }) => (sentAtNs.at(-1) ?? 0) + (rttNs.at(-1) ?? 0));
    expect(Math.max(...ends)).toBe(durationNs(result));
  });

  test('a self-test that takes a second does not part the date of the start from the times after it', async () => {
    const clock = new VirtualClock();
    const slow = (): Promise<undefined> =>
      new Promise((resolve) => {
        clock.wakeAt(clock.nowNs() + 1_000_000_000n, () => resolve(undefined));
      });
    const engine = new MockEngine(clock, { sessions: [{ rttNs: [5] }], prepare: slow });
    const result = await complete({ clock, engine }, { type: 'rtt', sizes: [1], probes: 1 });
    // The probe left 1.00005 s after the clock's zero, wherever the run is said to have started.
    const startedAtNs = Date.parse(result.runs[0]?.startedAt ?? '') * MS;
    expect(startedAtNs + (samplesOf(result).sentAtNs[0] ?? 0)).toBe(1_000_050_000);
  });

  test('a result without a fault survives being written and read', async () => {
    const here = setting({ rttNs: [123, 456, 789] });
    const result = await complete(here, { probes: 12, warmupProbes: 1, serverDelayMs: 1 });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test('a run that keeps histograms has the same figures, and tells of each probe while it lasts', async () => {
    const run = (histograms: boolean) => {
      const { clock, engine } = setting({ rttNs: RTTS });
      const target = { ...TARGET, ...THREE_SIZES, protocol: 'size-first', histograms } as const;
      const made = histograms ? analyseHistograms : analyse;
      return { clock, run: startRun({ engine, clock, analyse: made }, target) };
    };
    const [kept, whole] = [run(true), run(false)];
    const events = await kept.clock.drive(collect(kept.run));
    expect(ofKind(events, 'samples').map(({ rttNs }) => rttNs)).toEqual([RTTS, RTTS, RTTS]);
    const { series, blocks } = await kept.run.result;
    expect(blocks.map(({ samples }) => samples.form)).toEqual(['histograms', 'histograms', 'histograms']);
    // Times below 2,048 ns have a bin each.
    expect(series).toEqual((await whole.clock.drive(whole.run.result)).series);
  });

  test('how each termination went is on record', async () => {
    const here = setting({ rttNs: [1], termination: 'unanswered' }, { rttNs: [1], termination: 'refused' });
    const { blocks } = await complete(here, { type: 'rtt', sizes: [1, 2], probes: 1 });
    expect(blocks.map(({ termination }) => termination)).toEqual(['unanswered', 'refused']);
    expect(here.engine.closed).toBe(2);
  });
});

test('impossible options are thrown at once, not told later', () => {
  const { clock, engine } = setting({ rttNs: [1] });
  expect(() => startRun({ engine, clock, analyse }, { ...TARGET, port: 0 })).toThrow(EcholotError);
  expect(engine.plans).toEqual([]);
});
