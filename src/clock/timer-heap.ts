/**
 * Timers in the order of their deadlines: a binary heap, since a server keeps a far-away deadline for every
 * connection and looks only at the nearest.
 */

interface Timer {
  readonly deadlineNs: bigint;
  /** Timers of one deadline run in the order in which they were set. */
  readonly order: number;
  readonly callback: () => void;
  /** Where it lies in the heap; -1 when it has run or was cancelled. */
  index: number;
}

export class TimerHeap {
  private readonly heap: Timer[] = [];
  private set = 0;

  /** @returns a function that cancels it */
  add(deadlineNs: bigint, callback: () => void): () => void {
    const timer: Timer = { deadlineNs, order: this.set++, callback, index: this.heap.length };
    this.heap.push(timer);
    this.rise(timer);
    return () => this.remove(timer);
  }

  /** The nearest deadline; undefined without timers. */
  get nextNs(): bigint | undefined {
    return this.heap[0]?.deadlineNs;
  }

  /**
   * Runs every timer whose deadline has come; one that is set meanwhile waits for the next call.
   * @returns how many there were
   */
  run(nowNs: bigint): number {
    const before = this.set;
    let count = 0;
    for (let next = this.heap[0]; next !== undefined && next.deadlineNs <= nowNs; next = this.heap[0]) {
      if (next.order >= before) break;
      this.remove(next);
      next.callback();
      count++;
    }
    return count;
  }

  private remove(timer: Timer): void {
    if (timer.index < 0) return;
    const last = this.heap.pop();
    if (last !== undefined && last !== timer) {
      this.place(last, timer.index);
      this.rise(last);
      this.sink(last);
    }
    timer.index = -1;
  }

  private rise(timer: Timer): void {
    while (timer.index > 0) {
      const parent = this.heap[(timer.index - 1) >> 1];
      if (parent === undefined || !isBefore(timer, parent)) return;
      this.swap(timer, parent);
    }
  }

  private sink(timer: Timer): void {
    for (;;) {
      const left = this.heap[2 * timer.index + 1];
      const right = this.heap[2 * timer.index + 2];
      const nearer = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (nearer === undefined || !isBefore(nearer, timer)) return;
      this.swap(timer, nearer);
    }
  }

  private swap(a: Timer, b: Timer): void {
    const index = a.index;
    this.place(a, b.index);
    this.place(b, index);
  }

  private place(timer: Timer, index: number): void {
    this.heap[index] = timer;
    timer.index = index;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.deadlineNs === b.deadlineNs ? a.order < b.order : a.deadlineNs < b.deadlineNs;
}
