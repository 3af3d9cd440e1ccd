/**
 * Lines for whoever looks on: a log, a transcript, the first line of a server. The thread that writes them serves
 * clients, so it never waits for the reader and never ends because of it: what the reader does not take is kept
 * up to a bound; beyond it lines are dropped and counted, and one line says how many once the reader takes them
 * again. Refuses to be used for results, of which no line may be lost.
 */
import type { Timers } from '../../clock/clock.ts';
import type { Sink } from './sink.ts';

/** Lines that wait for the reader: some thousand sessions. */
export const MAX_QUEUED_LINES = 4_096;
/** And their size, bytes: a line is some 200 bytes long, of 10,000 at most. */
export const MAX_QUEUED_BYTES: number = 1024 * 1024;
/** Written at once: as much as a pipe holds. */
const BATCH_BYTES = 64 * 1024;
/** A reader that is only slow is asked again soon; a full disk does not get empty in a moment. */
const BUSY_RETRY_NS = 20_000_000n;
const ERROR_RETRY_NS = 1_000_000_000n;
const NS_PER_MS = 1_000_000;

export interface SideChannelOptions {
  readonly clock: Timers & { nowNs(): bigint };
  /** The line that tells of dropped lines. */
  readonly dropped: (lines: number) => string;
  /** Nothing is written before this is settled: another channel's line comes first. */
  readonly after?: Promise<unknown>;
}

export class SideChannel {
  private readonly sink: Sink;
  private readonly options: SideChannelOptions;
  private readonly queue: Buffer[] = [];
  private queuedBytes = 0;
  private dropped = 0;
  private droppedBefore = 0;
  private state: 'held' | 'idle' | 'writing' | 'waiting' = 'idle';
  private cancelRetry: (() => void) | undefined;
  /** Called when nothing is left, or nothing more can be written now. */
  private waiters: ((allWritten: boolean) => void)[] = [];

  constructor(sink: Sink, options: SideChannelOptions) {
    this.sink = sink;
    this.options = options;
    if (options.after === undefined) return;
    this.state = 'held';
    const release = (): void => {
      this.state = 'idle';
      this.pump();
    };
    options.after.then(release, release);
  }

  /** Whether a line would be kept; whoever would drop it need not make it, but tells by {@link drop}. */
  get hasRoom(): boolean {
    return this.dropped === 0 && this.queue.length < MAX_QUEUED_LINES && this.queuedBytes < MAX_QUEUED_BYTES;
  }

  /** Lines dropped since the start. */
  get droppedInAll(): number {
    return this.droppedBefore + this.dropped;
  }

  /** @param line with its line end */
  write(line: string): void {
    if (!this.hasRoom) {
      this.drop();
      return;
    }
    this.put(line);
    this.pump();
  }

  /** Counts lines that were not made. */
  drop(lines = 1): void {
    this.dropped += lines;
    this.pump();
  }

  /**
   * Writes what is left. A reader that refused a moment ago is asked once more, and not waited for.
   * @returns whether all of it is out, after so long at the latest
   */
  flush(withinMs: number): Promise<boolean> {
    const { clock } = this.options;
    return new Promise((resolve) => {
      const cancel = clock.wakeAt(clock.nowNs() + BigInt(Math.round(withinMs * NS_PER_MS)), () =>
        resolve(false),
      );
      this.waiters.push((allWritten) => {
        cancel();
        resolve(allWritten);
      });
      if (this.state === 'waiting') this.retry();
      else this.pump();
    });
  }

  /** Nothing is written any more, but for what is being written now. */
  stop(): void {
    this.cancelRetry?.();
    this.state = 'held';
  }

  private put(line: string): void {
    const bytes = Buffer.from(line);
    this.queue.push(bytes);
    this.queuedBytes += bytes.length;
  }

  private pump(): void {
    if (this.state !== 'idle') return;
    // Not for every single line that fits again: a slow reader would read of nothing but dropped lines.
    if (
      this.dropped > 0 &&
      this.queue.length <= MAX_QUEUED_LINES / 2 &&
      this.queuedBytes <= MAX_QUEUED_BYTES / 2
    ) {
      this.put(this.options.dropped(this.dropped));
      this.droppedBefore += this.dropped;
      this.dropped = 0;
    }
    if (this.queue.length === 0) {
      this.settle(true);
      return;
    }
    const batch = this.nextBatch();
    this.state = 'writing';
    this.sink.write(batch, (error, written) => this.wrote(batch, error, written));
  }

  private nextBatch(): Buffer {
    let lines = 0;
    for (let bytes = 0; lines < this.queue.length && bytes < BATCH_BYTES; lines++) {
      bytes += this.queue[lines]?.length ?? 0;
    }
    const taken = this.queue.splice(0, lines);
    return taken.length === 1 ? (taken[0] as Buffer) : Buffer.concat(taken);
  }

  private wrote(batch: Buffer, error: NodeJS.ErrnoException | undefined, written: number): void {
    this.queuedBytes -= written;
    if (written < batch.length) this.queue.unshift(batch.subarray(written));
    if (this.state === 'held') return;
    this.state = 'idle';
    if (error === undefined) {
      this.pump();
      return;
    }
    this.state = 'waiting';
    if (error.code !== 'EAGAIN') this.settle(false);
    const { clock } = this.options;
    const retryNs = error.code === 'EAGAIN' ? BUSY_RETRY_NS : ERROR_RETRY_NS;
    this.cancelRetry = clock.wakeAt(clock.nowNs() + retryNs, () => this.retry());
  }

  private settle(allWritten: boolean): void {
    const { waiters } = this;
    this.waiters = [];
    for (const waiter of waiters) waiter(allWritten);
  }

  private retry(): void {
    this.cancelRetry?.();
    this.state = 'idle';
    this.pump();
  }
}
