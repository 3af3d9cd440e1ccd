/**
 * Sends data over a connection, as fast as it takes it or at a rate, and lets messages pass between two frames: a
 * marker then waits for what the kernel has taken already, which is kept to a few milliseconds where that can be
 * (TCP_NOTSENT_LOWAT), and for no more. Both ends of a load send by it.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import { encodeMessage, MAX_DATA_BYTES } from '../../core/load/load-messages.ts';
import type { Connection } from '../connection.ts';

const NS_PER_S = 1_000_000_000;
const BITS_PER_BYTE = 8;
/** What a sender may have ready in its kernel ahead of the network: long enough for a program to wake up. */
const BACKLOG_S = 0.005;
/** Below it the kernel would have nothing to send while the program wakes up. */
const MIN_BACKLOG_BYTES = 4 * 1024;
/** Where the backlog is less, the kernel paces in gusts: it has two packets under way at least. */
const KERNEL_PACED_BYTES = 8 * 1024;
/** Above it a bound does nothing but wake the program up. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;
/** Below it the kernel keeps to the bound only where its word is awaited: it adds up to 64 KiB otherwise. */
const TIGHT_BACKLOG_BYTES = 256 * 1024;
/**
 * How often it is looked for room that is not told of, ns: the kernel tells only once a third of the whole send buffer is
 * free, and on a long path what is under way fills more of it. Shorter than half of the backlog lasts.
 */
const LOOK_NS = 2_000_000n;
/** Frames are powers of two between these. */
const MIN_FRAME_BYTES = 256;
/** And no shorter than this where no rate asks for it. */
const USUAL_FRAME_BYTES = 4 * 1024;
const MAX_FRAME_BYTES: number = MAX_DATA_BYTES;
/** A frame is about this share of the backlog. */
const FRAMES_PER_BACKLOG = 2;
/** At a rate that the program keeps itself a frame is no more than what is due in this time, s: else data comes in gusts. */
const PACED_FRAME_S = 0.01;
/** How often the rate is looked at, ns. */
const ADAPT_NS = 50_000_000n;
/** Handed over in one go, before others of the thread have their turn. */
const MAX_BURST_BYTES = 1024 * 1024;
/** How much of what it could not send in time a program that keeps a rate itself makes up for, s: it wakes up late. */
const BUCKET_S = 0.02;

/** What is written to. */
export type DataSink = Pick<Connection, 'write' | 'tcp'>;

/** What is sent: a frame with so much payload, to be written as it is. */
export interface FrameSource {
  frame(payloadBytes: number): Uint8Array;
}

/** What several senders share. */
export interface SharedBound {
  /** Asked before so much is sent. @returns the moment to ask again; undefined when it may be sent now, and counts */
  waitFor(bytes: number, nowNs: bigint): bigint | undefined;
}

export interface SenderBounds extends Partial<SharedBound> {
  readonly maxFrameBytes?: number;
}

/** A message that is made just before it is written; undefined where it is not wanted any more. */
export type MessageMaker = () => Uint8Array | undefined;

export class DataSender {
  /** Payload of data handed to the connection, bytes. */
  sentBytes = 0;
  private readonly connection: DataSink;
  private readonly timekeeper: Timekeeper;
  private readonly train: FrameSource;
  private readonly bounds: SenderBounds;
  private readonly maxFrameBytes: number;
  private readonly messages: MessageMaker[] = [];
  private isSending = false;
  /** What was written last is not out yet. */
  private isStuck = false;
  /** As much is ready as should be: no frame for now, only messages. */
  private isFull = false;
  /** A little too much in the kernel would be long to wait for. */
  private isTight = false;
  /** What may wait in the kernel. */
  private backlogBytes = MIN_BACKLOG_BYTES;
  private frameBytes: number;
  /** Kept by the program, where the kernel does not; undefined for no bound. */
  private bytesPerSecond: number | undefined;
  private dueNs = 0n;
  /** When it is looked for room again. */
  private lookNs = 0n;
  private adaptedNs = 0n;
  private adaptedBytes = 0;
  private cancelWake: (() => void) | undefined;
  private isWritingMessages = false;

