/** What a flow tells its listener, and when: portions a few times a second, reports not more often, its end once. */
import type { Timekeeper } from '../../clock/clock.ts';
import type { TcpFacts } from '../../facts/tcp.ts';
import { type FlowEnd, type FlowListener, type FlowReport, PORTION_NS } from './flow.ts';
import type { ProbeLedger } from './probe-ledger.ts';

/** A peer tells ten times a second; whoever tells more often fills no memory. */
const LEAST_REPORT_NS = 10_000_000;

/** How far the data has come. */
export interface DataCounts {
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

export interface FlowLogOptions {
  readonly timekeeper: Timekeeper;
  readonly epochNs: bigint;
  readonly listener: FlowListener;
  readonly probes: ProbeLedger;
  readonly counts: () => DataCounts;
  readonly tcp: () => TcpFacts | undefined;
}

export class FlowLog {
  private readonly options: FlowLogOptions;
  private cancelWake: (() => void) | undefined;
  private hasEnded = false;
  private isClosed = false;
  private toldReportNs = Number.NEGATIVE_INFINITY;
  private heldReport: FlowReport | undefined;

  constructor(options: FlowLogOptions) {
    this.options = options;
    this.sleep(options.timekeeper.nowNs());
  }

  /** Ns after the epoch. */
  since(nowNs: bigint): number {
    return Number(nowNs - this.options.epochNs);
  }

  report(report: FlowReport): void {
    if (this.hasEnded || this.isClosed) return;
    if (report.atNs - this.toldReportNs < LEAST_REPORT_NS) {
      this.heldReport = report;
      return;
    }
    this.toldReportNs = report.atNs;
    this.heldReport = undefined;
    this.options.listener.onReport(report);
  }

  /** The data is over; probes go on while the connection stands. Told once. */
  end(end: FlowEnd): void {
    if (this.hasEnded || this.isClosed) return;
    this.tell();
    this.hasEnded = true;
    this.options.listener.onEnded(end);
  }

  /** The connection is gone: all that is known is told, and nothing after it. */
  close(): void {
    if (this.isClosed) return;
    this.options.probes.end();
    this.tell();
    this.isClosed = true;
    this.cancelWake?.();
  }

  private tell(): void {
    const { timekeeper, listener, probes, counts, tcp } = this.options;
    const atNs = this.since(timekeeper.nowNs());
    if (!this.hasEnded) {
      if (this.heldReport !== undefined) listener.onReport(this.heldReport);
      this.heldReport = undefined;
      listener.onTally({ atNs, ...counts(), tcp: tcp() });
    }
    const portion = probes.take(atNs);
    if (portion !== undefined) listener.onProbes(portion);
  }

  private sleep(fromNs: bigint): void {
    const { timekeeper } = this.options;
    this.cancelWake = timekeeper.wakeAt(fromNs + BigInt(PORTION_NS), () => {
      this.tell();
      this.sleep(timekeeper.nowNs());
    });
  }
}
