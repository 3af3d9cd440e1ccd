/**
 * When this program was stopped (SIGSTOP, Ctrl-Z), and what that spoils: from the last thing it noted before to a
 * second after it went on, since the kernel has kept data meanwhile, which then comes all at once.
 */
import type { LoadRecording } from '../../result/load/load-result.ts';
import { NS_PER_S, type Span } from './window.ts';

const AFTERWARDS_NS: number = NS_PER_S;

export function suspensions({ continuedAtNs, streams, processors, foreignProbes }: LoadRecording): Span[] {
  return continuedAtNs.map((continuedNs) => {
    let lastNs = 0;
    const look = (moments: readonly (number | null)[]): void => {
      for (const ns of moments) if (ns !== null && ns < continuedNs && ns > lastNs) lastNs = ns;
    };
    for (const { tallies } of streams) look(tallies.atNs);
    look(processors.atNs);
    look(foreignProbes.sentAtNs);
    return { fromNs: lastNs, toNs: continuedNs + AFTERWARDS_NS };
  });
}
