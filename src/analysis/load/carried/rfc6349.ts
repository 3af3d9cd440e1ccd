/** The metrics of RFC 6349, "Framework for TCP Throughput Testing", of the direction whose sender is here. */
import type { LoadRecording } from '../../../result/load/load-result.ts';
import type { LatencyStatistics, Rfc6349 } from '../../../result/load/load-statistics.ts';
import { mostOf } from '../../../stats/extremes.ts';
import { probesWithin } from '../waiting/latency.ts';
import type { Window } from '../window.ts';
import { retransmittedShare } from './counters.ts';
import { countedRates, type DirectedStreams } from './goodput.ts';

/**
 * @param idle the least of its round trips is that of the path without a queue
 * @returns null of the other direction, and where the kernel does not tell what was sent again
 */
export function rfc6349(
  { plan, foreignProbes }: LoadRecording,
  { direction, streams, receipts }: DirectedStreams,
  window: Window,
  idle: LatencyStatistics | null,
): Rfc6349 | null {
  if (direction !== 'up') return null;
  const again = retransmittedShare(streams, window);
  if (again === null) return null;
  const { rates } = countedRates(receipts, window);
  const mean = meanOf(rates);
  // 4.1.1; what the path could do is not known, so the most that it did stands for it.
  const ideal = plan.bitsPerSecond ?? mostOf(rates);
  const meanRttNs = meanOf(probesWithin([foreignProbes], window).rttNs);
  return {
    transferTimeRatio: mean > 0 ? ideal / mean : null,
    // 4.1.2
    efficiency: 1 - again,
    // 4.1.3
    bufferDelay:
      idle === null || idle.min === 0 || Number.isNaN(meanRttNs) ? null : (meanRttNs - idle.min) / idle.min,
  };
}

/** NaN of none. */
function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}
