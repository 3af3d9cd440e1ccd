/**
 * One connection to the server under check. It sends what a rule wants sent, right or wrong, gives back what comes, and
 * keeps both for people to look at. It knows nothing of the protocol.
 */
import type { EcholotError } from '../core/errors.ts';
import { LF } from '../core/wire/grammar.ts';
import type { Connection } from '../net/connection.ts';
import type { DialerNetwork, Target } from '../net/dialer.ts';
import type { TracedMessage } from '../net/engine.ts';
import { cancelled } from '../net/errors/session-error.ts';
import { trace } from '../net/session/trace.ts';

/** More than any rule waits for: of who sends as much, no more is read until it is taken. */
const MOST_BYTES: number = 256 * 1024;
const FIRST_BYTES = 4_096;
/** So that pieces leave in segments of their own. */
const PIECE_PAUSE_NS = 300_000;

/**
 * How a wait ended: what was waited for is there, the server closed (`reset` where it dropped the connection), nothing
 * more came for as long as asked, the time is over, or more came than an answer may be.
 */
export type Ended = 'complete' | 'closed' | 'reset' | 'quiet' | 'late' | 'flood';

export interface Heard {
  /** Of a flood its beginning, as long as an answer may be. */
  readonly bytes: Uint8Array;
  readonly ended: Ended;
  /** Arrival of the last byte on the timekeeper; undefined when none came. */
  readonly lastNs: bigint | undefined;
}

export interface TalkOptions {
  readonly timeoutNs: number;
  readonly signal: AbortSignal | undefined;
  /** The times of all messages count from here. */
  readonly epochNs: bigint;
  readonly onMessage: (message: TracedMessage) => void;
}

export class Talk {
  /** Whether the server has sent anything at all. */
  hasHeard = false;
  /** How the server has ended it, and whether an answer was due; undefined where it has not. */
  endedByServer: { readonly how: 'closed' | 'reset'; readonly owing: boolean } | undefined;
  private readonly network: DialerNetwork;
  private readonly options: TalkOptions;
  private connection: Connection | undefined;
  /** What has come and was not taken yet: the first `pendingBytes` of it. */
  private buffer: Uint8Array = new Uint8Array(FIRST_BYTES);
  private pendingBytes = 0;
  private lastNs: bigint | undefined;
  private over: 'closed' | 'reset' | undefined;
  private woken = (): void => {};
  private passesLf = false;
  /** When something was last sent; undefined before. */
  sentNs: bigint | undefined;
  /** Something was sent, and nothing has come since. */
  private isDue = false;

  private constructor(network: DialerNetwork, options: TalkOptions) {
    this.network = network;
    this.options = options;
  }

  /** @throws EcholotError where there is no connection */
  static async open(network: DialerNetwork, target: Target, options: TalkOptions): Promise<Talk> {
    const talk = new Talk(network, options);
    const { connection } = await network.dial(
      target,
      {
        onBytes: (chunk, nowNs) => talk.take(chunk, nowNs),
        onDrain: () => {},
        onEnd: () => talk.end('closed'),
        onClose: (error) => talk.end(error === undefined ? 'closed' : endOf(error)),
      },
      { timeoutNs: options.timeoutNs, signal: options.signal, socket: { noDelay: true } },
    );
    talk.connection = connection;
    return talk;
  }

  get nowNs(): bigint {
    return this.network.timekeeper.nowNs();
  }

  /** Whether it has ended, by whomever. */
  get isOver(): boolean {
    return this.over !== undefined;
  }

  /** Whether everything that was sent is answered. */
  get isIdle(): boolean {
    return !this.isDue && !this.isOver;
  }

  /** @returns when it was handed over */
  send(bytes: Uint8Array): bigint {
    const nowNs = this.nowNs;
    trace({ epochNs: this.options.epochNs, trace: this.options.onMessage }, 'sent', bytes, nowNs);
    this.isDue = true;
    this.sentNs = nowNs;
    if (this.over === undefined) this.connection?.write(Uint8Array.from(bytes));
    return nowNs;
  }

