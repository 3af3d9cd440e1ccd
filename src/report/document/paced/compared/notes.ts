/** What to know of a comparison of paced probes, whose figures stand all the same. */
import type { ComparedPaced, PacedComparison } from '../../../../result/paced/paced-comparison.ts';
import { counted } from '../../../../text/numbers.ts';
import { addressLines } from '../../addresses.ts';
import type { Section } from '../../document.ts';
import { engineText } from '../../labels.ts';
import { rateName } from '../words.ts';

export function notesSection(comparison: PacedComparison): Section {
  const { a, b, figures, interleaved } = comparison;
  const hasSaturated = [a, b].some(({ runs }) =>
    runs.some(({ steps }) => steps.some(({ isSaturated }) => isSaturated)),
  );
  const items = [
    ...(interleaved ? turnsNotes(comparison) : apartNotes(comparison)),
    ...(hasSaturated
      ? [
          'where a rate is too much, times are of this length of step: compare what is answered, or a lower rate',
        ]
      : []),
    ...(figures.some(({ refused }) => refused === 'missing')
      ? ['a percentile among probes that were never answered is longer than all others, and has no ratio']
      : []),
    ...(figures.some(({ refused }) => refused === 'too-few-probes')
      ? ['a p99 takes 500 probes in each step: --duration']
      : []),
    ...new Set([a, b].flatMap(({ plan, addresses }) => addressLines(plan, addresses))),
  ];
  return { id: 'notes', title: 'Notes', parts: items.length === 0 ? [] : [{ kind: 'list', items }] };
}

function turnsNotes({ turns, a, figures }: PacedComparison): string[] {
  const done = a.runs.length;
  const planned = turns?.rounds ?? done;
  return [
    `${counted(done, 'pair')} of runs, A and B in random order`,
    ...(done < planned ? [`${done} of ${counted(planned, 'pair')} that were asked for`] : []),
    ...(figures.some(({ refused }) => refused === 'too-few-runs')
      ? ['more pairs are needed for an interval: --rounds 8 or more']
      : []),
    ...(figures.some(({ interval, verdict }) => interval !== null && verdict === 'too-uncertain')
      ? [`more pairs narrow the intervals: --rounds ${2 * planned}, or longer steps: --duration`]
      : []),
  ];
}

function apartNotes({ a, b, figures }: PacedComparison): string[] {
  const ofB = factsOf(b);
  const differences = factsOf(a).flatMap(([what, value], i) => {
    const other = ofB[i]?.[1] ?? '';
    return other === value ? [] : [`A and B differ in ${what}: ${value}; ${other}`];
  });
  return [
    'the runs were apart: whatever changed between them is part of the difference; to take turns, compare live (echolot compare HOST:PORT --rate 2000/s)',
    ...(figures.some(({ refused }) => refused === 'too-few-runs')
      ? [
          'one run a side cannot tell: runs of an unchanged target differ; compare several a side: echolot compare before-*.json -- after-*.json',
        ]
      : []),
    ...differences,
  ];
}

function factsOf(side: ComparedPaced): readonly (readonly [what: string, value: string])[] {
  const { system, plan, server, engine, remotes } = side;
  return [
    ['machine', `${system.cpu ?? system.arch}, ${system.platform} ${system.release}`],
    ['engine', engineText(engine)],
    ['protocol', server?.protocol ?? plan.protocol],
    ['rates', plan.ratesPerSecond.map(rateName).join(', ') || 'none'],
    ['arrivals', plan.arrivals ?? 'none'],
    ['connections', String(plan.connections)],
    ['probes in flight', String(server?.inFlight ?? plan.inFlight)],
    ['length of steps', `${plan.stepNs / 1e9} s`],
    ['server delay', `${plan.serverDelayNs / 1e6} ms`],
    ['address', remotes.join(', ')],
  ];
}
