/**
 * A run under way: iterate over it for its progress, await its result, cancel it. Events wait in memory until
 * somebody iterates: a second copy of the samples for a caller who only awaits the result.
 */
import type { Result } from '../result/result.ts';
import type { ProgressEvent } from './events.ts';

export interface Measurement extends AsyncIterable<ProgressEvent> {
  /**
   * The finished run.
   * @throws MeasureError when the run failed or was cancelled; its `result` holds what was measured.
   */
  readonly result: Promise<Result>;
  /** Ends the run after what is under way; `result` then throws `cancelled`. */
  cancel(): void;
}

/** Events wait here until somebody iterates; each is handed out once. */
export class EventQueue<E> implements AsyncIterable<E> {
  private readonly events: E[] = [];
  private closed = false;
  private wakes: (() => void)[] = [];

  push(event: E): void {
    this.events.push(event);
    this.wakeAll();
  }

  close(): void {
    this.closed = true;
    this.wakeAll();
  }

  private wakeAll(): void {
    const wakes = this.wakes;
    this.wakes = [];
    for (const wake of wakes) wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<E> {
    for (;;) {
      const event = this.events.shift();
      if (event !== undefined) yield event;
      else if (this.closed) return;
      else {
        await new Promise<void>((resolve) => {
          this.wakes.push(resolve);
        });
      }
    }
  }
}
