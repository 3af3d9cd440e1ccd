/**
 * Memory for the samples of a session or a batch, all of it before the first probe, and how a loop fills it. Refuses to
 * allocate while probes run.
 */
import type { SampleBuffer } from '../engine.ts';

/** @param withLayers whether the parts of each round trip are wanted; all missing until they are filled */
export function makeSampleBuffer(probes: number, withLayers: boolean): SampleBuffer {
  const missing = (): Float64Array => new Float64Array(probes).fill(Number.NaN);
  const samples = { rttNs: new Float64Array(probes), sentNs: new Float64Array(probes), count: 0 };
  if (!withLayers) return samples;
  return {
    ...samples,
    layers: {
      sendCallNs: missing(),
      tcpWaitNs: missing(),
      localQueueNs: missing(),
      kernelRttNs: missing(),
      wakeUpNs: missing(),
      residenceNs: missing(),
      serverTcpWaitNs: missing(),
    },
  };
}

/**
 * Writes the times of an echo behind the samples that count. It counts when whoever measures says so, as late as all
 * else of it is there.
 */
export function writeSample(samples: SampleBuffer, sentNs: number, rttNs: number): void {
  samples.rttNs[samples.count] = rttNs;
  samples.sentNs[samples.count] = sentNs;
}

/** How many probes of a session have been echoed, and in how many reads. */
export class EchoTally {
  echoes = 0;
  private reads = 0;

  /** @param reads that one echo came in */
  add(reads: number): void {
    this.echoes++;
    this.reads += reads;
  }

  get readsPerEcho(): number | undefined {
    return this.echoes === 0 ? undefined : this.reads / this.echoes;
  }
}