  constructor(connection: DataSink, timekeeper: Timekeeper, train: FrameSource, bounds: SenderBounds = {}) {
    const { maxFrameBytes = MAX_FRAME_BYTES } = bounds;
    this.connection = connection;
    this.timekeeper = timekeeper;
    this.train = train;
    this.bounds = bounds;
    this.maxFrameBytes = maxFrameBytes;
    this.frameBytes = Math.min(MIN_FRAME_BYTES, maxFrameBytes);
  }

  /** Sends data from now on, or goes on at another rate. @param bitsPerSecond 0 for as fast as can be */
  send(bitsPerSecond: number): void {
    const { connection } = this;
    const wanted = bitsPerSecond === 0 ? undefined : bitsPerSecond / BITS_PER_BYTE;
    // What the kernel has ready at least would last it for long, and markers and the end of the data would wait behind it.
    const isSlow = wanted !== undefined && wanted * BACKLOG_S < KERNEL_PACED_BYTES;
    const isPaced = connection.tcp?.pace(isSlow ? undefined : wanted) === true && !isSlow;
    const nowNs = this.timekeeper.nowNs();
    this.changeRate(isPaced ? undefined : wanted, nowNs);
    if (!this.isSending) {
      this.isSending = true;
      this.adaptedNs = nowNs;
      this.adaptedBytes = this.sentBytes;
      this.fit((wanted ?? 0) * BACKLOG_S);
    } else if (wanted !== undefined) {
      // A frame of the rate before may be long at this one.
      this.frameBytes = this.frameOf(Math.min(this.frameBytes, wanted * PACED_FRAME_S));
    }
    this.pump();
  }

  /** No frame follows the one under way. */
  stop(): void {
    this.isSending = false;
    this.cancelWake?.();
    this.cancelWake = undefined;
  }

  /** Ends the data and says how much it was, behind its last byte. */
  end(): void {
    this.stop();
    this.say(() => encodeMessage({ kind: 'end', sentBytes: this.sentBytes }));
  }

  /** Writes a message as soon as the frame under way is out; `make` is called just before, so that it can tell when. */
  say(make: MessageMaker): void {
    this.messages.push(make);
    this.pump();
  }

  /** All that was said or sent has been taken by the kernel. */
  get isClear(): boolean {
    return !this.isStuck && this.messages.length === 0;
  }

  /** What the connection had to queue is out. */
  handleDrained(): void {
    this.isFull = this.isStuck && this.isTight && this.isSending && !this.hasRoom();
    this.isStuck = false;
    if (this.isFull) this.awaitRoom();
    this.pump();
  }

  private pump(): void {
    if (this.isWritingMessages) return;
    let burst = 0;
    while (!this.isStuck) {
      if (this.messages.length > 0) {
        this.writeMessages();
        continue;
      }
      if (!this.isSending) return;
      const nowNs = this.timekeeper.nowNs();
      if (this.isFull) {
        if (nowNs < this.lookNs) return;
        if (!this.hasRoom()) {
          this.lookAgain(nowNs);
          return;
        }
        this.isFull = false;
      }
      if (nowNs - this.adaptedNs >= ADAPT_NS) this.adapt(nowNs);
      const isPaced = this.bytesPerSecond !== undefined && nowNs < this.dueNs;
      if (isPaced || burst >= MAX_BURST_BYTES) {
        this.wakeAt(isPaced ? this.dueNs : nowNs);
        return;
      }
      const againNs = this.bounds.waitFor?.(this.frameBytes, nowNs);
      if (againNs !== undefined) {
        this.wakeAt(againNs);
        return;
      }
      this.writeFrame(nowNs);
      burst += this.frameBytes;
    }
  }

  private writeMessages(): void {
    // Whoever makes a message may say another one.
    this.isWritingMessages = true;
    for (let make = this.messages.shift(); make !== undefined; make = this.messages.shift()) {
      const message = make();
      if (message !== undefined && !this.connection.write(message)) this.isStuck = true;
    }
    this.isWritingMessages = false;
  }

