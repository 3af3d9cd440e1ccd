/**
 * When enough blocks have run: as many as were asked for, or when each interval is narrow enough. Looking at an
 * interval again and again finds it narrow by chance, so it is looked at only at the end of a round, not before the
 * tenth, and must be narrow at two ends in a row. (Checked after every hundredth sample instead, the intervals at
 * which a run stopped held the true median in 2 to 5 of 100 cases.)
 */
import type { RawBlock } from '../../result/block-record.ts';
import type { StopRecord } from '../../result/result.ts';
import { countedRttNs } from '../../result/samples.ts';
import { keyOf } from '../../result/workload.ts';
import { halfWidth } from '../../stats/quantile/estimate.ts';
import { notBelowChance } from '../../stats/quantile/interval.ts';
import { BLOCK_CORRELATION, neighbourInterval } from '../../stats/quantile/neighbours.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';
import { maxSamples, type Plan } from './plan.ts';
import { MIN_ROUNDS } from './schedule.ts';

/** A round end at which the run may stop. */
export interface RoundEnd {
  readonly round: number;
  /** Since the first round began, ns. */
  readonly elapsedNs: number;
  /** When the next round is due, ns after the first one began. */
  readonly nextDueNs: number;
  /** Of all arms so far. */
  readonly samples: number;
  /** Null where no precision is asked for, or there is no interval yet. */
  readonly achievedPrecision: number | null;
}

/** Decides at the end of each round. */
export class StopRule {
  private readonly plan: Plan;
  private readonly fitting: number;
  private narrowEnds = 0;

  /** @param fitting as many rounds as fit into the budget of the plan */
  constructor(plan: Plan, fitting: number = Number.POSITIVE_INFINITY) {
    this.plan = plan;
    this.fitting = fitting;
  }

  /** @returns why the run is over, or undefined when another round is due */
  reason(end: RoundEnd): StopRecord['reason'] | undefined {
    const { round, elapsedNs, nextDueNs, samples, achievedPrecision } = end;
    const { blocks, probes, precision, maxTimeNs, spreadNs, stamps, engine } = this.plan;
    if (blocks !== null && round >= blocks) return 'blocks';
    if (round >= this.fitting) return 'budget';
    if (precision !== null) {
      const narrow = achievedPrecision !== null && achievedPrecision <= precision && round >= MIN_ROUNDS;
      this.narrowEnds = narrow ? this.narrowEnds + 1 : 0;
      if (this.narrowEnds >= 2 && elapsedNs >= spreadNs) return 'precision';
    }
    if (maxTimeNs !== null && Math.max(elapsedNs, nextDueNs) >= maxTimeNs) return 'max-time';
    // A number of probes that was asked for has been checked with the plan, and is kept to.
    const open = probes === null;
    if (open && samples + samples / round > maxSamples(stamps && engine !== 'node')) return 'max-samples';
    return undefined;
  }
}

interface MedianOf {
  readonly block: RawBlock;
  readonly median: number;
}

/** The widest interval of a median among all series, as half-width over value, kept up block by block. */
export class WidthWatch {
  private readonly blocksOfSeries = new Map<string, MedianOf[]>();

  /** No more blocks of this size or a larger one will come, so nothing waits for their intervals. */
  leaveOut(fromBytes: number): void {
    for (const [key, blocks] of this.blocksOfSeries) {
      if (blocks.some(({ block }) => block.workload.payloadBytes >= fromBytes))
        this.blocksOfSeries.delete(key);
    }
  }

  note(block: RawBlock): void {
    const rttNs = countedRttNs(block.samples);
    if (block.kind !== 'measured' || rttNs.length === 0) return;
    const key = keyOf(block.workload);
    const blocks = this.blocksOfSeries.get(key) ?? [];
    blocks.push({ block, median: quantile(sorted(rttNs), 0.5) });
    this.blocksOfSeries.set(key, blocks);
  }

  /** Null while a series has fewer than two blocks. */
  widest(): number | null {
    let widest = 0;
    for (const blocks of this.blocksOfSeries.values()) {
      if (blocks.length < 2) return null;
      const medians = blocks.map(({ median }) => median);
      const value = quantile(sorted(medians), 0.5);
      const byBlocks = neighbourInterval(value, medians, BLOCK_CORRELATION, 'block-t');
      // Sorting all samples after each round is for blocks that happen to be equal.
      const interval =
        byBlocks.low < byBlocks.high
          ? byBlocks
          : notBelowChance(byBlocks, sorted(blocks.flatMap(({ block }) => countedRttNs(block.samples))), 0.5);
      const width = halfWidth({ value, interval });
      if (width === null) return null;
      widest = Math.max(widest, width);
    }
    return this.blocksOfSeries.size === 0 ? null : widest;
  }
}
