/**
 * Those who have given up their turn, in order: whoever sends thousands of messages at once is answered some of them, and
 * goes on when everything else has been looked at. One a turn of the loop: whoever measures beside them waits for one, and not
 * for all. Refuses to know time.
 */

/** What has run is let go of in portions. */
const MOST_BEHIND = 1_024;

interface Turn {
  /** Undefined once it was cancelled. */
  callback: (() => void) | undefined;
}

export class Yields {
  private waiting: Turn[] = [];
  private first = 0;

  /** @returns a function that cancels it */
  add(callback: () => void): () => void {
    const turn: Turn = { callback };
    this.waiting.push(turn);
    return () => {
      turn.callback = undefined;
    };
  }

  get isEmpty(): boolean {
    return this.first === this.waiting.length;
  }

  /** @returns whether there was one */
  runOne(): boolean {
    while (!this.isEmpty) {
      const { callback } = this.waiting[this.first] as Turn;
      this.first++;
      if (this.isEmpty || this.first >= MOST_BEHIND) {
        this.waiting = this.waiting.slice(this.first);
        this.first = 0;
      }
      if (callback === undefined) continue;
      callback();
      return true;
    }
    return false;
  }
}
