/** One at a time, in the order of asking: loads, of which two would measure each other. */
export class Turns {
  private last: Promise<void> = Promise.resolve();
  private holders = 0;

  /** Whether somebody has the turn, or waits for it. */
  get isTaken(): boolean {
    return this.holders > 0;
  }

  /** @returns what the work returns; the turn is over with it, however it ends */
  async take<T>(work: () => Promise<T>): Promise<T> {
    const before = this.last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.last = promise;
    this.holders++;
    await before;
    try {
      return await work();
    } finally {
      this.holders--;
      resolve();
    }
  }
}
