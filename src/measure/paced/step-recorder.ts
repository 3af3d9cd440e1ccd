/**
 * What is kept of a step: counts, histograms, parts, and some of its samples. Its size does not grow with the probes. A
 * probe belongs to the moment at which it was due; those of the warm-up count only for what was sent and answered in the
 * first part.
 *
 * Histograms take some 30 ms to load: import this file only where something is measured.
 */
import type { PaceSpec } from '../../clock/pace.ts';
import { HINDRANCES, type Hindrance, LAYER_COLUMNS, type PacedSamples } from '../../net/paced/paced.ts';
import type { PacedCounts, PacedPartRecord, PacedStepRecord } from '../../result/paced/paced-result.ts';
import { CountedTimes } from './counted-times.ts';
import { DueCounter } from './due-counter.ts';
import { KeptSamples, type SampleRoom } from './kept-samples.ts';
import { LayerTimes } from './layer-times.ts';
import { partBounds, partOf } from './parts.ts';
import { ShareMedian } from './share-median.ts';

/** A send that is later has missed its moment. */
export const LATE_NS = 100_000;

export interface StepSpec {
  /** Of its warm-up, ns after the run's epoch; whole. */
  readonly startNs: number;
  readonly warmupNs: number;
  readonly stepNs: number;
  /** Undefined for a closed loop. */
  readonly pace: PaceSpec | undefined;
  readonly connections: number;
  readonly room: SampleRoom;
}

interface Part {
  sent: number;
  answered: number;
  readonly response: CountedTimes;
  readonly service: CountedTimes;
}

interface Share {
  sent: number;
  answered: number;
  readonly service: ShareMedian;
}

type LateCounts = Record<Exclude<Hindrance, 'none'>, number>;

export class StepRecorder {
  private readonly spec: StepSpec;
  private readonly bounds: readonly number[];
  private readonly parts: readonly Part[];
  private readonly shares: readonly Share[];
  private readonly kept: KeptSamples;
  private readonly response = new CountedTimes();
  private readonly service = new CountedTimes();
  private readonly lateness = new CountedTimes();
  private readonly late: LateCounts = { thread: 0, socket: 0, answer: 0 };
  private layers: LayerTimes | undefined;
  private sentBefore = 0;
  private lost = 0;
  /** Of all probes of the step, the last one. */
  private lastDueNs = Number.NEGATIVE_INFINITY;

  constructor(spec: StepSpec) {
    this.spec = spec;
    this.bounds = partBounds(spec.startNs + spec.warmupNs, spec.stepNs);
    this.parts = this.bounds.slice(1).map(() => ({
      sent: 0,
      answered: 0,
      response: new CountedTimes(),
      service: new CountedTimes(),
    }));
    this.shares = Array.from({ length: spec.connections }, () => ({
      sent: 0,
      answered: 0,
      service: new ShareMedian(),
    }));
    this.kept = new KeptSamples(spec.room);
  }

  get fromNs(): number {
    return this.bounds[0] as number;
  }

  get toNs(): number {
    return this.bounds[this.bounds.length - 1] as number;
  }

  /** Median response time so far; null before one was answered. */
  get responseP50Ns(): number | null {
    return this.response.medianNs;
  }

  add(samples: PacedSamples): void {
    for (let i = 0; i < samples.count; i++) {
      // Whole, all three, so that whoever reads the samples finds the same response times.
      const dueNs = Math.round(samples.dueNs[i] as number);
      const sentNs = Math.max(dueNs, Math.round(samples.sentNs[i] as number));
      const rtt = samples.rttNs[i] as number;
      const rttNs = Number.isNaN(rtt) ? null : Math.round(rtt);
      this.place(sentNs, rttNs);
      const part = partOf(this.bounds, dueNs);
      if (part === undefined) continue;
      this.lastDueNs = Math.max(this.lastDueNs, dueNs);
      const connection = samples.connection[i] as number;
      this.count(part, connection, dueNs, sentNs, rttNs);
      this.noteLate(sentNs - dueNs, HINDRANCES[samples.hindrance[i] as number] as Hindrance);
      this.kept.add(connection + 1, dueNs, sentNs, rttNs);
    }
    this.addLayers(samples.layers);
  }

