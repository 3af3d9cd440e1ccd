/** What comparisons of whole runs have in common, be they loads or paced probes: how runs took turns, and an interval. */

export interface TurnsRecord {
  /** Pairs of runs, one of each side. */
  readonly rounds: number;
  /** No pair begins after this time, ns; null where nothing but their number ends the comparison. */
  readonly maxTimeNs: number | null;
  /** Seed of the order within the pairs, and of random moments of paced probes. */
  readonly seed: number;
}

export interface ComparedInterval {
  /** The share of comparisons whose intervals hold all true values together. */
  readonly level: number;
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
  /** How it was made: of runs that took turns `rank-sum`, of others `run-welch`. Of ratios by their logarithms. */
  readonly method: 'rank-sum' | 'run-welch';
  /** How many runs it stands on, of the side that has fewer. */
  readonly units: number;
}

export type ComparedVerdict = 'higher' | 'lower' | 'no-difference-shown' | 'too-uncertain';
