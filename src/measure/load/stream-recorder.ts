/** Keeps what one connection of a load sees, and tells how far its data is. */
import type { EcholotError } from '../../core/errors.ts';
import type { TcpFacts } from '../../facts/tcp.ts';
import type { Flow, FlowEnd, FlowListener, FlowReport, FlowTally } from '../../net/flow/flow.ts';
import type {
  LoadDirection,
  LoadPhaseName,
  ReportsRecord,
  StreamRecord,
  TalliesRecord,
  TcpTalliesRecord,
} from '../../result/load/load-result.ts';
import { errorRecord } from '../outcome.ts';
import { socketRecord } from '../record.ts';
import { ProbesRecorder } from './probes-recorder.ts';

const MILLION = 1_000_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer V)[] ? V[] : T[K] };

export interface StreamPlan {
  readonly number: number;
  readonly phase: LoadPhaseName;
  readonly direction: LoadDirection | 'both';
}

export class StreamRecorder implements FlowListener {
  readonly probes: ProbesRecorder = new ProbesRecorder();
  /** How its data ended; undefined before. */
  end: FlowEnd | undefined;
  private readonly plan: StreamPlan;
  private readonly tallies: Mutable<Omit<TalliesRecord, 'tcp'>> = {
    atNs: [],
    sentBytes: [],
    receivedBytes: [],
  };
  private readonly tcp: TcpTallies = new TcpTallies();
  private readonly reports: Mutable<ReportsRecord> = {
    atNs: [],
    receivedBytes: [],
    peerClockNs: [],
    peerCpuShare: [],
  };
  private fromAtNs: number | undefined;
  private readonly ending: PromiseWithResolvers<void> = Promise.withResolvers<void>();

  constructor(plan: StreamPlan) {
    this.plan = plan;
  }

  get direction(): LoadDirection | 'both' {
    return this.plan.direction;
  }

  /** Whether its data has been asked for. */
  get isBegun(): boolean {
    return this.fromAtNs !== undefined;
  }

  /** Its data is asked for now. */
  begin(atNs: number): void {
    this.fromAtNs = Math.round(atNs);
  }

  onTally({ atNs, sentBytes, receivedBytes, tcp }: FlowTally): void {
    const { tallies } = this;
    tallies.atNs.push(Math.round(atNs));
    tallies.sentBytes.push(sentBytes);
    tallies.receivedBytes.push(receivedBytes);
    this.tcp.add(tcp);
  }

  onReport({ atNs, receivedBytes, peerClockNs, peerCpuMillionths }: FlowReport): void {
    const { reports } = this;
    reports.atNs.push(Math.round(atNs));
    reports.receivedBytes.push(receivedBytes);
    reports.peerClockNs.push(peerClockNs);
    reports.peerCpuShare.push(peerCpuMillionths / MILLION);
  }

  readonly onProbes: FlowListener['onProbes'] = this.probes.add;

  onEnded(end: FlowEnd): void {
    if (this.end !== undefined) return;
    this.end = end;
    this.ending.resolve();
  }

  /** Resolves when its data is over in both directions. */
  get ended(): Promise<void> {
    return this.ending.promise;
  }

  /** Payload that has come to the client, bytes. */
  get downBytes(): number {
    return this.plan.direction === 'up' ? 0 : (this.tallies.receivedBytes.at(-1) ?? 0);
  }

  /** Payload that has come to the server, as it says, bytes; of an echo what has come back. */
  get upBytes(): number {
    if (this.plan.direction === 'down') return 0;
    return this.plan.direction === 'both' ? this.downBytes : (this.reports.receivedBytes.at(-1) ?? 0);
  }

  /** @param failure why it was ended, where its own flow does not say */
  record(flow: Flow, failure: EcholotError | undefined): StreamRecord {
    const { plan, tallies, reports, fromAtNs = 0, end } = this;
    const error = end?.error ?? failure;
    return {
      ...plan,
      local: flow.local,
      remote: flow.remote,
      socket: flow.socket === undefined ? null : socketRecord(flow.socket),
      fromAtNs,
      tallies: { ...tallies, tcp: this.tcp.record },
      reports,
      ownProbes: this.probes.record,
      peerSentBytes: end?.peerSentBytes ?? null,
      error: error === undefined ? null : errorRecord(error),
    };
  }
}

/** A value for each tally, from the first one on that had any. */
class TcpTallies {
  private readonly columns: Mutable<TcpTalliesRecord> = {
    congestionWindowSegments: [],
    smoothedRttNs: [],
    sentBytes: [],
    retransmittedBytes: [],
    unsentBytes: [],
    busyNs: [],
    receiveWindowLimitedNs: [],
    sendBufferLimitedNs: [],
  };
  private isKnown = false;

  add(facts: TcpFacts | undefined): void {
    if (facts !== undefined) this.isKnown = true;
    for (const name of Object.keys(this.columns) as (keyof TcpTalliesRecord)[]) {
      this.columns[name].push(facts?.[name] ?? null);
    }
  }

  get record(): TcpTalliesRecord | null {
    return this.isKnown ? this.columns : null;
  }
}
