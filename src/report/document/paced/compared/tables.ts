/** Times and answers of both sides at each rate, and each run that they are made of. */
import type {
  ComparedPaced,
  PacedComparedFigure,
  PacedComparison,
  PacedFigures,
} from '../../../../result/paced/paced-comparison.ts';
import { perSecondText, timeUnit, type Unit } from '../../../../text/units.ts';
import { type Depth, figures, NONE, type Part, type Section, table, text, words } from '../../document.ts';
import { cellOf, rateName } from '../words.ts';
import { comparedName, refusalText, times, verdictText } from './verdicts.ts';

const MEANING =
  'Of runs that took turns A and B are medians, and B / A is the middle of all runs of B against all of A, by ranks: a run that met with something else is one of many. Of others they are geometric means. In 95 of 100 comparisons all intervals hold their true values together, so that two sides that are the same are called different in 5 at most.';

export function figuresSection({ figures: all }: PacedComparison, depth: Depth): Section {
  const rates = [...Map.groupBy(all, ({ askedPerSecond }) => askedPerSecond)];
  const tables = rates.map(([rate, own]) => figuresTable(rate, own));
  const meaning = depth === 'full' && tables.length > 0 ? [text(MEANING)] : [];
  return { id: 'figures', title: 'Figures', parts: [...meaning, ...tables] };
}

function figuresTable(rate: number | null, all: readonly PacedComparedFigure[]): Part {
  const unit = timeUnit(all.filter(({ of }) => of !== 'answered').flatMap(({ a, b }) => [a ?? 0, b ?? 0]));
  const rows = all.map((figure) => {
    const { of, a, b, value, interval, refused } = figure;
    const cell = (one: number | null): string => {
      if (one === null) return NONE;
      return of === 'answered' ? perSecondText(one) : cellOf(one, unit);
    };
    const span = interval === null ? refusalText(refused) : `${times(interval.low)}–${times(interval.high)}`;
    const name = of === 'answered' ? comparedName(of) : `${comparedName(of)}, ${unit.name}`;
    return [name, cell(a), cell(b), value === null ? NONE : `${times(value)}x`, span, verdictText(figure)];
  });
  return table(
    rate === null ? 'Closed loop' : `At ${rateName(rate)}`,
    [
      words('figure'),
      figures('A', 1),
      figures('B', 2),
      figures('B / A'),
      figures('95 % interval', 3),
      words('verdict'),
    ],
    rows,
  );
}

/** A row for each run and rate, in the order of time. */
export function runsSection({ a, b, interleaved }: PacedComparison): Section {
  const all = inOrder(a, b);
  const unit = timeUnit(all.flatMap(({ run }) => run.steps.map(({ responseP50 }) => responseP50 ?? 0)));
  const rows = all.flatMap(({ side, run }, i) => rowsOf(run, side, String(run.round ?? i + 1), unit));
  const columns = [
    figures(interleaved ? 'pair' : 'run'),
    words('side'),
    words('rate'),
    figures('response p50'),
    figures('p99'),
    figures('service p50'),
    figures('answered'),
    figures('missing'),
    words('saturated'),
  ];
  return {
    id: 'runs',
    title: 'Runs',
    parts: [table(`Each run in the order of time: times in ${unit.name}`, columns, rows)],
  };
}

function rowsOf({ steps }: PacedFigures, side: string, number: string, unit: Unit): string[][] {
  const time = (ns: number | null): string => (ns === null ? NONE : cellOf(ns, unit));
  return steps.map((step) => [
    number,
    side,
    rateName(step.askedPerSecond) || NONE,
    time(step.responseP50),
    time(step.responseP99),
    time(step.serviceP50),
    step.answeredPerSecond === null ? NONE : perSecondText(step.answeredPerSecond),
    step.missing.toLocaleString('en-US'),
    step.isSaturated ? 'yes' : 'no',
  ]);
}

function inOrder(
  a: ComparedPaced,
  b: ComparedPaced,
): { readonly side: 'A' | 'B'; readonly run: PacedFigures }[] {
  const ofA = a.runs.map((run) => ({ side: 'A' as const, run }));
  const ofB = b.runs.map((run) => ({ side: 'B' as const, run }));
  return [...ofA, ...ofB].sort(
    (one, other) => Date.parse(one.run.startedAt) - Date.parse(other.run.startedAt),
  );
}
