/**
 * How many connections it takes to fill a path: one more after each interval, as long as the last one has raised
 * goodput. Pure: goodput in, a decision out.
 */

/** An added stream that raises goodput by less has shown that the path is full. */
export const LEAST_GAIN = 0.05;

export class StreamSearch {
  /** It is known how many streams there should be. */
  isOver = false;
  private readonly maxStreams: number;
  private streams = 1;
  private best = 0;

  constructor(maxStreams: number) {
    this.maxStreams = maxStreams;
  }

  /** @param bitsPerSecond goodput of the interval that has passed @returns whether to open one more */
  note(bitsPerSecond: number): boolean {
    if (this.isOver) return false;
    const gained = bitsPerSecond > this.best * (1 + LEAST_GAIN);
    this.best = Math.max(this.best, bitsPerSecond);
    if (!gained || this.streams >= this.maxStreams) {
      this.isOver = true;
      return false;
    }
    this.streams++;
    return true;
  }
}
