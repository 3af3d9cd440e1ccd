/**
 * When this program was stopped (SIGSTOP, Ctrl-Z), and what that spoils: from the last thing it noted before to a
 * second after it went on, since the kernel has kept data meanwhile, which then comes all at once.
 */
import type { LoadRecording } from '../../result/load/load-result.ts';
import { NS_PER_S, type Span } from './window.ts';

const AFTERWARDS_NS: number = NS_PER_S;
/** Its threads go on at once, and the one that notices may be the last of them to have a processor. */
const NOTICED_NS: number = NS_PER_S;

export function suspensions({ continuedAtNs, streams, processors, foreignProbes }: LoadRecording): Span[] {
  if (continuedAtNs.length === 0) return [];
  const sent = foreignProbes.sentAtNs.filter((ns) => ns !== null);
  const noted = Float64Array.from(
    [processors.atNs, sent, ...streams.map(({ tallies }) => tallies.atNs)].flat(),
  ).sort();
  return continuedAtNs.map((continuedNs) => ({
    fromNs: lastBefore(noted, continuedNs),
    toNs: continuedNs + AFTERWARDS_NS,
  }));
}

/** Where the longest time began in which nothing was noted, of those that ended about when it went on. */
function lastBefore(noted: Float64Array, continuedNs: number): number {
  let found = 0;
  let longestNs = 0;
  let nextNs = continuedNs;
  for (let i = noted.findLastIndex((ns) => ns < continuedNs); nextNs > continuedNs - NOTICED_NS; i--) {
    const ns = noted[i] ?? 0;
    if (nextNs - ns > longestNs) [found, longestNs] = [ns, nextNs - ns];
    if (i < 0) break;
    nextNs = ns;
  }
  return found;
}
