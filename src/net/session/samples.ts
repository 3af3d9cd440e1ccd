/** Memory for the samples of a session or a batch, all of it before the first probe. */
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
