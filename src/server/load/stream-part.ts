/**
 * A connection of a load that carries data, in either direction or both. The granted rate is that of all streams of a
 * direction together: each has an even share of it, which changes with their number.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import { encodeMessage, type LoadEnd } from '../../core/load/load-messages.ts';
import type { ClientHeard } from '../../core/load/load-rules.ts';
import { lowerRate } from '../../core/load/rate-bound.ts';
import type { Connection } from '../../net/connection.ts';
import { DataSender } from '../../net/flow/data-sender.ts';
import type { DataTrain } from '../../net/flow/data-train.ts';
import { type LoadPart, MAX_UNREAD_ANSWERS } from './load-part.ts';
import type { ProcessorShare } from './processor-share.ts';
import type { SharedLoad } from './shared-load.ts';

const BITS_PER_BYTE = 8;
const NS_PER_S = 1_000_000_000;
/** A client that keeps the rate by its own clock is not stopped for a little more; nor is a stream that sends. */
export const TOLERANCE = 1.02;
/** And for what its path, or this program, had held up. */
export const BURST_NS = 100_000_000n;

export class StreamPart implements LoadPart {
  answered = 0;
  private readonly connection: Connection;
  private readonly timekeeper: Timekeeper;
  private readonly load: SharedLoad;
  private readonly processor: ProcessorShare;
  private readonly sender: DataSender;
  private readonly grantedBitsPerSecond: number;
  private receivedBytes = 0;
  /** What of it and of what was sent all members know. */
  private tallied = { receivedBytes: 0, sentBytes: 0 };
  private isReceiving = false;
  /** What the client asks for; undefined while nothing is sent. */
  private askedBitsPerSecond: number | undefined;
  private sentAtBitsPerSecond = 0;
  /** Answers, and whether a report, that wait for the data before them. */
  private unsaid = 0;
  private isReporting = false;
  private cancelPause: (() => void) | undefined;

  constructor(
    connection: Connection,
    timekeeper: Timekeeper,
    load: SharedLoad,
    processor: ProcessorShare,
    train: DataTrain,
  ) {
    this.connection = connection;
    this.timekeeper = timekeeper;
    this.load = load;
    this.processor = processor;
    this.grantedBitsPerSecond = load.get('bitsPerSecond');
    this.sender = new DataSender(connection, timekeeper, train, {
      waitFor: (bytes, nowNs) => this.waitForRate(bytes, nowNs),
    });
    // One that joins brings no freedom of its own.
    this.keepRate(0, timekeeper.nowNs());
  }

  get isClear(): boolean {
    return this.sender.isClear;
  }

  take(heard: ClientHeard, nowNs: bigint): void {
    switch (heard.kind) {
      case 'data':
        this.receive(heard.bytes, nowNs);
        break;
      case 'marker':
        this.answer(heard.marker, nowNs);
        break;
      case 'begin':
        this.begin(heard.bitsPerSecond);
        break;
      case 'end':
        this.end();
        break;
    }
  }

  tick(): void {
    this.tally();
    if (this.isReceiving && !this.isReporting) this.report();
    if (this.askedBitsPerSecond !== undefined) this.adjust(this.askedBitsPerSecond);
  }

  drained(): void {
    this.sender.handleDrained();
  }

  finish(reason: LoadEnd): void {
    this.drop();
    this.sender.say(() => encodeMessage({ kind: 'over', reason }));
  }

  drop(): void {
    this.settle();
    this.sender.stop();
    this.cancelPause?.();
  }

  private receive(bytes: number, nowNs: bigint): void {
    this.isReceiving = true;
    this.receivedBytes += bytes;
    this.keepRate(bytes, nowNs);
  }

  /** Reads on only when what all streams have received is within their rate. */
  private keepRate(bytes: number, nowNs: bigint): void {
    if (this.grantedBitsPerSecond === 0) return;
    const untilNs = this.load.receive(this.leastNs(bytes), nowNs) - BURST_NS;
    if (untilNs <= nowNs) return;
    this.connection.pause();
    this.cancelPause?.();
    this.cancelPause = this.timekeeper.wakeAt(untilNs, () => this.connection.resume());
  }

  /** Shares change ten times a second, and streams come and go: the sum holds at every moment. */
  private waitForRate(bytes: number, nowNs: bigint): bigint | undefined {
    if (this.grantedBitsPerSecond === 0) return undefined;
    return this.load.send(this.leastNs(bytes), BURST_NS, nowNs);
  }

  /** How long so much takes at least at the granted rate. */
  private leastNs(bytes: number): bigint {
    const bytesPerSecond = (this.grantedBitsPerSecond * TOLERANCE) / BITS_PER_BYTE;
    return BigInt(Math.ceil((bytes * NS_PER_S) / bytesPerSecond));
  }

  private answer(marker: number, readNs: bigint): void {
    if (this.unsaid >= MAX_UNREAD_ANSWERS) return;
    this.unsaid++;
    this.answered++;
    this.sender.say(() => {
      this.unsaid--;
      return encodeMessage({
        kind: 'answer',
        marker,
        residenceNs: Number(this.timekeeper.nowNs() - readNs),
      });
    });
  }

  private begin(bitsPerSecond: number): void {
    if (this.askedBitsPerSecond === undefined) this.load.add('senders', 1);
    this.askedBitsPerSecond = bitsPerSecond;
    this.sentAtBitsPerSecond = -1;
    this.adjust(bitsPerSecond);
  }

  /** Sends at its share, where that has changed. */
  private adjust(asked: number): void {
    const share = Math.ceil(this.grantedBitsPerSecond / Math.max(1, this.load.get('senders')));
    const bitsPerSecond = lowerRate(asked, share);
    if (bitsPerSecond === this.sentAtBitsPerSecond) return;
    this.sentAtBitsPerSecond = bitsPerSecond;
    this.sender.send(bitsPerSecond);
  }

  private end(): void {
    const hasReceived = this.isReceiving;
    this.settle();
    if (hasReceived) this.report();
    this.sender.end();
  }

  private report(): void {
    this.isReporting = true;
    this.sender.say(() => {
      this.isReporting = false;
      return encodeMessage({
        kind: 'report',
        receivedBytes: this.receivedBytes,
        clockNs: Number(this.timekeeper.nowNs()),
        cpuMillionths: this.processor.take(),
      });
    });
  }

  /** It is none of those that share a rate any more. */
  private settle(): void {
    this.tally();
    if (this.askedBitsPerSecond !== undefined) this.load.add('senders', -1);
    this.isReceiving = false;
    this.askedBitsPerSecond = undefined;
  }

  private tally(): void {
    const { receivedBytes, tallied } = this;
    const { sentBytes } = this.sender;
    this.load.add('receivedBytes', receivedBytes - tallied.receivedBytes);
    this.load.add('sentBytes', sentBytes - tallied.sentBytes);
    this.tallied = { receivedBytes, sentBytes };
  }
}
