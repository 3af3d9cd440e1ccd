/**
 * One connection of a load, from the grant on, whatever carries it: does what it is commanded, and holds the server to
 * what it may say. What breaks the rules ends the flow with an error, and what was seen before that stays.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import { EcholotError } from '../../core/errors.ts';
import {
  encodeMessage,
  LOAD_SPEAKER,
  type LoadEnd,
  type LoadMessage,
  type LoadReport,
} from '../../core/load/load-messages.ts';
import { type LoadHeard, LoadReader } from '../../core/load/load-reader.ts';
import type { Connection } from '../connection.ts';
import { DataSender } from './data-sender.ts';
import type { DataTrain } from './data-train.ts';
import type { FlowCommand, FlowListener } from './flow.ts';
import type { FlowDriver } from './flow-driver.ts';
import { FlowLog } from './flow-log.ts';
import { type Probe, ProbeLedger } from './probe-ledger.ts';
import { ProbeSchedule } from './probe-schedule.ts';

const NS_PER_MS = 1_000_000;

export interface LoadFlowOptions {
  readonly connection: Connection;
  readonly timekeeper: Timekeeper;
  readonly train: DataTrain;
  readonly listener: FlowListener;
  readonly epochNs: bigint;
  /** How long the server may take for its last word, once it was asked to stop, ns. */
  readonly timeoutNs: number;
  /** The first connection of the load: what is reported on it is of all streams. */
  readonly isOwner: boolean;
}

export class LoadFlow implements FlowDriver {
  private readonly options: LoadFlowOptions;
  private readonly sender: DataSender;
  private readonly reader = new LoadReader();
  private readonly probes = new ProbeLedger();
  private readonly log: FlowLog;
  private readonly schedule: ProbeSchedule;
  private receivedBytes = 0;
  /** The server was asked to send. */
  private isReceiving = false;
  /** Our own end was said. */
  private isStopped = false;
  private peerSentBytes: number | undefined;
  private lastReport: LoadReport | undefined;
  private reason: LoadEnd | undefined;
  /** Nothing is said or heard any more. */
  private isOver = false;
  private isSaying = false;
  private cancelPatience: (() => void) | undefined;

  constructor(options: LoadFlowOptions) {
    const { connection, timekeeper, train, listener, epochNs } = options;
    this.options = options;
    this.sender = new DataSender(connection, timekeeper, train);
    this.log = new FlowLog({
      timekeeper,
      epochNs,
      listener,
      probes: this.probes,
      counts: () => ({ sentBytes: this.sender.sentBytes, receivedBytes: this.receivedBytes }),
      tcp: () => connection.tcp?.facts(),
    });
    this.schedule = new ProbeSchedule(
      timekeeper,
      epochNs,
      (dueNs) => this.probes.due(dueNs),
      () => this.sendMarkers(),
    );
  }

  get hasEnded(): boolean {
    return this.isComplete || (this.sender.sentBytes === 0 && !this.isReceiving);
  }

  command(command: FlowCommand): void {
    if (this.isOver) return;
    switch (command.kind) {
      case 'send':
        if (!this.isStopped) this.sender.send(command.bitsPerSecond);
        return;
      case 'receive':
        this.isReceiving = true;
        this.sender.say(() => encodeMessage({ kind: 'begin', bitsPerSecond: command.bitsPerSecond }));
        return;
      case 'probe':
        this.schedule.start(command.startNs, command.intervalNs);
        return;
      case 'rest':
        this.schedule.stop();
        return;
      case 'stop':
        this.stop();
        return;
    }
  }

  close(): void {
    this.leave();
    this.log.close();
  }

  onBytes(chunk: Uint8Array, nowNs: bigint): void {
    if (this.isOver) return;
    const atNs = this.log.since(nowNs);
    let answered: Probe | undefined;
    this.reader.push(chunk);
    for (let heard = this.reader.next(); heard !== undefined; heard = this.reader.next()) {
      answered = this.take(heard, atNs);
      if (this.isOver) return;
    }
    // The kernel's stamp is of the last bytes that were read.
    if (answered === undefined || this.reader.isWithin) return;
    const { connection, epochNs } = this.options;
    const sentNs = epochNs + BigInt(answered.sentNs);
    answered.layers = connection.marks?.layersOf(answered.index, sentNs, nowNs);
  }

  onDrain(): void {
    if (!this.isOver) this.sender.handleDrained();
  }

  onEnd(): void {
    this.over(
      new EcholotError('peer', 'the server closed the connection in the middle of the load', {
        expected: 'its end of the data',
        received: 'nothing',
      }),
    );
  }

