/**
 * One phase that carries data: opens its streams, has them send and receive, opens more while that helps, and ends
 * them. A stream that is lost is kept with its error; the phase goes on as long as there is another.
 */
import type { EcholotError } from '../../core/errors.ts';
import type { LoadQuestion } from '../../core/load/load-messages.ts';
import type { Target } from '../../net/dialer.ts';
import type { Flow, FlowLane, FlowOptions, FlowPlan, FlowProtocol } from '../../net/flow/flow.ts';
import type {
  LoadDirection,
  LoadPhaseName,
  ProbesRecord,
  StreamRecord,
} from '../../result/load/load-result.ts';
import type { HeldToken } from '../../token/held-token.ts';
import { asEcholotError } from '../outcome.ts';
import { StreamRecorder } from './stream-recorder.ts';
import { StreamSearch } from './stream-search.ts';

/** An own probe in one stream or the other every so often: enough of them, and hardly any data. */
const OWN_PROBE_NS = 20_000_000;
/** How often the number of streams is thought over, ns. */
export const SEARCH_NS = 1_000_000_000;
/** Bytes of an echo that may be under way: the product of 10 Gbit/s and 3 ms, or of 300 Mbit/s and 100 ms. */
const ECHO_BYTES_UNDER_WAY: number = 4 * 1024 * 1024;
const BITS_PER_BYTE = 8;
const NS_PER_S = 1_000_000_000;

export interface DataPhaseDeps {
  readonly lane: FlowLane;
  readonly target: Target;
  /** Of the load that streams join; undefined of an echo. */
  readonly key: string | undefined;
  /** Shown on each connection. */
  readonly token: HeldToken | undefined;
  readonly options: FlowOptions;
  readonly plan: Pick<FlowPlan, 'timeoutNs' | 'socket'>;
}

export interface DataPhasePlan {
  readonly phase: Extract<LoadPhaseName, 'down' | 'up' | 'both'>;
  /** In each direction; undefined for one more after the other. */
  readonly streams: number | undefined;
  /** Where there is one more after the other, as long as goodput rises with them; or to the end of the phase. */
  readonly untilStable: boolean;
  readonly maxStreams: number;
  /** In each direction; 0 for none. */
  readonly bitsPerSecond: number;
  /** Number of the first stream. */
  readonly firstNumber: number;
}

interface Stream {
  readonly recorder: StreamRecorder;
  readonly flow: Flow;
}

export class DataPhase {
  private readonly deps: DataPhaseDeps;
  private readonly plan: DataPhasePlan;
  private readonly streams: Stream[] = [];
  private readonly search: StreamSearch;
  private beganNs = 0;
  private foundNs: number | undefined;
  private searchedNs = 0;
  private searchedBytes = 0;
  private isOpening = false;
  /** The server takes no more streams, or none can be connected. */
  private isRefused = false;
  private isOver = false;

  constructor(deps: DataPhaseDeps, plan: DataPhasePlan) {
    this.deps = deps;
    this.plan = plan;
    this.search = new StreamSearch(plan.maxStreams);
  }

  /** Connects all streams that there are from the start. @throws EcholotError */
  async open(): Promise<void> {
    await this.add(this.plan.streams ?? 1);
  }

  /** Data flows from now on. */
  begin(atNs: number): void {
    this.beganNs = atNs;
    this.searchedNs = atNs;
    for (const stream of this.streams) this.start(stream, atNs);
  }

  /** To be called ten times a second or so. */
  tick(atNs: number): void {
    const { streams, untilStable, maxStreams } = this.plan;
    if (streams !== undefined || this.isOpening || atNs - this.searchedNs < SEARCH_NS) return;
    if (untilStable) {
      this.searchedNs = atNs;
      if (this.opened < maxStreams && !this.isRefused) void this.addOneMore(atNs);
      return;
    }
    const bytes = this.bytes('down') + this.bytes('up');
    const seconds = (atNs - this.searchedNs) / NS_PER_S;
    const more = this.search.note(((bytes - this.searchedBytes) * BITS_PER_BYTE) / seconds);
    this.searchedNs = atNs;
    this.searchedBytes = bytes;
    if (more) void this.addOneMore(atNs);
    else if (this.search.isOver) this.foundNs ??= atNs;
  }

  /** When it was known how many streams there should be; undefined before, and where that is no question. */
  get streamsFoundAtNs(): number | undefined {
    return this.foundNs;
  }

  /** How long their number has been searched for, ns. */
  searchNs(atNs: number): number {
    const { streams, untilStable } = this.plan;
    return streams !== undefined || untilStable ? 0 : (this.foundNs ?? atNs) - this.beganNs;
  }

