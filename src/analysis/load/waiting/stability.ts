/**
 * When a load is stable, by draft-ietf-ippm-responsiveness, 5.4: goodput first, each direction's; then responsiveness.
 * Either is once the last MAD moving averages, each over MAD intervals, have a standard deviation of no more than SDT
 * of the last of them. Intervals go in one after the other, of a run that goes on as well as of its record.
 */
import { isSteady, MAD } from '../carried/settling.ts';

/**
 * Interval duration. The draft looked each second until its version 08, and looks every five since version 09, by which
 * nothing could be said of less than twenty seconds in each direction.
 */
export const STABILITY_INTERVAL_NS = 1_000_000_000;

export class Stability {
  /** Of each direction, its goodput in each interval. */
  private readonly goodputs: readonly number[][];
  /** Each over MAD intervals, since goodput is stable. */
  private readonly rpms: number[] = [];
  private isGoodputStable = false;

  constructor(directions: number) {
    this.goodputs = Array.from({ length: directions }, () => []);
  }

  /**
   * An interval is over.
   * @param bitsPerSecond of each direction in it
   * @param rpm of the last MAD intervals; null where one of the two kinds of probe was never answered
   * @returns whether goodput and responsiveness are stable at its end
   */
  note(bitsPerSecond: readonly number[], rpm: number | null): boolean {
    for (const [i, one] of this.goodputs.entries()) one.push(bitsPerSecond[i] ?? 0);
    this.isGoodputStable ||= this.goodputs.every((one) => isSteady(lastAverages(one)));
    if (!this.isGoodputStable) return false;
    this.rpms.push(rpm ?? 0);
    return isSteady(this.rpms.slice(-MAD));
  }
}

/** The last MAD moving averages, each of a whole MAD of intervals; fewer where there are not so many. */
function lastAverages(values: readonly number[]): number[] {
  const count = Math.max(0, Math.min(MAD, values.length - MAD + 1));
  return Array.from({ length: count }, (_, i) => {
    const end = values.length - count + i + 1;
    return values.slice(end - MAD, end).reduce((sum, value) => sum + value, 0) / MAD;
  });
}