  /** The same byte by byte. */
  async sendInPieces(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) {
      this.send(Uint8Array.of(byte));
      await this.sleep(PIECE_PAUSE_NS);
    }
  }

  /**
   * Waits until what has come is complete, and takes all of it. A flood ends the connection.
   * @param quietNs of what has come so far: how long a silence ends the wait; undefined for none
   * @param mostBytes that may come; more is a flood
   */
  async hear(
    isComplete: (bytes: Uint8Array) => boolean,
    {
      timeoutNs = this.options.timeoutNs,
      quietNs = () => undefined,
      mostBytes = MOST_BYTES,
    }: {
      readonly timeoutNs?: number;
      readonly quietNs?: (bytes: Uint8Array) => bigint | undefined;
      readonly mostBytes?: number;
    } = {},
  ): Promise<Heard> {
    const endNs = this.nowNs + BigInt(Math.ceil(timeoutNs));
    for (;;) {
      const pending = this.buffer.subarray(0, this.pendingBytes);
      if (pending.length > mostBytes) return this.flooded(mostBytes);
      if (isComplete(pending)) return this.taken('complete');
      if (this.over !== undefined) return this.taken(this.over);
      const quiet = quietNs(pending);
      const quietEndNs = quiet === undefined || this.lastNs === undefined ? undefined : this.lastNs + quiet;
      const untilNs = quietEndNs === undefined || quietEndNs > endNs ? endNs : quietEndNs;
      if (this.nowNs >= untilNs) return this.taken(untilNs === endNs ? 'late' : 'quiet');
      await this.wake(untilNs);
    }
  }

  /** Waits for the end of the connection, passing over what still comes. */
  async ends(timeoutNs: number = this.options.timeoutNs): Promise<Ended> {
    const { ended } = await this.hear(() => false, { timeoutNs });
    return ended;
  }

  async sleep(ns: number): Promise<void> {
    const { timekeeper } = this.network;
    await new Promise<void>((resolve) => {
      timekeeper.wakeAt(timekeeper.nowNs() + BigInt(Math.ceil(ns)), resolve);
    });
  }

  /** The last text had no LF, so that one may still come: it is of that text, and no answer to what follows. */
  passOverLf(): void {
    this.passesLf = true;
  }

  /** Sends FIN, and goes on reading. */
  finish(): void {
    if (this.over === undefined) this.connection?.end();
  }

  /** Drops the connection at once. */
  drop(): void {
    this.connection?.destroy();
    this.over ??= 'closed';
    this.woken();
  }

  private taken(ended: Ended): Heard {
    const heard = { bytes: this.buffer.slice(0, this.pendingBytes), ended, lastNs: this.lastNs };
    if (this.pendingBytes > MOST_BYTES) this.connection?.resume();
    this.pendingBytes = 0;
    this.lastNs = undefined;
    return heard;
  }

  private flooded(mostBytes: number): Heard {
    this.drop();
    const { bytes, lastNs } = this.taken('flood');
    return { bytes: bytes.subarray(0, mostBytes), ended: 'flood', lastNs };
  }

  private take(chunk: Uint8Array, nowNs: bigint): void {
    const fresh = this.passesLf && chunk[0] === LF ? chunk.subarray(1) : chunk;
    this.passesLf = false;
    const pendingBytes = this.pendingBytes + fresh.length;
    if (pendingBytes > this.buffer.length) {
      const larger = new Uint8Array(Math.max(pendingBytes, 2 * this.buffer.length));
      larger.set(this.buffer.subarray(0, this.pendingBytes));
      this.buffer = larger;
    }
    this.buffer.set(fresh, this.pendingBytes);
    this.pendingBytes = pendingBytes;
    this.lastNs = nowNs;
    this.isDue = false;
    this.hasHeard = true;
    trace({ epochNs: this.options.epochNs, trace: this.options.onMessage }, 'received', chunk, nowNs);
    if (pendingBytes > MOST_BYTES) this.connection?.pause();
    this.woken();
  }

  private end(how: 'closed' | 'reset'): void {
    if (this.over === undefined) {
      this.over = how;
      this.endedByServer = { how, owing: this.isDue };
    }
    this.woken();
  }

  private async wake(untilNs: bigint): Promise<void> {
    const { signal } = this.options;
    if (signal?.aborted) throw cancelled();
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.network.timekeeper.wakeAt(untilNs, resolve);
    this.woken = resolve;
    signal?.addEventListener('abort', resolve as () => void, { once: true });
    await promise;
    signal?.removeEventListener('abort', resolve as () => void);
    cancel();
    if (signal?.aborted) throw cancelled();
  }
}

function endOf({ code }: EcholotError): 'closed' | 'reset' {
  return code === 'network' ? 'reset' : 'closed';
}
