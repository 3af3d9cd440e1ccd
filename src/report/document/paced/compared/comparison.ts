/** A comparison of paced probes as a document: the verdicts first, then the figures of both sides, and what to know. */
import type { ComparedPaced, PacedComparison } from '../../../../result/paced/paced-comparison.ts';
import { counted } from '../../../../text/numbers.ts';
import type { Depth, ReportDocument, Section } from '../../document.ts';
import { text } from '../../document.ts';
import { dateText, engineText } from '../../labels.ts';
import { rateName } from '../words.ts';
import { doubtsSection } from './doubts.ts';
import { notesSection } from './notes.ts';
import { figuresSection, runsSection } from './tables.ts';
import { verdictFigure } from './verdicts.ts';

/** Brief: the verdicts. Usual: the figures they are of, and doubts. Full: each run, too. */
export function pacedComparisonDocument(comparison: PacedComparison, depth: Depth): ReportDocument {
  const { a, b } = comparison;
  const sections = [
    answerSection(comparison),
    ...(depth === 'brief'
      ? []
      : [
          figuresSection(comparison, depth),
          ...(depth === 'full' ? [runsSection(comparison)] : []),
          notesSection(comparison),
          doubtsSection(comparison),
        ]),
  ];
  return {
    title: `Comparison of ${loopsText(a)}: ${a.label} (A) with ${b.label} (B)`,
    byline: bylineOf(comparison),
    sections: sections.filter(({ parts }) => parts.length > 0),
  };
}

function loopsText({ plan }: ComparedPaced): string {
  return plan.ratesPerSecond.length === 0 ? 'closed loops' : 'open loops';
}

function bylineOf({ interleaved, a, b, tool }: PacedComparison): string {
  const engines = [...new Set([a, b].map(({ engine }) => engineText(engine)))];
  const [first, second] = [a, b].map(({ runs }) => dateText(runs[0]?.startedAt ?? ''));
  const rates = a.plan.ratesPerSecond.map(rateName);
  return [
    interleaved
      ? `${counted(a.runs.length, 'pair')} of runs in turns`
      : `${counted(a.runs.length, 'run')} of A and ${b.runs.length} of B`,
    ...(rates.length === 1 ? rates : []),
    counted(a.plan.connections, 'connection'),
    `engine ${engines.join(' and ')}`,
    `measured ${first}${interleaved ? '' : ` and ${second}`} with echolot ${tool.version}`,
  ].join(', ');
}

function answerSection({ figures, outcome: { status, error } }: PacedComparison): Section {
  const how = status === 'cancelled' ? 'was cancelled' : `failed: ${error?.message ?? ''}`;
  const hasRates = new Set(figures.map(({ askedPerSecond }) => askedPerSecond)).size > 1;
  return {
    id: 'answer',
    title: 'Answer',
    parts: [
      ...(status === 'complete' ? [] : [text(`Incomplete: the comparison ${how}`)]),
      figures.length === 0
        ? text('No step ran to its end on both sides')
        : { kind: 'key-figures', figures: figures.map((figure) => verdictFigure(figure, hasRates)) },
    ],
  };
}
