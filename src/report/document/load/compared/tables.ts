/** What both sides carried, how much longer an answer took meanwhile, and each load that this is made of. */
import type {
  ComparedFigure,
  ComparedLoads,
  LoadComparison,
  LoadFigures,
} from '../../../../result/load/load-comparison.ts';
import { largestRateUnit, type Unit } from '../../../../text/units.ts';
import {
  type Column,
  type Depth,
  figures,
  NONE,
  type Part,
  type Section,
  table,
  text,
  words,
} from '../../document.ts';
import { cellOf, figureOf, INTERVAL, latencyUnitOf, spanText } from '../words.ts';
import { placeText, refusalText, verdictText } from './verdicts.ts';

const MEANING =
  'Of loads that took turns A and B are medians, and B against A is the middle of all loads of B against all of A, by ranks: a load that met with something else is one of many. Of others they are means. In 95 of 100 comparisons all intervals hold their true values together, so that two sides that are the same are called different in 5 at most.';

export function figuresSection({ figures: all }: LoadComparison, depth: Depth): Section {
  const ofKind = (kind: ComparedFigure['of']): ComparedFigure[] => all.filter(({ of }) => of === kind);
  const [goodput, increase] = [ofKind('goodput'), ofKind('increase')];
  const tables = [
    ...(goodput.length === 0 ? [] : [goodputTable(goodput)]),
    ...(increase.length === 0 ? [] : [increaseTable(increase)]),
  ];
  const meaning = depth === 'full' && tables.length > 0 ? [text(MEANING)] : [];
  return { id: 'figures', title: 'Figures', parts: [...meaning, ...tables] };
}

function goodputTable(all: readonly ComparedFigure[]): Part {
  const unit = largestRateUnit(all.flatMap(({ a, b }) => [a, b]));
  const rows = all.map((figure) => {
    const { value, interval, refused } = figure;
    const span = interval === null ? refusalText(refused) : `${times(interval.low)}–${times(interval.high)}`;
    return [...beginOf(figure, unit), `${times(value)}x`, span, verdictText(figure)];
  });
  return table(`Goodput in ${unit.name}, counted by the receiver`, columns('B / A'), rows);
}

function increaseTable(all: readonly ComparedFigure[]): Part {
  const unit = latencyUnitOf(
    all.flatMap(({ a, b, interval }) => [a, b, interval?.low ?? 0, interval?.high ?? 0]),
  );
  const rows = all.map((figure) => {
    const { value, interval, refused } = figure;
    const span = interval === null ? refusalText(refused) : spanText({ interval }, unit);
    return [...beginOf(figure, unit), signed(value, unit), span, verdictText(figure)];
  });
  return table(`Increase of the median round trip against idle in ${unit.name}`, columns('B - A'), rows);
}

function columns(difference: string): Column[] {
  return [
    words('phase'),
    figures('A', 1),
    figures('B', 2),
    figures(difference),
    figures(INTERVAL, 3),
    words('verdict'),
  ];
}

function beginOf(figure: ComparedFigure, unit: Unit): string[] {
  return [placeText(figure), cellOf(figure.a, unit), cellOf(figure.b, unit)];
}

function times(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(3) : figureOf(ratio, { name: '', factor: 1 });
}

function signed(ns: number, unit: Unit): string {
  return `${ns > 0 ? '+' : ''}${cellOf(ns, unit)}`;
}

/** A row for each load, in the order of time. */
export function loadsSection({ a, b, figures: all, interleaved }: LoadComparison): Section {
  const rates = all.filter(({ of }) => of === 'goodput').flatMap((figure) => [figure.a, figure.b]);
  const times = all.filter(({ of }) => of === 'increase').flatMap((figure) => [figure.a, figure.b]);
  const [rateUnit, timeUnit] = [largestRateUnit(rates), latencyUnitOf(times)];
  const rows = inOrder(a, b).flatMap(({ side, load }, i) =>
    load.phases.map((phase) => {
      const { downBitsPerSecond: down, upBitsPerSecond: up, increase, hasSettled } = phase;
      const rate = (value: number | null): string => (value === null ? NONE : cellOf(value, rateUnit));
      return [
        interleaved ? String(load.round) : String(i + 1),
        side,
        phase.phase,
        rate(down),
        rate(up),
        increase === null ? NONE : signed(increase, timeUnit),
        hasSettled ? 'yes' : 'no',
      ];
    }),
  );
  const columnsOfLoads = [
    figures(interleaved ? 'pair' : 'load'),
    words('side'),
    words('phase'),
    figures('down'),
    figures('up'),
    figures('increase'),
    words('settled'),
  ];
  const caption = `Each load in the order of time: goodput in ${rateUnit.name}, increase in ${timeUnit.name}`;
  return {
    id: 'loads',
    title: 'Loads',
    parts: [table(caption, columnsOfLoads, rows, 'of what did not settle the second half counts')],
  };
}

function inOrder(
  a: ComparedLoads,
  b: ComparedLoads,
): { readonly side: 'A' | 'B'; readonly load: LoadFigures }[] {
  const ofA = a.loads.map((load) => ({ side: 'A' as const, load }));
  const ofB = b.loads.map((load) => ({ side: 'B' as const, load }));
  return [...ofA, ...ofB].sort(
    (one, other) => Date.parse(one.load.startedAt) - Date.parse(other.load.startedAt),
  );
}
