/**
 * One connection of a load, from the grant on, whatever carries it: does what it is commanded, and holds the server to
 * what it may say. What breaks the rules ends the flow with an error, and what was seen before that stays.
 */
import { EcholotError } from '../../core/errors.ts';
import {
  encodeMessage,
  LOAD_SPEAKER,
  type LoadEnd,
  type LoadMessage,
  type LoadReport,
} from '../../core/load/load-messages.ts';
import { type LoadHeard, LoadReader } from '../../core/load/load-reader.ts';
import { DataSender, type MessageMaker } from './data-sender.ts';
import type { DataTrain } from './data-train.ts';
import { type DriverOptions, FlowDriver } from './flow-driver.ts';
import type { DataCounts } from './flow-log.ts';
import type { Probe, WrongAnswer } from './probe-ledger.ts';

const EXPECTED = 'the messages of a load';

const WRONG_ANSWERS: Readonly<Record<WrongAnswer, string>> = {
  unsent: 'that was not sent',
  again: 'that it had answered before',
  'out-of-order': 'behind a later one',
};

export interface LoadFlowOptions extends DriverOptions {
  readonly train: DataTrain;
  /** The first connection of the load: what is reported on it is of all streams. */
  readonly isOwner: boolean;
}

export class LoadFlow extends FlowDriver {
  private readonly isOwner: boolean;
  private readonly sender: DataSender;
  private readonly reader = new LoadReader();
  private receivedBytes = 0;
  /** The server was asked to send. */
  private isReceiving = false;
  private peerSentBytes: number | undefined;
  private lastReport: LoadReport | undefined;

  constructor(options: LoadFlowOptions) {
    super(options);
    this.isOwner = options.isOwner;
    this.sender = new DataSender(options.connection, options.timekeeper, options.train);
    // The server reports ten times a second on it, whatever else goes on.
    if (options.isOwner) this.watchSilence(() => true);
  }

  get hasEnded(): boolean {
    return this.isComplete || (this.sender.sentBytes === 0 && !this.isReceiving);
  }

  onBytes(chunk: Uint8Array, nowNs: bigint): void {
    if (this.isOver) return;
    this.noteHeard();
    const atNs = this.log.since(nowNs);
    let answered: Probe | undefined;
    this.reader.push(chunk);
    for (let heard = this.reader.next(); heard !== undefined; heard = this.reader.next()) {
      answered = this.take(heard, atNs);
      if (this.isOver) return;
    }
    if (answered !== undefined && !this.reader.isWithin) this.stampLast(answered, nowNs);
  }

  onDrain(): void {
    if (!this.isOver) this.sender.handleDrained();
  }

  protected get counts(): DataCounts {
    return { sentBytes: this.sender.sentBytes, receivedBytes: this.receivedBytes };
  }

  protected send(bitsPerSecond: number): void {
    this.sender.send(bitsPerSecond);
  }

  protected receive(bitsPerSecond: number): void {
    this.isReceiving = true;
    this.say(() => encodeMessage({ kind: 'begin', bitsPerSecond }));
  }

  protected stop(): void {
    this.sender.end();
    if (this.isComplete) this.complete();
  }

  protected say(make: MessageMaker): void {
    this.sender.say(make);
  }

  protected probeMessage(marker: number): Uint8Array {
    return encodeMessage({ kind: 'marker', marker });
  }

  protected override leave(): void {
    super.leave();
    this.sender.stop();
  }

  /** Both sides have said how much they sent. */
  private get isComplete(): boolean {
    return this.isStopped && this.peerSentBytes !== undefined;
  }

