/** A comparison of loads as a document: the verdicts first, then goodput and increase of both sides, and what to know. */
import type {
  ComparedFigure,
  ComparedLoads,
  LoadComparison,
} from '../../../../result/load/load-comparison.ts';
import { counted } from '../../../../text/numbers.ts';
import type { Depth, ReportDocument, Section } from '../../document.ts';
import { text } from '../../document.ts';
import { dateText, engineText } from '../../labels.ts';
import { doubtsSection } from './doubts.ts';
import { notesSection } from './notes.ts';
import { figuresSection, loadsSection } from './tables.ts';
import { verdictFigure } from './verdicts.ts';

/** Brief: the verdicts. Usual: the figures they are of, and doubts. Full: each load, too. */
export function loadComparisonDocument(comparison: LoadComparison, depth: Depth): ReportDocument {
  const { a, b } = comparison;
  const sections = [
    answerSection(comparison),
    ...(depth === 'brief'
      ? []
      : [
          figuresSection(comparison, depth),
          ...(depth === 'full' ? [loadsSection(comparison)] : []),
          notesSection(comparison),
          doubtsSection(comparison),
        ]),
  ];
  return {
    title: `Comparison under load: ${a.label} (A) with ${b.label} (B)`,
    byline: bylineOf(comparison),
    sections: sections.filter(({ parts }) => parts.length > 0),
  };
}

function bylineOf({ interleaved, a, b, tool }: LoadComparison): string {
  const engines = [...new Set([a, b].map(({ engine }) => engineText(engine)))];
  const [first, second] = [a, b].map(startOf);
  return [
    interleaved ? `${counted(a.loads.length, 'pair')} of loads in turns` : loadsText(a, b),
    `engine ${engines.join(' and ')}`,
    `measured ${first}${interleaved ? '' : ` and ${second}`} with echolot ${tool.version}`,
  ].join(', ');
}

function loadsText(a: ComparedLoads, b: ComparedLoads): string {
  return `${counted(a.loads.length, 'load')} of A and ${b.loads.length} of B`;
}

function startOf({ loads }: ComparedLoads): string {
  return dateText(loads[0]?.startedAt ?? '');
}

function answerSection({ figures, outcome: { status, error } }: LoadComparison): Section {
  const how = status === 'cancelled' ? 'was cancelled' : `failed: ${error?.message ?? ''}`;
  const ordered = [...figures].sort((one, other) => placeOf(one) - placeOf(other));
  return {
    id: 'answer',
    title: 'Answer',
    parts: [
      ...(status === 'complete' ? [] : [text(`Incomplete: the comparison ${how}`)]),
      ...(figures.length === 0
        ? [text('Nothing was carried that could be compared: give each phase more time (--duration)')]
        : []),
      ...(figures.length === 0
        ? []
        : [{ kind: 'key-figures', figures: ordered.map(verdictFigure) } as const]),
    ],
  };
}

/** What is carried comes before what that costs. */
function placeOf({ of }: ComparedFigure): number {
  return of === 'goodput' ? 0 : 1;
}
