/**
 * The thread of a lane, as seen from the thread that started it: messages cross by its port, and it is woken to read
 * them, since it sleeps in the kernel. It tells what it uses of its processor.
 */
import type { EcholotError } from '../../../core/errors.ts';
import { NativeThread, REQUEST, threadFailure } from '../thread/thread.ts';

/** Where a thread tells what it has used of its processor, as two BigInt64 of ns: used, and as of when. */
export const CPU_USED = 0;
export const CPU_AT = 1;

export interface PortThreadOptions<From> {
  /** What runs on it, see {@link ./port-worker.ts}. */
  readonly entry: URL;
  /** What it is in errors. */
  readonly subject: string;
  readonly hear: (message: From) => void;
  /** It is gone, and nothing more is heard of it; told once. */
  readonly onGone: (error: EcholotError) => void;
}

export class PortThread<To, From> {
  private readonly options: PortThreadOptions<From>;
  private thread: NativeThread | undefined;
  private readonly cpu = new BigInt64Array(new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT));
  private cpuUsedNs = 0n;
  private cpuAtNs = 0n;
  private isGone = false;

  constructor(options: PortThreadOptions<From>) {
    this.options = options;
  }

  /** Does nothing where it runs already. @throws EcholotError */
  start(): void {
    if (this.thread !== undefined) return;
    const { entry, subject, hear } = this.options;
    try {
      this.thread = new NativeThread(entry, { cpu: this.cpu.buffer });
    } catch (error) {
      throw threadFailure(subject, error);
    }
    const { worker } = this.thread;
    worker.on('message', hear);
    worker.once('error', (error) => this.fail(error));
    worker.once('exit', () => this.fail(undefined));
  }

  post(message: To): void {
    if (this.thread === undefined) return;
    this.thread.worker.postMessage(message);
    // It sleeps in the kernel, and reads what was sent once it is awake.
    this.thread.ask(REQUEST.none);
  }

  /** Whether the program waits for it: only as long as something is to be heard of it. */
  hold(isNeeded: boolean): void {
    if (isNeeded) this.thread?.worker.ref();
    else this.thread?.worker.unref();
  }

  /** Of one processor, what it has used since the last call; undefined at first. */
  cpuShare(): number | undefined {
    const usedNs = Atomics.load(this.cpu, CPU_USED);
    const atNs = Atomics.load(this.cpu, CPU_AT);
    const passedNs = Number(atNs - this.cpuAtNs);
    const isKnown = this.cpuAtNs !== 0n && passedNs > 0;
    const share = isKnown ? Number(usedNs - this.cpuUsedNs) / passedNs : undefined;
    [this.cpuUsedNs, this.cpuAtNs] = [usedNs, atNs];
    return share;
  }

  async terminate(): Promise<void> {
    await this.thread?.terminate();
  }

  private fail(cause: unknown): void {
    if (this.isGone) return;
    this.isGone = true;
    this.options.onGone(threadFailure(this.options.subject, cause));
  }
}