  /** Payload received in one direction, as its receiver says, bytes. */
  bytes(direction: LoadDirection): number {
    let sum = 0;
    for (const { recorder } of this.streams) {
      sum += direction === 'down' ? recorder.downBytes : recorder.upBytes;
    }
    return sum;
  }

  /** The same in the direction of the phase; in both, of the one that has less. */
  get leastBytes(): number {
    const { phase } = this.plan;
    return phase === 'both' ? Math.min(this.bytes('down'), this.bytes('up')) : this.bytes(phase);
  }

  /** What the probes within the data have seen, of each stream. */
  get ownProbes(): ProbesRecord[] {
    return this.streams.map(({ recorder }) => recorder.probes.record);
  }

  /** A stream was lost. */
  get isBroken(): boolean {
    return this.streams.some(({ recorder }) => recorder.end?.error !== undefined);
  }

  /** Streams that are still there. */
  get standing(): number {
    return this.streams.filter(({ recorder }) => recorder.end === undefined).length;
  }

  /** Why there is no stream left; undefined while there is one. */
  get lost(): EcholotError | undefined {
    if (this.standing > 0) return undefined;
    return this.streams.map(({ recorder }) => recorder.end?.error).find((error) => error !== undefined);
  }

  /** Has all streams end. */
  stop(): void {
    this.isOver = true;
    for (const { flow } of this.streams) flow.command({ kind: 'stop' });
  }

  /** Resolves when the data of all streams is over. */
  async ended(): Promise<void> {
    await Promise.all(this.streams.map(({ recorder }) => recorder.ended));
  }

  /** @param failure why the phase was broken off */
  async close(failure: EcholotError | undefined): Promise<StreamRecord[]> {
    this.isOver = true;
    await Promise.all(this.streams.map(({ flow }) => flow.close()));
    return this.streams.map(({ recorder, flow }) => recorder.record(flow, failure));
  }

  private async addOneMore(atNs: number): Promise<void> {
    this.isOpening = true;
    const before = this.streams.length;
    try {
      await this.add(1);
      if (this.isOver) await Promise.all(this.streams.slice(before).map(({ flow }) => flow.close()));
      else for (const stream of this.streams) this.start(stream, atNs);
    } catch {
      // A server that takes no more has as many as it wants: those that stand go on.
      this.isRefused = true;
    } finally {
      this.isOpening = false;
    }
  }

  /** Streams in each direction, those that are lost included. */
  private get opened(): number {
    return this.streams.length / this.directions.length;
  }

  private get directions(): readonly (LoadDirection | 'both')[] {
    const { phase } = this.plan;
    return phase === 'both' && this.deps.key !== undefined ? ['down', 'up'] : [phase];
  }

  private async add(count: number): Promise<void> {
    const { directions } = this;
    const wanted = Array.from({ length: count }, () => directions).flat();
    const opened = await Promise.allSettled(wanted.map((direction, i) => this.openStream(direction, i)));
    const stands = opened.filter((each) => each.status === 'fulfilled').map(({ value }) => value);
    this.streams.push(...stands);
    const failed = opened.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw asEcholotError(failed.reason);
  }

  private async openStream(direction: LoadDirection | 'both', index: number): Promise<Stream> {
    const { lane, target, options, plan } = this.deps;
    const { phase, firstNumber } = this.plan;
    const recorder = new StreamRecorder({
      number: firstNumber + this.streams.length + index,
      phase,
      direction,
    });
    const flowPlan = { ...plan, protocol: this.protocol, stamps: false };
    return { recorder, flow: await lane.open(target, flowPlan, recorder, options) };
  }

  private get protocol(): FlowProtocol {
    const { key, token } = this.deps;
    if (key === undefined) return { kind: 'echo', bytesUnderWay: ECHO_BYTES_UNDER_WAY, isOwner: false };
    const question: LoadQuestion = { kind: 'join', key };
    return { kind: 'load', question, token };
  }

  /** Starts a stream, or gives it its share of the rate anew. */
  private start({ recorder, flow }: Stream, atNs: number): void {
    const { direction } = recorder;
    const inDirection = this.streams.filter((other) => other.recorder.direction === direction).length;
    const bitsPerSecond = Math.floor(this.plan.bitsPerSecond / inDirection);
    flow.command({ kind: direction === 'down' ? 'receive' : 'send', bitsPerSecond });
    if (recorder.isBegun) return;
    recorder.begin(atNs);
    flow.command({ kind: 'probe', startNs: atNs, intervalNs: OWN_PROBE_NS * this.streams.length });
  }
}
