/**
 * Those who have given up their turn, in order: whoever sends thousands of messages at once is answered some of them, and
 * goes on when everything else has been looked at. One a turn of the loop: whoever measures beside them waits for one, and not
 * for all. Refuses to know time.
 */
export class Yields {
  private waiting: (() => void)[] = [];
  private first = 0;
  private readonly gone = new Set<() => void>();

  /** @returns a function that cancels it */
  add(callback: () => void): () => void {
    // Of its own, so that the same callback may wait twice.
    const turn = (): void => callback();
    this.waiting.push(turn);
    return () => void this.gone.add(turn);
  }

  get isEmpty(): boolean {
    return this.first === this.waiting.length;
  }

  /** @returns whether there was one */
  runOne(): boolean {
    while (!this.isEmpty) {
      const turn = this.waiting[this.first] as () => void;
      this.first++;
      if (this.isEmpty || this.first >= MOST_BEHIND) this.tidy();
      if (this.gone.delete(turn)) continue;
      turn();
      return true;
    }
    return false;
  }

  private tidy(): void {
    this.waiting = this.waiting.slice(this.first);
    this.first = 0;
    if (this.waiting.length === 0) this.gone.clear();
  }
}

/** What has run is let go of in portions. */
const MOST_BEHIND = 1_024;