  /** @param stopNs about when the last probe could be sent: at the end of the step, or before */
  record(askedPerSecond: number | null, stopNs: number): PacedStepRecord {
    const { response, service, lateness, late, toNs, fromNs } = this;
    // An engine hears of a stop later than the clock tells.
    const toAtNs = Math.max(fromNs, Math.min(toNs, Math.max(Math.round(stopNs), this.lastDueNs + 1)));
    const parts = this.partRecords(toAtNs);
    return {
      askedPerSecond,
      fromAtNs: fromNs,
      toAtNs,
      isComplete: toAtNs === toNs,
      counts: this.countsOf(parts),
      late: {
        lateness: lateness.record,
        byThread: late.thread,
        bySocket: late.socket,
        byAnswer: late.answer,
      },
      response: response.record,
      service: service.record,
      parts,
      byConnection: this.shares.map(({ sent, answered, service: { medianNs } }) => ({
        sent,
        answered,
        serviceP50Ns: medianNs,
      })),
      layers: this.layers?.record ?? null,
      samples: this.kept.record,
    };
  }

  private addLayers(numbers: Float64Array): void {
    for (let at = 0; at < numbers.length; at += LAYER_COLUMNS) {
      if (partOf(this.bounds, Math.round(numbers[at] as number)) === undefined) continue;
      this.layers ??= new LayerTimes();
      this.layers.add(numbers, at + 1);
    }
  }

  /** To the parts in which it left and came, whenever it was due. */
  private place(sentNs: number, rttNs: number | null): void {
    const { bounds, parts } = this;
    if (sentNs < this.fromNs) this.sentBefore++;
    const sentIn = parts[partOf(bounds, sentNs) ?? -1];
    if (sentIn !== undefined) sentIn.sent++;
    const answeredIn = rttNs === null ? undefined : parts[partOf(bounds, sentNs + rttNs) ?? -1];
    if (answeredIn !== undefined) answeredIn.answered++;
  }

  private count(
    number: number,
    connection: number,
    dueNs: number,
    sentNs: number,
    rttNs: number | null,
  ): void {
    const part = this.parts[number] as Part;
    const share = this.shares[connection] as Share;
    share.sent++;
    if (rttNs === null) {
      this.lost++;
      return;
    }
    const responseNs = sentNs - dueNs + rttNs;
    share.answered++;
    share.service.add(rttNs);
    part.response.add(responseNs);
    part.service.add(rttNs);
    this.response.add(responseNs);
    this.service.add(rttNs);
  }

  private noteLate(lateNs: number, hindrance: Hindrance): void {
    this.lateness.add(lateNs);
    if (lateNs > LATE_NS) this.late[hindrance === 'none' ? 'thread' : hindrance]++;
  }

  private countsOf(parts: readonly PacedPartRecord[]): PacedCounts {
    const answered = this.response.count;
    const sent = answered + this.lost;
    const due = parts.reduce((sum, part) => sum + part.due, 0);
    return { due, sent, answered, lost: this.lost };
  }

  private partRecords(toAtNs: number): PacedPartRecord[] {
    const { spec, bounds } = this;
    const { pace, startNs } = spec;
    const counter = pace === undefined ? undefined : new DueCounter(pace, startNs);
    let dueBefore = counter?.before(this.fromNs) ?? 0;
    let sentBefore = this.sentBefore;
    const begun = this.parts.filter((_, i) => (bounds[i] as number) < toAtNs);
    return begun.map(({ sent, answered, response, service }, i) => {
      const endNs = Math.min(toAtNs, bounds[i + 1] as number);
      const dueByEnd = counter?.before(endNs) ?? dueBefore + sent;
      const due = dueByEnd - dueBefore;
      dueBefore = dueByEnd;
      sentBefore += sent;
      return {
        fromAtNs: bounds[i] as number,
        due,
        sent,
        answered,
        backlog: counter === undefined ? 0 : Math.max(0, dueByEnd - sentBefore),
        response: response.quantiles,
        service: service.quantiles,
      };
    });
  }
}
