/** What loads that never took place mean, figure by figure. */
import type { LoadDirection } from '../../../src/result/load/load-result.ts';
import type {
  DirectionStatistics,
  LatencyStatistics,
  LoadDoubt,
  LoadEstimate,
  LoadedPhaseStatistics,
  LoadStatistics,
} from '../../../src/result/load/load-statistics.ts';
import { MBIT, MS, S } from './units.ts';

const REPORT_NS = 100 * MS;
export const STREAMS = 4;
export const RATE: Readonly<Record<LoadDirection, number>> = { down: 94.1 * MBIT, up: 47.8 * MBIT };

export function estimate(value: number, reach: number): LoadEstimate {
  return { value, interval: { low: value - reach, high: value + reach, method: 'block-t' }, refused: null };
}

export function refused(value: number): LoadEstimate {
  return { value, interval: null, refused: 'too-few-blocks' };
}

export function difference(value: number, reach: number): LoadEstimate {
  return {
    value,
    interval: { low: value - reach, high: value + reach, method: 'difference' },
    refused: null,
  };
}

export function latency(p50: number, p99: number, over: Partial<LatencyStatistics> = {}): LatencyStatistics {
  return {
    probes: 300,
    unanswered: 0,
    p50: estimate(p50, 0.01 * p50),
    p99: estimate(p99, 0.03 * p99),
    min: 0.9 * p50,
    max: 1.2 * p99,
    seconds: 3,
    ...over,
  };
}

export function direction(way: LoadDirection, over: Partial<DirectionStatistics> = {}): DirectionStatistics {
  const bitsPerSecond = RATE[way];
  return {
    direction: way,
    goodput: estimate(bitsPerSecond, 0.002 * bitsPerSecond),
    p10: 0.985 * bitsPerSecond,
    p90: 1.008 * bitsPerSecond,
    intervals: 65,
    intervalNs: REPORT_NS,
    receivedBytes: (bitsPerSecond / 8) * 6.5,
    streams: STREAMS,
    shares: [0.26, 0.25, 0.25, 0.24],
    fairness: 0.999,
    retransmittedShare: way === 'up' ? 0.0012 : null,
    limits:
      way === 'up'
        ? [
            { by: 'congestion-window', share: 0.93 },
            { by: 'send-buffer', share: 0.07 },
          ]
        : [{ by: 'unknown', share: 1 }],
    rfc6349: way === 'up' ? { transferTimeRatio: 1.02, efficiency: 0.9988, bufferDelay: 1.49 } : null,
    ...over,
  };
}

export function down(over: Partial<LoadedPhaseStatistics> = {}): LoadedPhaseStatistics {
  return {
    phase: 'down',
    settledAtNs: 3.6 * S,
    toAtNs: 10.1 * S,
    directions: [direction('down')],
    latency: latency(16.2 * MS, 18.9 * MS, { probes: 650, seconds: 6 }),
    ownLatency: latency(16.5 * MS, 19.3 * MS, { probes: 260, seconds: 6 }),
    increase: { p50: difference(14.07 * MS, 0.2 * MS), p99: difference(16 * MS, 0.8 * MS) },
    ownIncrease: { p50: difference(14.37 * MS, 0.2 * MS), p99: difference(16.4 * MS, 0.9 * MS) },
    queues: {
      ownMachine: 0.04 * MS,
      network: 13.7 * MS,
      server: 0.33 * MS,
      largest: 'network',
      largestShare: 0.97,
      direction: 'down',
    },
    pair: 'shared',
    responsiveness: { rpm: 3_670, foreignRpm: 3_703, ownRpm: 3_636, confidence: 'medium' },
    ...over,
  };
}

export function up(over: Partial<LoadedPhaseStatistics> = {}): LoadedPhaseStatistics {
  return {
    phase: 'up',
    settledAtNs: 10.7 * S,
    toAtNs: 17.2 * S,
    directions: [direction('up')],
    latency: latency(5.31 * MS, 7.4 * MS, { probes: 650, seconds: 6 }),
    ownLatency: latency(5.8 * MS, 8.1 * MS, { probes: 260, seconds: 6 }),
    increase: { p50: difference(3.18 * MS, 0.11 * MS), p99: difference(4.5 * MS, 0.4 * MS) },
    ownIncrease: { p50: difference(3.67 * MS, 0.15 * MS), p99: difference(5.2 * MS, 0.5 * MS) },
    queues: {
      ownMachine: 3.02 * MS,
      network: 0.15 * MS,
      server: 0.01 * MS,
      largest: 'own-machine',
      largestShare: 0.95,
      direction: 'up',
    },
    pair: 'shared',
    responsiveness: { rpm: 10_800, foreignRpm: 11_300, ownRpm: 10_340, confidence: 'high' },
    ...over,
  };
}

export function statistics(over: Partial<LoadStatistics> = {}): LoadStatistics {
  return {
    idle: latency(2.13 * MS, 2.9 * MS),
    recovery: latency(2.15 * MS, 2.95 * MS),
    loaded: [down(), up()],
    grade: { best: 'A', worst: 'A', phase: 'down' },
    noGrade: null,
    qoo: null,
    doubts: [],
    ...over,
  };
}

export function doubt(code: LoadDoubt['code'], phase: LoadDoubt['phase'], message: string): LoadDoubt {
  return { code, phase, value: 1, message, advice: 'measure again on a quiet machine' };
}
