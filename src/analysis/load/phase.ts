/** A phase that carried data: when its load had settled, and all that is said of the time from then on. */
import type {
  LoadDirection,
  LoadPhaseRecord,
  LoadRecording,
  StreamRecord,
} from '../../result/load/load-result.ts';
import type {
  DirectionStatistics,
  LatencyStatistics,
  LoadedPhaseStatistics,
} from '../../result/load/load-statistics.ts';
import { mostOf } from '../../stats/extremes.ts';
import { retransmittedShare } from './carried/counters.ts';
import { type DirectedStreams, directedStreams, goodputWithin, INTERVAL_NS } from './carried/goodput.ts';
import { limitsOf } from './carried/limits.ts';
import { isLost, knownUntilNs, ratesWithin, receivedWithin } from './carried/receipts.ts';
import { rfc6349 } from './carried/rfc6349.ts';
import { SETTLING_INTERVAL_NS, settledAfter } from './carried/settling.ts';
import { latencyIncrease, latencyWithin } from './waiting/latency.ts';
import { pairMeaning } from './waiting/pair.ts';
import { queueShares } from './waiting/queues.ts';
import { responsivenessOf } from './waiting/responsiveness.ts';
import type { Span, Window } from './window.ts';

const DIRECTIONS: readonly LoadDirection[] = ['down', 'up'];

/** What the figures of all phases are held against. */
export interface Ground {
  readonly recording: LoadRecording;
  /** What suspensions spoil. */
  readonly holes: readonly Span[];
  /** The idle phase; null where there was none. */
  readonly quiet: Window | null;
  readonly idle: LatencyStatistics | null;
}

export interface LoadedPhase {
  readonly statistics: LoadedPhaseStatistics;
  /** The time that its figures are of. */
  readonly window: Window;
  /** Of each direction that carried data. */
  readonly directed: readonly DirectedStreams[];
}

export function loadedPhase({ recording, holes, quiet, idle }: Ground, phase: LoadPhaseRecord): LoadedPhase {
  const { foreignProbes } = recording;
  const streams = streamsOf(recording, phase);
  const directed = DIRECTIONS.map((direction) => directedStreams(streams, direction)).filter(
    (one) => one.streams.length > 0,
  );
  const span = { fromNs: phase.fromAtNs, toNs: phase.toAtNs };
  const toNs = Math.min(phase.toAtNs, ...directed.map(({ receipts }) => knownUntilNs(receipts, span)));
  const settledAtNs = settledAt(directed, { ...span, toNs }, recording.plan.untilStable);
  // What never settled is told by its second half.
  const window: Window = { fromNs: settledAtNs ?? (span.fromNs + toNs) / 2, toNs, holes };
  const ownProbes = streams.map((stream) => stream.ownProbes);
  const latency = latencyWithin([foreignProbes], window);
  const ownLatency = latencyWithin(ownProbes, window);
  const increase = latencyIncrease(latency, idle);
  const ownIncrease = latencyIncrease(ownLatency, idle);
  const [only, other] = directed;
  const direction = only !== undefined && other === undefined ? only.direction : null;
  const isWhole = !streams.some(isLost);
  const isLoad = directed.every(({ receipts }) => receivedWithin(receipts, window) > 0);
  const subject = { foreign: foreignProbes, own: ownProbes, receipts: directed.map((one) => one.receipts) };
  const statistics: LoadedPhaseStatistics = {
    phase: phase.name,
    settledAtNs,
    toAtNs: toNs,
    directions: directed.flatMap((one) => directionStatistics(recording, one, window, span, idle) ?? []),
    latency,
    ownLatency,
    increase,
    ownIncrease,
    queues: queueShares(foreignProbes, window, quiet, increase?.p50, direction),
    pair: pairMeaning(increase, ownIncrease),
    // 5.4 of the draft: a test of which a connection was lost has no result. Nor has one that carried nothing.
    responsiveness:
      isWhole && isLoad
        ? responsivenessOf(subject, window, { ...span, isStable: phase.stableAtNs !== null })
        : null,
  };
  return { statistics, window, directed };
}

/** Those whose data was asked for: one may have been opened too late. */
function streamsOf(
  { streams }: LoadRecording,
  { name, fromAtNs }: Pick<LoadPhaseRecord, 'name' | 'fromAtNs'>,
): StreamRecord[] {
  return streams.filter((stream) => stream.phase === name && stream.fromAtNs >= fromAtNs);
}

/**
 * When goodput of each direction had settled, all streams opened; null when one never did.
 * @param opensOn streams are opened until the end, which is no reason for it not to settle
 */
function settledAt(
  directed: readonly DirectedStreams[],
  { fromNs, toNs }: Span,
  opensOn: boolean,
): number | null {
  const moments = directed.map(({ streams, receipts }) => {
    const openedNs = opensOn ? fromNs : mostOf([fromNs, ...streams.map((stream) => stream.fromAtNs)]);
    // What settles must leave an interval of goodput behind it.
    const rates = ratesWithin(receipts, { fromNs, toNs: toNs - INTERVAL_NS }, SETTLING_INTERVAL_NS);
    const intervals = settledAfter(rates, Math.ceil((openedNs - fromNs) / SETTLING_INTERVAL_NS));
    return intervals === null ? null : fromNs + intervals * SETTLING_INTERVAL_NS;
  });
  const known = moments.filter((ns) => ns !== null);
  return moments.length > 0 && known.length === moments.length ? mostOf(known) : null;
}

/** @returns null where not one interval of it is known */
function directionStatistics(
  recording: LoadRecording,
  directed: DirectedStreams,
  window: Window,
  phase: Span,
  idle: LatencyStatistics | null,
): DirectionStatistics | null {
  const goodput = goodputWithin(directed, window, phase);
  if (goodput === null) return null;
  const { direction, streams } = directed;
  return {
    direction,
    ...goodput,
    retransmittedShare: direction === 'up' ? retransmittedShare(streams, window) : null,
    limits: limitsOf(recording, directed, window),
    rfc6349: rfc6349(recording, directed, window, idle),
  };
}
