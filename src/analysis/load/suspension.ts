/**
 * When this program was stopped (SIGSTOP, Ctrl-Z), and what that spoils: from the last thing it noted before to a
 * second after it went on, since the kernel has kept data meanwhile, which then comes all at once.
 */
import type { LoadRecording } from '../../result/load/load-result.ts';
import { NS_PER_S, type Span } from './window.ts';

const AFTERWARDS_NS: number = NS_PER_S;
/** One thread hears that the program goes on; others may have gone on for as long before it does. */
const NOTICE_NS: number = NS_PER_S / 2;

export function suspensions(recording: LoadRecording): Span[] {
  const { continuedAtNs } = recording;
  if (continuedAtNs.length === 0) return [];
  const noted = notedMoments(recording);
  return continuedAtNs.map((ns) => ({ fromNs: stoppedAt(noted, ns), toNs: ns + AFTERWARDS_NS }));
}

/** Whatever any thread noted, in the order of time. */
function notedMoments({ streams, processors, foreignProbes }: LoadRecording): Float64Array {
  const all = [...streams.map(({ tallies }) => tallies.atNs), processors.atNs, foreignProbes.sentAtNs];
  const moments = new Float64Array(1 + all.reduce((sum, { length }) => sum + length, 0));
  // The first is the start, before which there was nothing to note.
  let count = 1;
  for (const list of all) {
    for (const ns of list) if (ns !== null) moments[count++] = ns;
  }
  return moments.subarray(0, count).sort();
}

/** Where the longest silence began that ended shortly before the program was heard to go on. */
function stoppedAt(noted: Float64Array, continuedNs: number): number {
  let endNs = continuedNs;
  let longestNs = 0;
  let fromNs = continuedNs;
  for (let i = noted.findLastIndex((ns) => ns < continuedNs); i >= 0; i--) {
    const ns = noted[i] as number;
    if (endNs - ns > longestNs) {
      longestNs = endNs - ns;
      fromNs = ns;
    }
    if (ns < continuedNs - NOTICE_NS) break;
    endNs = ns;
  }
  return fromNs;
}
