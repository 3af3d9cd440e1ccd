/**
 * The samples of one session: preallocated, handed to the engine, and read out as whole nanoseconds. A sample
 * that was spoiled stays in the buffer, whose places belong to the engine, and is in nothing that is read out.
 */
import type { LayerBuffer, SampleBuffer } from '../../net/engine.ts';
import { makeSampleBuffer } from '../../net/session/samples.ts';

/** Whole ns at the index of the sample; null where a stamp is missing. */
export type SampleLayers = Readonly<Record<keyof LayerBuffer, readonly (number | null)[]>>;

/** Samples without a gap between them. */
export interface SampleRange {
  /** Number of the first one within the session, from 0. */
  readonly first: number;
  readonly rttNs: readonly number[];
  readonly sentAtNs: readonly number[];
  /** Null when no sample has a stamp. */
  readonly layers: SampleLayers | null;
}

export class Recorder {
  readonly samples: SampleBuffer;
  private readonly spoiled = new Set<number>();

  /** @param layers whether to make room for stamps */
  constructor(probes: number, layers: boolean) {
    // An engine without stamps leaves the layers as they are: nothing but missing ones.
    this.samples = makeSampleBuffer(probes, layers);
  }

  get spoiledCount(): number {
    return this.spoiled.size;
  }

  /** Leaves these samples out of all that is read out. */
  spoil(numbers: readonly number[]): void {
    for (const number of numbers) this.spoiled.add(number);
  }

  /** How many sound samples there are among the first `probes`. */
  soundAmong(probes: number): number {
    const among = Math.min(probes, this.samples.count);
    let spoiled = 0;
    for (const number of this.spoiled) if (number < among) spoiled++;
    return among - spoiled;
  }

  /** The sound samples from `first` on, parted where a spoiled one lies between. */
  ranges(first: number): SampleRange[] {
    const ranges: SampleRange[] = [];
    let start = first;
    for (let i = first; i <= this.samples.count; i++) {
      if (i < this.samples.count && !this.spoiled.has(i)) continue;
      if (i > start) ranges.push(this.range(start, i));
      start = i + 1;
    }
    return ranges;
  }

  /** All sound samples as if nothing had been between them. */
  whole(): SampleRange {
    const { rttNs, sentNs, layers, count } = this.samples;
    if (this.spoiled.size === 0) return this.range(0, count);
    const sound = (times: Float64Array): Float64Array => times.filter((_, i) => !this.spoiled.has(i));
    return {
      first: 0,
      rttNs: Array.from(sound(rttNs.subarray(0, count))),
      sentAtNs: Array.from(sound(sentNs.subarray(0, count))),
      layers: layersOf(layers, (times) => sound(times.subarray(0, count))),
    };
  }

  private range(from: number, to: number): SampleRange {
    const { rttNs, sentNs, layers } = this.samples;
    return {
      first: from,
      rttNs: Array.from(rttNs.subarray(from, to)),
      sentAtNs: Array.from(sentNs.subarray(from, to)),
      layers: layersOf(layers, (times) => times.subarray(from, to)),
    };
  }
}

function layersOf(
  layers: LayerBuffer | undefined,
  part: (times: Float64Array) => Float64Array,
): SampleLayers | null {
  if (layers === undefined) return null;
  const isThere = (times: Float64Array): boolean => part(times).some((ns) => Number.isFinite(ns));
  if (!Object.values(layers).some(isThere)) return null;
  const read = (times: Float64Array): (number | null)[] =>
    Array.from(part(times), (ns) => (Number.isFinite(ns) ? Math.round(ns) + 0 : null));
  return {
    sendCallNs: read(layers.sendCallNs),
    tcpWaitNs: read(layers.tcpWaitNs),
    localQueueNs: read(layers.localQueueNs),
    kernelRttNs: read(layers.kernelRttNs),
    wakeUpNs: read(layers.wakeUpNs),
    residenceNs: read(layers.residenceNs),
    serverTcpWaitNs: read(layers.serverTcpWaitNs),
  };
}
