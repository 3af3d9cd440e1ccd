/** A client's connection without a network, in virtual time: what it says is handed over piece by piece. */
import type { Timekeeper } from '../src/clock/clock.ts';
import { EcholotError } from '../src/core/errors.ts';
import type { Endpoint } from '../src/facts/connection.ts';
import type { Connection, ConnectionHandler } from '../src/net/connection.ts';
import type { Accept } from '../src/net/listener.ts';
import { type FuzzInput, type Leaving, latin1 } from './input.ts';

/** How long the network takes for what there was no room for. */
const DRAIN_NS = 1_000_000n;
/** What the network scribbles over a chunk that was handled: whoever keeps a view of it is found out. */
const SCRIBBLE = 0xff;
/** One for all: its stack costs more than a connection. */
const RESET = new EcholotError('network', 'connection reset by the peer');
const ENDPOINT: Endpoint = { address: '127.0.0.1', port: 40_000, family: 4 };

export class PretendConnection implements Connection {
  readonly local: Endpoint = ENDPOINT;
  readonly remote: Endpoint = ENDPOINT;
  readonly tellsSent = true;
  /** The server knows of its end. */
  isClosed = false;
  answer = '';
  private readonly timekeeper: Timekeeper;
  private readonly roomBytes: number;
  private readonly handler: ConnectionHandler;
  private readonly pieces: Uint8Array[] = [];
  private leaving: Leaving = 'silence';
  private isPaused = false;
  private isPumping = false;
  private hasLeft = false;
  private hasServerEnded = false;
  private isGone = false;
  /** What there was no room for: it is looked at when it leaves, so that whoever overwrites it is found out. */
  private queue: Uint8Array[] = [];
  private queuedBytes = 0;

  /** @param roomBytes what the network takes at once */
  constructor(timekeeper: Timekeeper, accept: Accept, roomBytes: number) {
    this.timekeeper = timekeeper;
    this.roomBytes = roomBytes;
    this.handler = accept(this);
  }

  /** Says these pieces, and leaves. */
  say({ pieces, leaving }: Pick<FuzzInput, 'pieces' | 'leaving'>): void {
    for (const piece of pieces) this.pieces.push(piece);
    this.leaving = leaving;
    this.pump();
  }

  write(bytes: Uint8Array): boolean {
    if (this.isGone || this.hasServerEnded) return true;
    this.queue.push(bytes);
    this.queuedBytes += bytes.length;
    if (this.queuedBytes <= this.roomBytes) {
      this.empty();
      return true;
    }
    this.timekeeper.wakeAt(this.timekeeper.nowNs() + DRAIN_NS, () => {
      if (this.queue.length === 0 || this.isGone) return;
      this.empty();
      this.handler.onDrain();
    });
    return false;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.timekeeper.wakeAt(this.timekeeper.nowNs(), () => this.pump());
  }

  end(): void {
    this.hasServerEnded = true;
    this.finishWhenBothHaveEnded();
  }

  close(): void {
    this.end();
    this.finish(undefined);
  }

  destroy(): void {
    this.finish(undefined);
  }

  private empty(): void {
    for (const bytes of this.queue) this.answer += latin1(bytes);
    this.queue = [];
    this.queuedBytes = 0;
  }

  private pump(): void {
    if (this.isPumping) return;
    this.isPumping = true;
    while (!this.isPaused && !this.isGone && this.pieces.length > 0) {
      const chunk = new Uint8Array(this.pieces.shift() as Uint8Array);
      this.handler.onBytes(chunk, this.timekeeper.nowNs());
      // What could not leave at once may still be a view of it.
      if (this.queue.length === 0) chunk.fill(SCRIBBLE);
    }
    this.isPumping = false;
    if (!this.isPaused && !this.isGone && !this.hasLeft && this.pieces.length === 0) this.leave();
  }

  private leave(): void {
    if (this.leaving === 'silence') return;
    this.hasLeft = true;
    if (this.leaving === 'reset') {
      this.finish(RESET);
      return;
    }
    this.handler.onEnd();
    this.finishWhenBothHaveEnded();
  }

  private finishWhenBothHaveEnded(): void {
    if (this.hasLeft && this.hasServerEnded) this.finish(undefined);
  }

  private finish(error: EcholotError | undefined): void {
    if (this.isGone) return;
    this.empty();
    this.isGone = true;
    // As in a real network, the news comes after the call that caused it.
    this.timekeeper.wakeAt(this.timekeeper.nowNs(), () => {
      this.isClosed = true;
      this.handler.onClose(error);
    });
  }
}
