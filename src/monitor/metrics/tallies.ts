/**
 * What has come of a target since the monitor began, as counters that only grow: what metrics are made of. A store forgets, and a
 * counter must not.
 */
import type { Labels } from '../../text/open-metrics.ts';
import type { TargetState } from '../loop/state.ts';
import type { Target } from '../plan/target.ts';
import {
  type Counts,
  FAILURE_REASONS,
  type FailureReason,
  type Interval,
  LAYERS,
  type Layer,
} from '../records/interval.ts';
import { bucketIndex } from './exponential.ts';

const NS_PER_S = 1e9;

/** Upper bounds in seconds: three for each power of ten, from a loopback's to where a connection is given up. */
export const RTT_BOUNDS: readonly number[] = [-5, -4, -3, -2, -1, 0].flatMap((power) =>
  [1, 2, 5].map((digit) => Number(`${digit}e${power}`)),
);

export interface LayerTally {
  /** Of each bound, and of what was above them all. */
  readonly counts: number[];
  /** By index of the bucket. */
  readonly exponential: Map<number, number>;
  sumSeconds: number;
}

export interface Tally {
  readonly target: Target;
  readonly labels: Labels;
  state: TargetState;
  runs: number;
  probes: number;
  answered: number;
  readonly failures: Map<FailureReason, number>;
  readonly doubts: Map<string, number>;
  readonly layers: Map<Layer, LayerTally>;
}

export class Tallies {
  private readonly byName = new Map<string, Tally>();

  /** Those that are watched now, as they were told of; what is not among them is forgotten. */
  keep(states: readonly { readonly target: Target; readonly state: TargetState }[]): void {
    const names = new Set(states.map(({ target }) => target.name));
    for (const name of this.byName.keys()) if (!names.has(name)) this.byName.delete(name);
    for (const { target, state } of states) this.of(target, state);
  }

  add(target: Target, interval: Interval, state: TargetState): void {
    const tally = this.of(target, state);
    tally.state = state;
    tally.runs += interval.runs;
    tally.probes += interval.probes;
    tally.answered += interval.answered;
    for (const reason of FAILURE_REASONS) count(tally.failures, reason, interval.failures);
    for (const doubt of Object.keys(interval.doubts)) count(tally.doubts, doubt, interval.doubts);
    for (const layer of LAYERS) {
      const times = interval.layers[layer];
      if (times === undefined) continue;
      const known = tally.layers.get(layer) ?? {
        counts: new Array<number>(RTT_BOUNDS.length + 1).fill(0),
        exponential: new Map(),
        sumSeconds: 0,
      };
      tally.layers.set(layer, known);
      for (const { fromNs, toNs, count: n } of times.bins()) {
        const seconds = (fromNs + toNs) / 2 / NS_PER_S;
        const at = RTT_BOUNDS.findIndex((bound) => seconds <= bound);
        const index = at < 0 ? RTT_BOUNDS.length : at;
        known.counts[index] = (known.counts[index] ?? 0) + n;
        const bucket = bucketIndex(seconds);
        known.exponential.set(bucket, (known.exponential.get(bucket) ?? 0) + n);
        known.sumSeconds += seconds * n;
      }
    }
  }

  get all(): readonly Tally[] {
    return [...this.byName.values()];
  }

  private of(target: Target, state: TargetState): Tally {
    const known = this.byName.get(target.name);
    if (known?.target === target) return known;
    const tally: Tally = {
      target,
      labels: { target: target.name, ...target.labels },
      state,
      runs: 0,
      probes: 0,
      answered: 0,
      failures: new Map(),
      doubts: new Map(),
      layers: new Map(),
    };
    this.byName.set(target.name, tally);
    return tally;
  }
}

function count<K extends string>(known: Map<K, number>, key: K, more: Counts<K>): void {
  const n = more[key] ?? 0;
  if (n > 0) known.set(key, (known.get(key) ?? 0) + n);
}
