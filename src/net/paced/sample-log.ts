/** What a session tells of its probes: how far it has come, and each that was answered or lost, in portions. */
import type { ProbeLayers } from '../connection.ts';
import { LAYER_COLUMNS, PACED_LAYERS, type PacedListener, type PacedTally } from './paced.ts';
import type { ProbeRing } from './probe-ring.ts';

/** So many are told at once, before it is time, where more are answered than 160,000 a second. */
const MOST_SAMPLES = 8_192;
/** Taken apart until it is time: 20,000 a second. */
const MOST_LAYERS = 1_000;

export class SampleLog {
  sentCount = 0;
  answeredCount = 0;
  lostCount = 0;
  private readonly listener: PacedListener;
  private readonly nowNs: () => number;
  private dueUntil: (atNs: number) => number = () => 0;
  private count = 0;
  private readonly connection = new Uint16Array(MOST_SAMPLES);
  private readonly dueNs = new Float64Array(MOST_SAMPLES);
  private readonly sentNs = new Float64Array(MOST_SAMPLES);
  private readonly rttNs = new Float64Array(MOST_SAMPLES);
  private readonly hindrance = new Uint8Array(MOST_SAMPLES);
  private readonly layers = new Float64Array(MOST_LAYERS * LAYER_COLUMNS);
  /** How many numbers of it are in use. */
  private layersLength = 0;

  /** @param nowNs ns after the epoch of all times */
  constructor(listener: PacedListener, nowNs: () => number) {
    this.listener = listener;
    this.nowNs = nowNs;
  }

  /** A stretch begins. @param dueUntil how many of its probes were due by then */
  begin(dueUntil: (atNs: number) => number): void {
    this.dueUntil = dueUntil;
    this.sentCount = 0;
    this.answeredCount = 0;
    this.lostCount = 0;
  }

  get underWay(): number {
    return this.sentCount - this.answeredCount - this.lostCount;
  }

  /** The oldest of those under way was answered, or lost. @param rttNs NaN for a lost one */
  take(connection: number, ring: ProbeRing, rttNs: number): void {
    const { count } = this;
    this.connection[count] = connection;
    this.dueNs[count] = ring.oldestDueNs;
    this.sentNs[count] = ring.oldestSentNs;
    this.rttNs[count] = rttNs;
    this.hindrance[count] = ring.oldestHindrance;
    this.count++;
    if (Number.isNaN(rttNs)) this.lostCount++;
    else this.answeredCount++;
    if (this.count === MOST_SAMPLES) this.tell();
  }

  /** Where the round trip of one that was sent then was spent; of more than there is room for, nobody hears. */
  takeLayers(sentNs: number, layers: ProbeLayers): void {
    if (this.layersLength === this.layers.length) return;
    this.layers[this.layersLength++] = sentNs;
    for (const name of PACED_LAYERS) this.layers[this.layersLength++] = layers[name];
  }

  tell(): PacedTally {
    const { listener, count, layersLength, sentCount, answeredCount, lostCount } = this;
    const atNs = this.nowNs();
    if (count > 0) {
      this.count = 0;
      this.layersLength = 0;
      listener.onSamples({
        count,
        connection: this.connection.slice(0, count),
        dueNs: this.dueNs.slice(0, count),
        sentNs: this.sentNs.slice(0, count),
        rttNs: this.rttNs.slice(0, count),
        hindrance: this.hindrance.slice(0, count),
        layers: this.layers.slice(0, layersLength),
      });
    }
    const tally = { atNs, dueCount: this.dueUntil(atNs), sentCount, answeredCount, lostCount };
    listener.onTally(tally);
    return tally;
  }
}
