/**
 * One connection to any echo server: bytes of its own go out without waiting for the echo of those before, so many at
 * most on their way, and each that comes back is compared. A probe is a position in the stream: sent when its last
 * byte was handed over, answered when that is back.
 */
import { adviceOnForeign, foreignServer } from '../../core/client/foreign-server.ts';
import { printable } from '../../core/wire/grammar.ts';
import { verdictOf } from '../../core/wire/status.ts';
import { DataSender, type MessageMaker } from './data-sender.ts';
import type { EchoBytes } from './echo-bytes.ts';
import { type DriverOptions, FlowDriver } from './flow-driver.ts';
import type { DataCounts } from './flow-log.ts';
import type { Probe } from './probe-ledger.ts';

/** What a probe is beside data, or between two frames of it. */
const PROBE_BYTES = 16;
/** So many frames at least fill what may be under way: with fewer, much of it would be room for the next. */
const FRAMES_UNDER_WAY = 16;
/** As large as pays for a sender. */
const MAX_FRAME_BYTES = 256 * 1024;

export interface EchoFlowOptions extends DriverOptions {
  readonly bytes: EchoBytes;
  /** Data beyond its echo, at most, but for probes. */
  readonly bytesUnderWay: number;
  /** The connection of the probes beside the data, which tells whether the server is there. */
  readonly isOwner: boolean;
}

export class EchoFlow extends FlowDriver {
  private readonly bytes: EchoBytes;
  private readonly bytesUnderWay: number;
  private readonly maxFrameBytes: number;
  private readonly sender: DataSender;
  /** Probes whose echo is under way, each with the position behind it. */
  private readonly underWay: { readonly marker: number; readonly endBytes: number }[] = [];
  private sentBytes = 0;
  private receivedBytes = 0;
  /** The connection takes no more for now. */
  private isStuck = false;
  /** Where the data ends; undefined before that is known. */
  private endBytes: number | undefined;
  private isComplete = false;

  constructor(options: EchoFlowOptions) {
    super(options);
    const { connection, timekeeper, bytes, bytesUnderWay } = options;
    this.bytes = bytes;
    this.bytesUnderWay = bytesUnderWay;
    this.maxFrameBytes = Math.min(Math.max(1, Math.floor(bytesUnderWay / FRAMES_UNDER_WAY)), MAX_FRAME_BYTES);
    // To its sender, a flow with enough under way is a connection that takes no more.
    const gate = { tcp: connection.tcp, write: (piece: Uint8Array) => this.write(piece) };
    const source = { frame: (length: number) => bytes.at(this.sentBytes, length) };
    this.sender = new DataSender(gate, timekeeper, source, { maxFrameBytes: this.maxFrameBytes });
    // An echo that has all come back owes nothing.
    if (options.isOwner) this.watchSilence(() => this.receivedBytes < this.sentBytes);
  }

  get hasEnded(): boolean {
    return this.receivedBytes === this.sentBytes;
  }

  onBytes(chunk: Uint8Array, nowNs: bigint): void {
    if (this.isOver) return;
    const beyond = this.receivedBytes + chunk.length - this.sentBytes;
    if (beyond > 0 || !this.bytes.isAt(this.receivedBytes, chunk)) {
      this.refuse(chunk, beyond > 0 ? 'more than it was sent' : 'other bytes than it was sent');
      return;
    }
    this.noteHeard();
    this.receivedBytes += chunk.length;
    const answered = this.takeProbes(this.log.since(nowNs));
    if (answered !== undefined) this.stampLast(answered, nowNs);
    this.proceed();
    this.lookForEnd();
  }

  onDrain(): void {
    this.isStuck = false;
    if (!this.isOver) this.proceed();
  }

  protected get counts(): DataCounts {
    return { sentBytes: this.sentBytes, receivedBytes: this.receivedBytes };
  }

  protected send(bitsPerSecond: number): void {
    this.sender.send(bitsPerSecond);
  }

  /** An echo comes by itself. */
  protected receive(): void {}

  protected stop(): void {
    this.sender.stop();
    this.endBytes = this.sentBytes;
    this.lookForEnd();
  }

  protected say(make: MessageMaker): void {
    this.sender.say(make);
  }

  protected probeMessage(marker: number): Uint8Array {
    this.underWay.push({ marker, endBytes: this.sentBytes + PROBE_BYTES });
    return this.bytes.at(this.sentBytes, PROBE_BYTES);
  }

  protected override leave(): void {
    super.leave();
    this.sender.stop();
  }

  /** What has never echoed is called what it is, where its first bytes say so. */
  private refuse(chunk: Uint8Array, sent: string): void {
    const isFirst = this.receivedBytes === 0;
    const foreign = isFirst ? foreignServer(chunk) : undefined;
    const tell = (what: string, advice?: string): void =>
      this.breakOff(what, 'what it was sent', printable(chunk), advice);
    if (foreign !== undefined)
      tell(`this is ${foreign}, no echo server`, adviceOnForeign(foreign, 'check the port'));
    else if (isFirst && verdictOf(chunk) === 'stop')
      tell('this server speaks a measurement protocol, and is no plain echo server', 'leave out --echo');
    else tell(`the server sent back ${sent}`);
  }

  /** @returns whether more may follow at once */
  private write(piece: Uint8Array): boolean {
    this.sentBytes += piece.length;
    if (!this.connection.write(piece)) this.isStuck = true;
    return this.mayProceed;
  }

  private get mayProceed(): boolean {
    const underWay = this.sentBytes - this.receivedBytes;
    return !this.isStuck && underWay + this.maxFrameBytes <= this.bytesUnderWay;
  }

  private proceed(): void {
    if (this.mayProceed) this.sender.handleDrained();
  }

  /** @returns the probe whose last byte was the last that came */
  private takeProbes(atNs: number): Probe | undefined {
    let last: Probe | undefined;
    for (let next = this.underWay[0]; next !== undefined; next = this.underWay[0]) {
      if (next.endBytes > this.receivedBytes) break;
      this.underWay.shift();
      const probe = this.probes.answer(next.marker, atNs, Number.NaN);
      if (probe !== undefined && typeof probe !== 'string' && next.endBytes === this.receivedBytes)
        last = probe;
    }
    return last;
  }

  private lookForEnd(): void {
    if (this.isComplete || this.endBytes === undefined || this.receivedBytes < this.endBytes) return;
    this.isComplete = true;
    this.finish(undefined);
  }
}
