/** A run under way: iterate over it for its progress, await its result, cancel it. */
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
export class EventQueue implements AsyncIterable<ProgressEvent> {
  private readonly events: ProgressEvent[] = [];
  private closed = false;
  private wake: (() => void) | undefined;

  push(event: ProgressEvent): void {
    this.events.push(event);
    this.wake?.();
  }

  close(): void {
    this.closed = true;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ProgressEvent> {
    for (;;) {
      const event = this.events.shift();
      if (event !== undefined) yield event;
      else if (this.closed) return;
      else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.wake = undefined;
      }
    }
  }
}