  onClose(error: EcholotError | undefined): void {
    if (error === undefined) this.onEnd();
    else this.over(error);
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
        this.breakOff('the server sent what is no message of a load', heard.received);
        return undefined;
      case 'answer':
        return this.takeAnswer(heard.marker, heard.residenceNs, atNs);
      case 'kernel-answer':
        if (!this.probes.kernelAnswer(heard.marker, heard.residenceNs, heard.waitNs)) this.breakRule(heard);
        return undefined;
      case 'report':
        this.takeReport(heard, atNs);
        return undefined;
      case 'end':
        this.takeEnd(heard.sentBytes);
        return undefined;
      case 'over':
        this.takeOver(heard.reason);
        return undefined;
      case 'begin':
      case 'marker':
        this.breakRule(heard);
        return undefined;
    }
  }

  private takeData(bytes: number): void {
    if (!this.isReceiving) this.breakOff('the server sent data that nobody asked for', 'd ...');
    else if (this.peerSentBytes !== undefined) this.breakOff('the server sent data behind its end', 'd ...');
    else this.receivedBytes += bytes;
  }

  private takeAnswer(marker: number, residenceNs: number, atNs: number): Probe | undefined {
    const probe = this.probes.answer(marker, atNs, residenceNs);
    if (probe !== 'wrong') return probe;
    this.breakOff('the server answered a marker that was not sent', `a ${marker}`);
    return undefined;
  }

  private takeReport(report: LoadReport, atNs: number): void {
    const { receivedBytes, clockNs, cpuMillionths } = report;
    const { lastReport } = this;
    const goesBack =
      lastReport !== undefined && (receivedBytes < lastReport.receivedBytes || clockNs < lastReport.clockNs);
    if (goesBack) {
      this.breakOff('the server reported less than before', `r ${receivedBytes} ${clockNs}`);
      return;
    }
    if (!this.options.isOwner && receivedBytes > this.sender.sentBytes) {
      const what = `the server reported more than it was sent, ${this.sender.sentBytes} bytes`;
      this.breakOff(what, `r ${receivedBytes} ${clockNs}`);
      return;
    }
    this.lastReport = report;
    this.log.report({ atNs, receivedBytes, peerClockNs: clockNs, peerCpuMillionths: cpuMillionths });
  }

  private takeEnd(sentBytes: number): void {
    if (this.peerSentBytes !== undefined) {
      this.breakOff('the server ended its data twice', `e ${sentBytes}`);
      return;
    }
    if (sentBytes !== this.receivedBytes) {
      const what = `the server says it sent other than the ${this.receivedBytes} bytes that came`;
      this.breakOff(what, `e ${sentBytes}`);
      return;
    }
    this.peerSentBytes = sentBytes;
    if (this.isStopped) this.finish();
  }

  private takeOver(reason: LoadEnd): void {
    this.reason = reason;
    this.over(this.isComplete ? undefined : endError(reason));
  }

  private stop(): void {
    if (this.isStopped) return;
    const { timekeeper, timeoutNs } = this.options;
    this.isStopped = true;
    this.sender.end();
    this.cancelPatience = timekeeper.wakeAt(timekeeper.nowNs() + BigInt(timeoutNs), () =>
      this.over(
        new EcholotError(
          'timeout',
          `the server did not end the load within ${Math.ceil(timeoutNs / NS_PER_MS)} ms after it was asked to`,
        ),
      ),
    );
    if (this.peerSentBytes !== undefined) this.finish();
  }

  private finish(): void {
    const { lastReport, peerSentBytes } = this;
    const { sentBytes } = this.sender;
    this.cancelPatience?.();
    const isShort =
      lastReport !== undefined && !this.options.isOwner && lastReport.receivedBytes !== sentBytes;
    if (isShort) {
      const what = `the server received other than the ${sentBytes} bytes that it was sent`;
      this.breakOff(what, `r ${lastReport.receivedBytes}`);
      return;
    }
    this.log.end(undefined, undefined, peerSentBytes);
  }

  /** Markers are made when they leave, so that they tell when that was. */
  private sendMarkers(): void {
    if (this.isSaying || this.isOver || !this.probes.hasDue) return;
    this.isSaying = true;
    this.sender.say(() => {
      this.isSaying = false;
      const { connection, timekeeper } = this.options;
      const marker = this.probes.send(this.log.since(timekeeper.nowNs()));
      // Given up meanwhile.
      if (marker === undefined) return undefined;
      connection.marks?.mark();
      this.sendMarkers();
      return encodeMessage({ kind: 'marker', marker });
    });
  }

  private breakRule(message: LoadMessage): void {
    const who =
      LOAD_SPEAKER[message.kind] === 'client' ? 'what only a client says' : 'what it was not asked for';
    this.breakOff(`the server said ${who}`, new TextDecoder().decode(encodeMessage(message)).trimEnd());
  }

  private breakOff(what: string, received: string): void {
    this.over(new EcholotError('peer', what, { expected: 'the messages of a load', received }));
  }

  /** The connection is of no use any more. */
  private over(error: EcholotError | undefined): void {
    if (this.isOver) return;
    this.leave();
    this.probes.end();
    this.log.end(error, this.reason, this.peerSentBytes);
    this.log.close();
    const { connection } = this.options;
    if (error === undefined) connection.close();
    else connection.destroy();
  }

  private leave(): void {
    this.isOver = true;
    this.schedule.stop();
    this.sender.stop();
    this.cancelPatience?.();
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
