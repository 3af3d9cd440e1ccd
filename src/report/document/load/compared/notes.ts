/** What to know of a comparison of loads, whose figures stand all the same. */
import type { ComparedLoads, LoadComparison } from '../../../../result/load/load-comparison.ts';
import { counted } from '../../../../text/numbers.ts';
import { addressLines } from '../../addresses.ts';
import type { Section } from '../../document.ts';
import { engineText } from '../../labels.ts';

export function notesSection(comparison: LoadComparison): Section {
  const { a, b } = comparison;
  const items = [
    ...(comparison.interleaved ? turnsNotes(comparison) : apartNotes(comparison)),
    ...sidedNotes(comparison),
    ...new Set([a, b].flatMap(({ plan, addresses }) => addressLines(plan, addresses))),
  ];
  return { id: 'notes', title: 'Notes', parts: items.length === 0 ? [] : [{ kind: 'list', items }] };
}

function turnsNotes({ turns, a, figures }: LoadComparison): string[] {
  const done = a.loads.length;
  const planned = turns?.rounds ?? done;
  const least = Math.min(done, ...figures.map(({ pairs }) => pairs ?? done));
  return [
    `${counted(done, 'pair')} of loads, A and B in random order`,
    ...(done < planned ? [`${done} of ${counted(planned, 'pair')} that were asked for`] : []),
    ...(least < done ? ['a pair of which one load has no such figure is left out of it'] : []),
    ...(figures.some(({ refused }) => refused !== null)
      ? ['five pairs at least are needed for an interval: --rounds 8 or more']
      : []),
    ...(figures.some(({ interval, verdict }) => interval !== null && verdict === 'too-uncertain')
      ? [`more pairs narrow the intervals: --rounds ${2 * planned}, or longer loads: --duration`]
      : []),
  ];
}

function apartNotes({ a, b, figures }: LoadComparison): string[] {
  const facts = (side: ComparedLoads): readonly (readonly [what: string, value: string])[] => [
    ['machine', `${side.system.cpu ?? side.system.arch}, ${side.system.platform} ${side.system.release}`],
    ['engine', engineText(side.engine)],
    ['phases', side.plan.phases.map(({ name, durationNs }) => `${name} ${durationNs / 1e9} s`).join(', ')],
    ['streams', String(side.plan.streams ?? 'auto')],
    ['address', side.remotes.join(', ')],
  ];
  const ofB = facts(b);
  const differences = facts(a).flatMap(([what, value], i) => {
    const other = ofB[i]?.[1] ?? '';
    return other === value ? [] : [`A and B differ in ${what}: ${value}; ${other}`];
  });
  return [
    'the loads were apart: whatever changed between them is part of the difference; to take turns, compare live (echolot compare HOST:PORT --load)',
    ...(figures.some(({ refused }) => refused !== null)
      ? [
          'one load a side cannot tell: loads of an unchanged path differ; compare several a side: echolot compare before-*.json -- after-*.json',
        ]
      : []),
    ...differences,
  ];
}

/** Options of a socket act on the data that it sends, or receives: the other direction is the server's own business. */
function sidedNotes({ a, b }: LoadComparison): string[] {
  const [ofA, ofB] = [a.plan.socket, b.plan.socket];
  const notes: string[] = [];
  if (ofA.congestionControl !== ofB.congestionControl) {
    notes.push(
      'congestion control is that of the sender: up of this machine, down of the server, for A and B alike',
    );
  }
  if (ofA.sendBufferBytes !== ofB.sendBufferBytes) notes.push('the send buffer is of data that goes up');
  if (ofA.receiveBufferBytes !== ofB.receiveBufferBytes) {
    notes.push('the receive buffer is of data that goes down');
  }
  return notes;
}
