/**
 * What flows of both protocols have in common: probes that are due, portions that are told, and one end. Whoever
 * extends it speaks on the connection. Refuses to know what is said.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import { EcholotError } from '../../core/errors.ts';
import type { LoadEnd } from '../../core/load/load-messages.ts';
import type { Connection, ConnectionHandler } from '../connection.ts';
import { inPhase } from '../errors/session-error.ts';
import type { MessageMaker } from './data-sender.ts';
import type { FlowCommand, FlowListener } from './flow.ts';
import { type DataCounts, FlowLog } from './flow-log.ts';
import { type Probe, ProbeLedger } from './probe-ledger.ts';
import { ProbeSchedule } from './probe-schedule.ts';
import { MAX_SILENCE_MS, SilenceWatch } from './silence-watch.ts';

const NS_PER_MS = 1_000_000;

export interface DriverOptions {
  readonly connection: Connection;
  readonly timekeeper: Timekeeper;
  readonly listener: FlowListener;
  readonly epochNs: bigint;
  /** How long the peer may take for its last word, once it was asked to stop, ns. */
  readonly timeoutNs: number;
}

export abstract class FlowDriver implements ConnectionHandler {
  protected readonly probes: ProbeLedger = new ProbeLedger();
  protected readonly log: FlowLog;
  protected readonly connection: Connection;
  /** Nothing is said or heard any more. */
  protected isOver = false;
  /** The data is to end. */
  protected isStopped = false;
  private readonly options: DriverOptions;
  private readonly schedule: ProbeSchedule;
  private isSaying = false;
  private silence: SilenceWatch | undefined;
  private cancelPatience: (() => void) | undefined;

  constructor(options: DriverOptions) {
    const { connection, timekeeper, listener, epochNs } = options;
    this.options = options;
    this.connection = connection;
    this.log = new FlowLog({
      timekeeper,
      epochNs,
      listener,
      probes: this.probes,
      counts: () => this.counts,
      tcp: () => connection.tcp?.facts(),
    });
    this.schedule = new ProbeSchedule(
      timekeeper,
      epochNs,
      (dueNs) => this.probes.due(dueNs),
      () => this.sendProbes(),
    );
  }

  /** Whether nothing is under way that a close would cut off. */
  abstract get hasEnded(): boolean;
  protected abstract get counts(): DataCounts;
  protected abstract send(bitsPerSecond: number): void;
  protected abstract receive(bitsPerSecond: number): void;
  /** Has both directions end, once. */
  protected abstract stop(): void;
  /** Has a message written as soon as it can be, behind what is under way. */
  protected abstract say(make: MessageMaker): void;
  protected abstract probeMessage(marker: number): Uint8Array;
  abstract onBytes(chunk: Uint8Array, nowNs: bigint): void;
  abstract onDrain(): void;

  command(command: FlowCommand): void {
    if (this.isOver) return;
    switch (command.kind) {
      case 'send':
        if (!this.isStopped) this.send(command.bitsPerSecond);
        return;
      case 'receive':
        if (!this.isStopped) this.receive(command.bitsPerSecond);
        return;
      case 'probe':
        this.schedule.start(command.startNs, command.intervalNs);
        return;
      case 'rest':
        this.schedule.stop();
        return;
      case 'stop':
        if (this.isStopped) return;
        this.isStopped = true;
        this.limitPatience();
        this.stop();
        return;
    }
  }

  /** Tells a last portion, and nothing after it. The connection is closed by the caller. */
  close(): void {
    this.leave();
    this.log.close();
  }

  onEnd(): void {
    const what = 'the server closed the connection in the middle of the load';
    this.over(new EcholotError('peer', what, { expected: 'the end of its data', received: 'nothing' }));
  }

  onClose(error: EcholotError | undefined): void {
    if (error === undefined) this.onEnd();
    else this.over(error);
  }

  /** The data is over in both directions; the connection stands. */
  protected finish(peerSentBytes: number | undefined): void {
    this.cancelPatience?.();
    this.log.end({ error: undefined, reason: undefined, peerSentBytes });
  }

  /** The connection is of no use any more. */
  protected over(error: EcholotError | undefined, reason?: LoadEnd, peerSentBytes?: number): void {
    if (this.isOver) return;
    this.leave();
    this.probes.end();
    this.log.end({ error: inPhase(error, 'measurement'), reason, peerSentBytes });
    this.log.close();
    if (error === undefined) this.connection.close();
    else this.connection.destroy();
  }

  /** The peer broke the rules. */
  protected breakOff(what: string, expected: string, received: string, advice?: string): void {
    const more = advice === undefined ? {} : { advice };
    this.over(new EcholotError('peer', what, { expected, received, ...more }));
  }

  /** Layers of a probe whose answer ends what was just read: the kernel's stamp is of its last bytes. */
  protected stampLast(probe: Probe, nowNs: bigint): void {
    const sentNs = this.options.epochNs + BigInt(probe.sentNs);
    probe.layers = this.connection.marks?.layersOf(probe.index, sentNs, nowNs);
  }

  /** From now on a peer of which nothing is heard is taken for gone. @param isAwaited whether there is anything to hear */
  protected watchSilence(isAwaited: () => boolean): void {
    this.silence = new SilenceWatch(this.options.timekeeper, isAwaited, () => {
      const what = `nothing was heard of the server for ${MAX_SILENCE_MS} ms`;
      this.over(new EcholotError('timeout', what, { advice: 'the path was cut, or the server stopped' }));
    });
  }

  protected noteHeard(): void {
    this.silence?.heard();
  }

  /** Nothing more is sent by itself. */
  protected leave(): void {
    this.isOver = true;
    this.silence?.stop();
    this.schedule.stop();
    this.cancelPatience?.();
  }

  /** Probes are made when they leave, so that they tell when that was. */
  private sendProbes(): void {
    if (this.isSaying || this.isOver || !this.probes.hasDue) return;
    this.isSaying = true;
    this.say(() => {
      this.isSaying = false;
      const marker = this.probes.send(this.log.since(this.options.timekeeper.nowNs()));
      // Given up meanwhile.
      if (marker === undefined) return undefined;
      this.connection.marks?.mark();
      this.sendProbes();
      return this.probeMessage(marker);
    });
  }

  private limitPatience(): void {
    const { timekeeper, timeoutNs } = this.options;
    const waitedMs = Math.ceil(timeoutNs / NS_PER_MS);
    const what = `the server did not end its data within ${waitedMs} ms after it was asked to`;
    this.cancelPatience = timekeeper.wakeAt(timekeeper.nowNs() + BigInt(timeoutNs), () =>
      this.over(new EcholotError('timeout', what)),
    );
  }
}
