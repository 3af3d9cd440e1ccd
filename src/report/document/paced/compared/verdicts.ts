/** What is said of B against A in words: a verdict, by how much, and how sure that is. */
import type { PacedComparedFigure, PacedComparedOf } from '../../../../result/paced/paced-comparison.ts';
import type { ComparedVerdict } from '../../../../result/turns.ts';
import { percentText } from '../../../../text/numbers.ts';
import type { KeyFigure } from '../../document.ts';
import { rateName } from '../words.ts';

/** From here on a ratio is told as such. */
const MANY_TIMES = 2;
/** A share that no run can show, since times are counted with those within a thousandth. */
const NOTHING = 0.0005;

const NAMES: Readonly<Record<PacedComparedOf, string>> = {
  'response.p50': 'Response p50',
  'response.p99': 'Response p99',
  'service.p50': 'Service p50',
  answered: 'Answered',
};
const OF_TIMES = { higher: 'B is slower', lower: 'B is faster' } as const;
const OF_ANSWERS = { higher: 'B answers more', lower: 'B answers less' } as const;
const OF_NEITHER = {
  'no-difference-shown': 'no difference shown',
  'too-uncertain': 'too uncertain',
} as const;

export function verdictText({ of, interval, verdict }: PacedComparedFigure): string {
  if (interval === null) return 'cannot tell';
  const words: Readonly<Record<ComparedVerdict, string>> = {
    ...(of === 'answered' ? OF_ANSWERS : OF_TIMES),
    ...OF_NEITHER,
  };
  return words[verdict];
}

export function refusalText(refused: PacedComparedFigure['refused']): string {
  return refused === 'missing' ? 'among those never answered' : (refused ?? '').replaceAll('-', ' ');
}

/** `Response p99`. */
export function comparedName(of: PacedComparedOf): string {
  return NAMES[of];
}

/** `Response p99, 2,000/s`; where there is one rate, or none, without it. */
export function verdictFigure(figure: PacedComparedFigure, hasRates: boolean): KeyFigure {
  const { of, askedPerSecond, value, interval, refused, verdict } = figure;
  const name = hasRates ? `${NAMES[of]}, ${rateName(askedPerSecond)}` : NAMES[of];
  const told = { name, value: verdictText(figure) };
  if (interval === null || value === null) return { ...told, detail: refusalText(refused) };
  const ends = [interval.low, interval.high] as const;
  if (verdict !== 'higher' && verdict !== 'lower') {
    const most = Math.max(...ends.map(shareOf));
    const upTo = interval.high >= MANY_TIMES ? `${times(interval.high)}x` : percentText(most);
    return { ...told, detail: most < NOTHING ? 'the same' : `one of up to ${upTo} may be there` };
  }
  if (interval.high >= MANY_TIMES) {
    return { ...told, detail: `${times(value)}x as long (${times(interval.low)}–${times(interval.high)})` };
  }
  const [least, most] = ends.map(shareOf).toSorted((x, y) => x - y) as [number, number];
  const bare = (share: number): string => percentText(share).replace(' %', '');
  return { ...told, detail: `by ${percentText(shareOf(value))} (${bare(least)}–${bare(most)})` };
}

/** `1.043`. */
export function times(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(3) : ratio.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

function shareOf(ratio: number): number {
  return Math.abs(ratio - 1);
}
