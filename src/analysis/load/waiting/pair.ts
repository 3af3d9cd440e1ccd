/**
 * What the two kinds of probe say together. Those on a connection of their own wait in queues that others share with
 * the load; those within the data wait in all that the data waits in. Where only the latter wait, the data has a queue
 * of its own: a fair queue keeps others out of it, or it is its sender's. Said of intervals, never of values alone.
 */
import type { IncreaseStatistics, PairMeaning } from '../../../result/load/load-statistics.ts';

/** Nobody calls it waiting. */
export const NEGLIGIBLE_NS = 2_000_000;
/** Of the increase of the data's own probes: what others wait of it is little. */
export const LITTLE_SHARE = 0.2;
/**
 * Who waits for longer does so in a queue, however long the data waits beside it, which after losses waits for what is
 * sent again, too. A fair queue that serves 16 streams in turn, a packet each, keeps others for 9.6 ms at 20 Mbit/s.
 */
const MOST_LITTLE_NS = 10_000_000;

export function pairMeaning(foreign: IncreaseStatistics | null, own: IncreaseStatistics | null): PairMeaning {
  const others = foreign?.p50.interval ?? null;
  const data = own?.p50.interval ?? null;
  if (own === null || others === null || data === null) return 'unknown';
  if (others.high <= NEGLIGIBLE_NS && data.high <= NEGLIGIBLE_NS) return 'none';
  const littleNs = Math.max(NEGLIGIBLE_NS, Math.min(LITTLE_SHARE * own.p50.value, MOST_LITTLE_NS));
  if (others.low > littleNs) return 'shared';
  // What is little must be so beside the wait of the data, too.
  return others.high <= littleNs && data.low > 2 * NEGLIGIBLE_NS ? 'own-flow' : 'unknown';
}
