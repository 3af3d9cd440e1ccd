/** The layers of a run: each probe's parts as the engine stamped them, whole, with what is missing counted. */

import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { MeasureOptions } from '../../src/measure/exchange/plan.ts';
import { startRun } from '../../src/measure/exchange/run.ts';
import type { BlockRecord } from '../../src/result/block-record.ts';
import type { Result } from '../../src/result/result.ts';
import type { LayersRecord } from '../../src/result/samples.ts';
import type { SeriesLayersRecord } from '../../src/result/series-record.ts';
import { rawOf } from '../analysis/recordings.ts';
import { MockEngine, type ScriptedLayers, type ScriptedPath, type ScriptedSession } from './mock-engine.ts';

const NONE = Number.NaN;

function layers(kernelRttNs: number, residenceNs: number): ScriptedLayers {
  return { sendCallNs: 2_000, localQueueNs: 300, kernelRttNs, wakeUpNs: 4_000, residenceNs };
}

const STAMPED: ScriptedSession = {
  rttNs: [12_300],
  layers: [layers(6_000, 4_000), layers(7_000, 4_500), layers(8_000, 5_000)],
  residenceSource: 'kernel',
};

async function measured(
  session: ScriptedSession,
  options: Partial<MeasureOptions> = {},
): Promise<{ result: Result; record: BlockRecord; engine: MockEngine }> {
  const clock = new VirtualClock();
  const engine = new MockEngine(clock, { sessions: [session], name: 'native' });
  const target = { host: 'echo.example', port: 9_900, protocol: 'size-first', type: 'rtt' } as const;
  const plan = { ...target, sizes: [100], probes: 3, ...options };
  const result = await clock.drive(startRun({ engine, clock, analyse }, plan).result);
  return { result, record: result.blocks[0] as BlockRecord, engine };
}

async function layersIn(
  session: ScriptedSession,
  options?: Partial<MeasureOptions>,
): Promise<LayersRecord & SeriesLayersRecord> {
  const { record, result } = await measured(session, options);
  const ofSeries = result.series[0]?.layers ?? null;
  const { layers: ofProbes } = rawOf(record);
  if (ofProbes === null || ofSeries === null) throw new Error('the block has no layers');
  return { ...ofProbes, ...ofSeries };
}

