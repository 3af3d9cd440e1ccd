/** What a session tells of its probes: how far it has come, and each that was answered or lost, in portions. */
import type { ProbeLayers } from '../connection.ts';
import {
  LAYER_COLUMNS,
  PACED_LAYERS,
  PACED_PORTION_NS,
  type PacedListener,
  type PacedTally,
  type Stretch,
} from './paced.ts';
import type { ProbeRing } from './probe-ring.ts';

/** So many are told at once, before it is time, where more are answered than 160,000 a second. */
const MOST_SAMPLES = 8_192;
/** Taken apart until it is time: 20,000 a second. */
const MOST_LAYERS = 1_000;
/** There is room for so many at least. */
const LEAST_SAMPLES = 64;
/** Echoes come in bursts. */
const ROOM = 2;
const NS_PER_S = 1_000_000_000;

export class SampleLog {
  sentCount = 0;
  answeredCount = 0;
  lostCount = 0;
  private readonly listener: PacedListener;
  private readonly nowNs: () => number;
  private dueUntil: (atNs: number) => number = () => 0;
  private count = 0;
  /** Room is made before a stretch begins: there may be hundreds of sessions, or one with very many probes. */
  private most = 0;
  private connection = new Uint16Array();
  private dueNs = new Float64Array();
  private sentNs = new Float64Array();
  private rttNs = new Float64Array();
  private hindrance = new Uint8Array();
  private layers = new Float64Array();
  /** How many numbers of it are in use. */
  private layersLength = 0;

  /** @param nowNs ns after the epoch of all times */
  constructor(listener: PacedListener, nowNs: () => number) {
    this.listener = listener;
    this.nowNs = nowNs;
  }

  /** A stretch begins. @param dueUntil how many of its probes were due by then */
  begin(stretch: Stretch, dueUntil: (atNs: number) => number): void {
    this.makeRoom(mostAtOnce(stretch));
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
    if (this.count === this.most) this.tell();
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

  private makeRoom(most: number): void {
    if (this.most >= most) return;
    this.most = most;
    this.connection = new Uint16Array(most);
    this.dueNs = new Float64Array(most);
    this.sentNs = new Float64Array(most);
    this.rttNs = new Float64Array(most);
    this.hindrance = new Uint8Array(most);
    this.layers = new Float64Array(Math.min(MOST_LAYERS, most) * LAYER_COLUMNS);
  }
}

/** Samples of one portion. */
function mostAtOnce({ pace, durationNs, portionNs = PACED_PORTION_NS }: Stretch): number {
  const perSecond = pace?.perSecond ?? Number.POSITIVE_INFINITY;
  const expected = (perSecond * Math.min(durationNs, portionNs)) / NS_PER_S;
  return Math.min(MOST_SAMPLES, LEAST_SAMPLES + Math.ceil(ROOM * expected));
}
