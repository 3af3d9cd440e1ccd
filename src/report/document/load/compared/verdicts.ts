/** What is said of B against A in words: a verdict, by how much, and how sure that is. */
import type { ComparedFigure } from '../../../../result/load/load-comparison.ts';
import type { ComparedVerdict } from '../../../../result/turns.ts';
import { percentText } from '../../../../text/numbers.ts';
import type { KeyFigure } from '../../document.ts';
import { figureOf, latencyUnitOf } from '../words.ts';

const VERDICTS: Readonly<Record<ComparedFigure['of'], Readonly<Record<ComparedVerdict, string>>>> = {
  goodput: {
    higher: 'B carries more',
    lower: 'B carries less',
    'no-difference-shown': 'no difference shown',
    'too-uncertain': 'too uncertain',
  },
  increase: {
    higher: 'B waits longer',
    lower: 'B waits less',
    'no-difference-shown': 'no difference shown',
    'too-uncertain': 'too uncertain',
  },
};

export function verdictText({ of, interval, verdict }: ComparedFigure): string {
  return interval === null ? 'cannot tell' : VERDICTS[of][verdict];
}

export function refusalText(refused: ComparedFigure['refused']): string {
  return (refused ?? '').replaceAll('-', ' ');
}

/** `down`, and of a phase in which data went both ways `both, down`. */
export function placeText({ phase, direction }: ComparedFigure): string {
  return direction === null || direction === phase ? phase : `${phase}, ${direction}`;
}

export function verdictFigure(figure: ComparedFigure): KeyFigure {
  const what = figure.of === 'goodput' ? 'Goodput' : 'Increase';
  const name = `${what}, ${placeText(figure)}`;
  const value = verdictText(figure);
  const { interval, refused, verdict } = figure;
  if (interval === null) return { name, value, detail: refusalText(refused) };
  const { least, most, middle, unit } = sizesOf(figure, interval);
  if (verdict === 'higher' || verdict === 'lower') {
    return { name, value, detail: `by ${middle} ${unit} (${least}–${most})` };
  }
  return { name, value, detail: `one of up to ${most} ${unit} may be there` };
}

/** How much it is to either side: of a ratio in percent, of times in the unit of the largest. */
function sizesOf(
  { of, value }: ComparedFigure,
  { low, high }: { readonly low: number; readonly high: number },
): { readonly least: string; readonly middle: string; readonly most: string; readonly unit: string } {
  const same = of === 'goodput' ? 1 : 0;
  const size = (end: number): number => Math.abs(end - same);
  const [least, most] = [size(low), size(high)].toSorted((x, y) => x - y) as [number, number];
  const [unit, textOf] = of === 'goodput' ? PERCENT : timesIn(most);
  return { least: textOf(least), middle: textOf(size(value)), most: textOf(most), unit };
}

type Scale = readonly [unit: string, textOf: (size: number) => string];

const PERCENT: Scale = ['%', (share) => percentText(share).replace(' %', '')];

function timesIn(most: number): Scale {
  const unit = latencyUnitOf([most]);
  return [unit.name, (ns) => figureOf(ns, unit)];
}