  /** @returns the probe that was answered, if that is what was heard */
  private take(heard: LoadHeard, atNs: number): Probe | undefined {
    switch (heard.kind) {
      case 'data':
        this.takeData(heard.bytes);
        return undefined;
      case 'fault':
        this.refuse('the server sent what is no message of a load', heard.received);
        return undefined;
      case 'answer':
        return this.takeAnswer(heard.marker, heard.residenceNs, atNs);
      case 'kernel-answer':
        if (!this.probes.kernelAnswer(heard.marker, heard.residenceNs, heard.waitNs))
          this.refuseMessage(heard);
        return undefined;
      case 'report':
        this.takeReport(heard, atNs);
        return undefined;
      case 'end':
        this.takeEnd(heard.sentBytes);
        return undefined;
      case 'over':
        this.over(this.isComplete ? undefined : endError(heard.reason), heard.reason, this.peerSentBytes);
        return undefined;
      case 'begin':
      case 'marker':
        this.refuseMessage(heard);
        return undefined;
    }
  }

  private takeData(bytes: number): void {
    if (!this.isReceiving) this.refuse('the server sent data that nobody asked for', 'd ...');
    else if (this.peerSentBytes !== undefined) this.refuse('the server sent data behind its end', 'd ...');
    else this.receivedBytes += bytes;
  }

  private takeAnswer(marker: number, residenceNs: number, atNs: number): Probe | undefined {
    const probe = this.probes.answer(marker, atNs, residenceNs);
    if (typeof probe !== 'string') return probe;
    this.refuse(`the server answered a marker ${WRONG_ANSWERS[probe]}`, `a ${marker}`);
    return undefined;
  }

  private takeReport(report: LoadReport, atNs: number): void {
    const { receivedBytes, clockNs, cpuMillionths } = report;
    const { lastReport, sender } = this;
    const text = `r ${receivedBytes} ${clockNs}`;
    if (receivedBytes < (lastReport?.receivedBytes ?? 0) || clockNs < (lastReport?.clockNs ?? 0)) {
      this.refuse('the server reported less than before', text);
    } else if (!this.isOwner && receivedBytes > sender.sentBytes) {
      this.refuse(`the server reported more than it was sent, ${sender.sentBytes} bytes`, text);
    } else {
      this.lastReport = report;
      this.log.report({ atNs, receivedBytes, peerClockNs: clockNs, peerCpuMillionths: cpuMillionths });
    }
  }

  private takeEnd(sentBytes: number): void {
    const text = `e ${sentBytes}`;
    if (this.peerSentBytes !== undefined) {
      this.refuse('the server ended its data twice', text);
    } else if (sentBytes !== this.receivedBytes) {
      this.refuse(`the server says it sent other than the ${this.receivedBytes} bytes that came`, text);
    } else {
      this.peerSentBytes = sentBytes;
      if (this.isComplete) this.complete();
    }
  }

  private complete(): void {
    const { lastReport, sender } = this;
    // What it has read must be what it was sent: nothing is lost in a stream.
    if (!this.isOwner && (lastReport?.receivedBytes ?? 0) !== sender.sentBytes) {
      const told = lastReport === undefined ? 'no report' : `r ${lastReport.receivedBytes}`;
      this.refuse(`the server received other than the ${sender.sentBytes} bytes that it was sent`, told);
      return;
    }
    this.finish(this.peerSentBytes);
  }

  private refuseMessage(message: LoadMessage): void {
    const isClients = LOAD_SPEAKER[message.kind] === 'client';
    const what = isClients ? 'what only a client says' : 'what it was not asked for';
    this.refuse(`the server said ${what}`, new TextDecoder().decode(encodeMessage(message)).trimEnd());
  }

  private refuse(what: string, received: string): void {
    this.breakOff(what, EXPECTED, received);
  }
}

function endError(reason: LoadEnd): EcholotError {
  switch (reason) {
    case 'time':
      return new EcholotError('limit', 'the server ended the load: the time that it granted is over');
    case 'rules':
      return new EcholotError('peer', 'the server ended the load: it says that the client broke its rules');
    case 'shutdown':
      return new EcholotError('peer', 'the server ended the load: it is closing');
    case 'done':
      return new EcholotError('peer', 'the server ended the load: it takes the client for gone');
  }
}