describe('the layers', () => {
  test('are those of each sample, at its index', async () => {
    const { kernelRttNs, residenceNs, wakeUpNs } = await layersIn(STAMPED);
    expect(kernelRttNs).toEqual([6_000, 7_000, 8_000]);
    expect(residenceNs).toEqual([4_000, 4_500, 5_000]);
    expect(wakeUpNs).toEqual([4_000, 4_000, 4_000]);
  });

  test('the network RTT is the kernel RTT less the residence, probe by probe', async () => {
    const { statistics, missing } = await layersIn(STAMPED);
    expect(statistics.networkRttNs).toMatchObject({ n: 3, min: 2_000, median: 2_500, max: 3_000 });
    expect(missing).toEqual({ client: 0, server: 0 });
  });

  test('warm-up is in the lists and in no figure', async () => {
    const options = { warmupProbes: 1, probes: 2 };
    const first = { ...layers(9e6, 8e6), sendCallNs: NONE };
    const script = { ...STAMPED, layers: [first, layers(6_000, 4_000), layers(6_000, 4_000)] };
    const { kernelRttNs, statistics, missing } = await layersIn(script, options);
    expect(kernelRttNs).toHaveLength(3);
    expect(statistics.kernelRttNs).toMatchObject({ n: 2, max: 6_000 });
    expect(missing.client).toBe(0);
  });

  test('a missing stamp is null and counted; the others of its probe still count', async () => {
    const lost = { ...layers(NONE, 4_000), localQueueNs: NONE };
    const { kernelRttNs, statistics, missing } = await layersIn({
      ...STAMPED,
      layers: [layers(6_000, 4_000), lost],
    });
    expect(kernelRttNs).toEqual([6_000, null, 6_000]);
    expect(missing).toEqual({ client: 1, server: 0 });
    expect(statistics.sendCallNs?.n).toBe(3);
    expect(statistics.networkRttNs?.n).toBe(2);
  });

  test('a residence that never came, or that is longer than what contains it, is missing', async () => {
    const script = { ...STAMPED, layers: [layers(6_000, NONE), layers(6_000, 6_001), layers(6_000, 6_000)] };
    const { statistics, missing } = await layersIn(script);
    expect(missing).toEqual({ client: 0, server: 2 });
    expect(statistics.networkRttNs).toMatchObject({ n: 1, median: 0 });
  });

  test('a server that tells nothing leaves the kernel RTT, and no network RTT that would be a guess', async () => {
    const { residenceSource, statistics, missing } = await layersIn({
      rttNs: [12_300],
      layers: [layers(6_000, NONE)],
    });
    expect(residenceSource).toBeNull();
    expect(missing).toEqual({ client: 0, server: null });
    expect(statistics).toMatchObject({ networkRttNs: null, residenceNs: null, kernelRttNs: { n: 3 } });
  });

  test('fractions of a nanosecond do not reach the file, nor does a negative zero', async () => {
    const odd = { ...layers(6_000.4, 4_000.6), wakeUpNs: -0.3 };
    const { result, record } = await measured({ ...STAMPED, layers: [odd] });
    expect(rawOf(record).layers?.kernelRttNs).toEqual([6_000, 6_000, 6_000]);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test('an engine that fills none has none: no list of nothing in the file', async () => {
    expect(rawOf((await measured({ rttNs: [100] })).record).layers).toBeNull();
  });

  test('where they are not wanted the engine is not asked and has no room for them', async () => {
    const { record, engine } = await measured(STAMPED, { stamps: false });
    expect(engine.plans[0]?.stamps).toBe(false);
    expect(rawOf(record).layers).toBeNull();
  });
});

describe('what the kernel told', () => {
  const PATH: ScriptedPath = {
    minRttNs: 5_000,
    smoothedRttNs: 7_000,
    retransmittedSegments: 2,
    congestionWindowSegments: 10,
    sendMssBytes: 1_448,
    pathMtuBytes: 1_500,
    peerWindowBytes: 65_536,
    ownWindowBytes: null,
    busyNs: 9_000,
    receiveWindowLimitedNs: 0,
    sendBufferLimitedNs: null,
  };
  const SOCKET = {
    congestionControl: 'bbr',
    trafficClass: 184,
    maxSegmentBytes: 1_448,
    sendBufferBytes: 87_040,
    receiveBufferBytes: 131_072,
    noDelay: true,
    quickAck: null,
    multipath: false,
    bindAddress: null,
    device: null,
  };

  test('is in the record, with the congestion control in effect', async () => {
    const facts = { handshakeRttNs: 6_000, socket: SOCKET };
    const { record } = await measured({ rttNs: [10_000], path: PATH, facts, cpuShare: 0.25 });
    expect(record.path).toMatchObject({ ...PATH, congestionControl: 'bbr' });
    expect(record).toMatchObject({ handshakeRttNs: 6_000, socket: SOCKET, clientCpuShare: 0.25 });
  });

  test('the window bound is 8 x window / median RTT: 64 KiB in 10 us are 52.4 Gbit/s', async () => {
    const { result } = await measured({ rttNs: [10_000, 9_000, 99_000], path: PATH });
    expect(result.series[0]?.windowBoundBitsPerSecond).toBeCloseTo(52_428_800_000, 0);
  });

  test.each([
    ['the window is not known', { ...PATH, peerWindowBytes: null }, 10_000],
    ['the clock saw no time pass', PATH, 0],
  ])('there is no bound when %s', async (_why, path, rttNs) => {
    const { result } = await measured({ rttNs: [rttNs], path });
    expect(result.series[0]?.windowBoundBitsPerSecond).toBeNull();
  });

  test('what an engine cannot see is null, not 0', async () => {
    const { record } = await measured({ rttNs: [100] });
    expect(record).toMatchObject({ handshakeRttNs: null, path: null, socket: null, clientCpuShare: null });
  });
});

test('what was asked of waiting and socket reaches the engine and the file', async () => {
  const socket = { congestionControl: 'bbr', trafficClass: 184, noDelay: false };
  const { result, engine } = await measured(STAMPED, { wait: 'spin', engine: 'native', socket });
  expect(engine.plans[0]).toMatchObject({ wait: 'spin', stamps: true, socket });
  expect(result.plan).toMatchObject({ engine: 'native', wait: 'spin', stamps: true, socket });
  expect(result.engine).toMatchObject({ name: 'native', requested: 'native', wait: 'spin', fallback: null });
});

test('a run that fell back says so in its record and among its doubts', async () => {
  const clock = new VirtualClock();
  const engine = new MockEngine(clock, { sessions: [{ rttNs: [5] }], name: 'node' });
  const deps = { engine, clock, analyse, fallback: 'the package koffi does not load' };
  const result = await clock.drive(startRun(deps, { host: 'echo.example', port: 9_900, short: true }).result);
  expect(result.engine).toMatchObject({ name: 'node', requested: 'auto', fallback: deps.fallback });
  const warning = result.warnings.find(({ code }) => code === 'engine-fell-back');
  expect(warning).toMatchObject({ reason: deps.fallback, message: expect.stringContaining(deps.fallback) });
});