  private writeFrame(nowNs: bigint): void {
    const { frameBytes, bytesPerSecond } = this;
    this.sentBytes += frameBytes;
    if (bytesPerSecond !== undefined) {
      const aheadNs = BigInt(Math.round(BUCKET_S * NS_PER_S));
      if (this.dueNs < nowNs - aheadNs) this.dueNs = nowNs - aheadNs;
      this.dueNs += BigInt(Math.ceil((frameBytes * NS_PER_S) / bytesPerSecond));
    }
    if (!this.connection.write(this.train.frame(frameBytes))) {
      this.isStuck = true;
      if (this.isTight) this.lookAgain(nowNs);
    } else if (this.isTight && !this.hasRoom()) this.awaitRoom();
  }

  /** What was sent ahead of one rate is ahead of the next one too: whoever asks often gets no more. */
  private changeRate(wanted: number | undefined, nowNs: bigint): void {
    const aheadBytes = (Number(this.dueNs - nowNs) * (this.bytesPerSecond ?? 0)) / NS_PER_S;
    this.bytesPerSecond = wanted;
    const aheadNs = wanted === undefined ? 0 : Math.ceil((Math.max(0, aheadBytes) * NS_PER_S) / wanted);
    this.dueNs = nowNs + BigInt(aheadNs);
  }

  private awaitRoom(): void {
    this.isFull = true;
    this.lookAgain(this.timekeeper.nowNs());
    this.connection.tcp?.awaitRoom();
  }

  /** Room that was found has been told of, and used, when this returns. */
  private retry(): void {
    this.connection.tcp?.retry();
    if (this.isStuck && this.isTight && this.isSending) this.lookAgain(this.timekeeper.nowNs());
  }

  private lookAgain(nowNs: bigint): void {
    this.lookNs = nowNs + LOOK_NS;
    this.wakeAt(this.lookNs);
  }

  /** Whether half of the backlog is free, by the kernel's word. */
  private hasRoom(): boolean {
    const unsentBytes = this.connection.tcp?.facts()?.unsentBytes ?? null;
    return unsentBytes !== null && unsentBytes <= this.backlogBytes / 2;
  }

  /** Keeps what waits in the kernel, and the frames, to a few milliseconds of what the connection carries. */
  private adapt(nowNs: bigint): void {
    const seconds = Number(nowNs - this.adaptedNs) / NS_PER_S;
    this.fit(((this.sentBytes - this.adaptedBytes) / seconds) * BACKLOG_S);
    this.adaptedNs = nowNs;
    this.adaptedBytes = this.sentBytes;
  }

  private fit(backlogBytes: number): void {
    const bounded = Math.min(Math.max(backlogBytes, MIN_BACKLOG_BYTES), MAX_BACKLOG_BYTES);
    const { tcp } = this.connection;
    const isBounded = tcp?.boundUnsent(bounded >= MAX_BACKLOG_BYTES ? undefined : Math.round(bounded));
    this.isTight = isBounded === true && bounded < TIGHT_BACKLOG_BYTES;
    this.backlogBytes = bounded;
    const dueBytes = (this.bytesPerSecond ?? Number.POSITIVE_INFINITY) * PACED_FRAME_S;
    // Shorter ones than that make packets that are mostly headers; only a slow rate is worth them.
    const usualBytes = Math.max(bounded / FRAMES_PER_BACKLOG, USUAL_FRAME_BYTES);
    this.frameBytes = this.frameOf(Math.min(usualBytes, dueBytes));
    tcp?.fix(this.train.frame(this.frameBytes));
  }

  /** The longest frame that is no longer. */
  private frameOf(bytes: number): number {
    const frame = 2 ** Math.floor(Math.log2(bytes));
    return Math.min(Math.max(frame, MIN_FRAME_BYTES), this.maxFrameBytes);
  }

  private wakeAt(atNs: bigint): void {
    this.cancelWake?.();
    this.cancelWake = this.timekeeper.wakeAt(atNs, () => {
      this.cancelWake = undefined;
      if (this.isStuck) this.retry();
      else this.pump();
    });
  }
}
