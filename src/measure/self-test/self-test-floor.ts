/**
 * One floor: a session with a server on this machine, measured in one of the ways to measure, for a while. What is
 * counted is what the session tells; nothing is left out but the first batch.
 */
import type { Clock } from '../../clock/clock.ts';
import type { ResidenceSource } from '../../core/wire/residence.ts';
import type { EngineName, WaitMode } from '../../facts/engine.ts';
import type { GarbageCollectionsRecord, SchedulingRecord } from '../../facts/instrument.ts';
import type { Engine, EngineSession, LayerBuffer, SampleBuffer } from '../../net/engine.ts';
import { OWN_PAYLOAD_BYTES } from '../../net/session/own-echo.ts';
import { makeSampleBuffer } from '../../net/session/samples.ts';
import type { Floor, StampCounts } from '../../result/self-test-result.ts';
import { floorFigure } from './self-test-trust.ts';

const TIMEOUT_NS = 1_000_000_000;
const BATCH_PROBES = 1_000;
const BATCH_BUDGET_NS = 100_000_000;
/** Of the time of a floor, at most: in the first batch code is still cold. */
const WARMUP_SHARE = 1 / 5;
/** No round trip through two programs is shorter: what memory is needed for. */
const SHORTEST_RTT_NS = 4_000;
const MAX_PROBES = 1_000_000;

/** What a session told, warm-up left out. */
export interface FloorSamples {
  readonly engine: EngineName;
  readonly wait: WaitMode;
  readonly congestionControl: string | null;
  readonly rttNs: Float64Array;
  readonly layers: LayerBuffer | undefined;
  readonly residenceSource: ResidenceSource | undefined;
  readonly cpuShare: number | undefined;
  readonly scheduling: SchedulingRecord | undefined;
  readonly garbageCollections: GarbageCollectionsRecord | undefined;
}

export interface FloorPlan {
  readonly clock: Clock;
  /** Of a server on 127.0.0.1. */
  readonly port: number;
  /** How long to measure, ns. */
  readonly budgetNs: number;
  readonly signal: AbortSignal | undefined;
}

/** @throws EcholotError */
export async function measureFloor(
  engine: Engine,
  wait: WaitMode,
  { clock, port, budgetNs, signal }: FloorPlan,
): Promise<FloorSamples> {
  const probes = Math.min(MAX_PROBES, BATCH_PROBES + Math.ceil(budgetNs / SHORTEST_RTT_NS));
  const samples = makeSampleBuffer(probes, engine.name === 'native');
  const epochNs = clock.nowNs();
  const endNs = epochNs + BigInt(Math.round(budgetNs));
  const session = await engine.open(
    { host: '127.0.0.1', port, family: 4 },
    {
      protocol: 'size-first',
      setup: {
        measurement: 'rtt',
        payloadBytes: OWN_PAYLOAD_BYTES,
        probes,
        delay: { delayNs: 0, unit: 'seconds' },
      },
      timeoutNs: TIMEOUT_NS,
      wait,
    },
    { epochNs, signal },
  );
  try {
    const warmup = { probes: BATCH_PROBES, budgetNs: Math.round(budgetNs * WARMUP_SHARE) };
    await session.runBatch(warmup, samples);
    const first = samples.count;
    do {
      const leftNs = Math.max(0, Number(endNs - clock.nowNs()));
      const batch = {
        probes: Math.min(BATCH_PROBES, probes - samples.count),
        budgetNs: Math.min(BATCH_BUDGET_NS, leftNs),
      };
      await session.runBatch(batch, samples);
    } while (samples.count < probes && clock.nowNs() < endNs);
    return { engine: engine.name, wait, ...taken(session, samples, first) };
  } finally {
    await session.close();
  }
}

function taken(
  session: EngineSession,
  { rttNs, layers, count }: SampleBuffer,
  first: number,
): Omit<FloorSamples, 'engine' | 'wait'> {
  const cut = (values: Float64Array): Float64Array => values.subarray(first, count);
  const { facts, residenceSource, cpuShare, scheduling, garbageCollections } = session;
  return {
    congestionControl: facts.socket?.congestionControl ?? null,
    rttNs: cut(rttNs),
    layers: layers && {
      sendCallNs: cut(layers.sendCallNs),
      tcpWaitNs: cut(layers.tcpWaitNs),
      localQueueNs: cut(layers.localQueueNs),
      kernelRttNs: cut(layers.kernelRttNs),
      wakeUpNs: cut(layers.wakeUpNs),
      residenceNs: cut(layers.residenceNs),
      serverTcpWaitNs: cut(layers.serverTcpWaitNs),
    },
    residenceSource,
    cpuShare,
    scheduling,
    garbageCollections,
  };
}

export function floorRecord(samples: FloorSamples, stepNs: number): Floor {
  const { engine, wait, congestionControl, rttNs, layers, residenceSource, cpuShare } = samples;
  const { scheduling, garbageCollections } = samples;
  const application = floorFigure(rttNs, stepNs);
  if (application === null) throw new RangeError('a floor needs at least one sample');
  const { processorWaitNs = null, involuntarySwitches = null, measuredNs = 0 } = scheduling ?? {};
  return {
    engine,
    wait,
    congestionControl,
    application,
    kernel: layers === undefined ? null : floorFigure(layers.kernelRttNs.filter(isThere), stepNs),
    network: layers === undefined ? null : floorFigure(networkRttNs(layers), stepNs),
    residenceSource: residenceSource ?? null,
    cpuShare: cpuShare ?? null,
    processorWaitShare: processorWaitNs === null ? null : Math.min(1, processorWaitNs / measuredNs),
    involuntarySwitches,
    collections: garbageCollections ?? null,
  };
}

/** What is left of the kernel's round trip without the server's part; a residence that is longer is a wrong one. */
function networkRttNs({ kernelRttNs, residenceNs }: LayerBuffer): Float64Array {
  return kernelRttNs.map((ns, i) => ns - (residenceNs[i] as number)).filter((ns) => ns >= 0);
}

/** @param floors those of the native engine */
export function stampCounts(floors: readonly FloorSamples[], notNative: string | null): StampCounts {
  let probes = 0;
  let kernelProbes = 0;
  let serverProbes = 0;
  for (const { rttNs, layers } of floors) {
    probes += rttNs.length;
    if (layers === undefined) continue;
    // The parts of a round trip are kept together or not at all.
    kernelProbes += count(layers.kernelRttNs);
    serverProbes += count(layers.residenceNs);
  }
  const none = kernelProbes === 0 ? 'this kernel gave none' : null;
  const reason = notNative === null ? none : `they need the native engine: ${notNative}`;
  return { probes, kernelProbes, serverProbes, reason };
}

function count(values: Float64Array): number {
  return values.reduce((sum, ns) => (isThere(ns) ? sum + 1 : sum), 0);
}

function isThere(ns: number): boolean {
  return !Number.isNaN(ns);
}
