/** What to know of the figures of a load, which stand all the same. */
import type { LoadResult } from '../../../result/load/load-result.ts';
import { counted, figureText } from '../../../text/numbers.ts';
import { delayText } from '../../../text/units.ts';
import { addressLines } from '../addresses.ts';
import type { Section } from '../document.ts';

const NS_PER_S = 1_000_000_000;

export function notesSection(result: LoadResult): Section {
  const { plan, addresses, foreignProbes, engine } = result;
  const items = [
    ...addressLines(plan, addresses),
    ...searchNotes(result),
    ...stabilityNotes(result),
    ...(plan.protocol === 'echo'
      ? ['by echo the same data goes both ways: its goodput is that of either direction']
      : []),
    ...(foreignProbes.layers === null && foreignProbes.dueAtNs.length > 0
      ? [`no kernel stamps (engine ${engine.name}): whose queue it is cannot be told`]
      : []),
  ];
  return { id: 'notes', title: 'Notes', parts: items.length === 0 ? [] : [{ kind: 'list', items }] };
}

/** Where the number of streams was left open. */
function searchNotes({ plan, phases, streams }: LoadResult): string[] {
  if (plan.streams !== null || plan.untilStable) return [];
  return phases.flatMap(({ name, fromAtNs, streamsFoundAtNs }): string[] => {
    const opened = streams.filter(({ phase, fromAtNs: atNs }) => phase === name && atNs >= fromAtNs);
    if (opened.length === 0) return [];
    const ways = new Set(opened.map(({ direction }) => direction)).size;
    const count = counted(opened.length / ways, 'stream');
    const each = ways > 1 ? ' in each direction' : '';
    if (streamsFoundAtNs === null)
      return [`${name}: ${count}${each}, and no end of the search for their number`];
    return [`${name}: ${count}${each}, found in ${secondsText(streamsFoundAtNs - fromAtNs)}`];
  });
}

function stabilityNotes({ plan, phases }: LoadResult): string[] {
  if (!plan.untilStable) return [];
  return phases.flatMap(({ name, fromAtNs, toAtNs, isComplete, stableAtNs }): string[] => {
    if (name === 'idle' || name === 'recovery') return [];
    if (stableAtNs !== null) {
      return [
        `${name}: goodput and responsiveness were stable after ${secondsText(stableAtNs - fromAtNs)}, which ended it`,
      ];
    }
    return isComplete
      ? [
          `${name}: goodput and responsiveness were not stable within ${delayText(roundedNs(toAtNs - fromAtNs))}`,
        ]
      : [];
  });
}

function secondsText(ns: number): string {
  return `${figureText(ns / NS_PER_S, 2)} s`;
}

/** To tenths of a second. */
function roundedNs(ns: number): number {
  return Math.round((10 * ns) / NS_PER_S) * (NS_PER_S / 10);
}
