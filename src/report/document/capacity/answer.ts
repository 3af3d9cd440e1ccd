/** The answer of a search for a capacity: the rate with its interval, or in one sentence why there is none. */
import type { CapacityResult, CapacityTryRecord } from '../../../result/capacity/capacity-result.ts';
import { counted, percentText } from '../../../text/numbers.ts';
import { delayText } from '../../../text/units.ts';
import { type KeyFigure, type Part, type Section, text } from '../document.ts';
import { latencyText } from '../paced/words.ts';
import { isOverTime, openFigure, triedEnds } from './open-end.ts';
import { capacityText, outcomesText, rangeText } from './words.ts';

const PERCENTILES = [
  ['p50', 'p50'],
  ['p99', 'p99'],
  ['p99_9', 'p99.9'],
] as const;

export function answerSection(result: CapacityResult): Section {
  const figures = [
    capacityFigure(result),
    ...responseFigure(result),
    ...beyondFigure(result),
    ...triesFigure(result),
  ];
  return {
    id: 'answer',
    title: 'Answer',
    parts: [...outcomeParts(result), { kind: 'key-figures', figures }],
  };
}

/** Whoever reads it later must know that it is not the whole search. */
function outcomeParts({ outcome: { status, error } }: CapacityResult): Part[] {
  if (status === 'complete') return [];
  const why = error === null ? '' : `: ${error.message}${error.advice === null ? '' : ` (${error.advice})`}`;
  return [text(`Incomplete: the search ${status === 'cancelled' ? 'was cancelled' : `failed${why}`}`)];
}

function capacityFigure(result: CapacityResult): KeyFigure {
  const { plan, statistics } = result;
  const name = 'Capacity';
  const { condition } = plan;
  const { finding, perSecond, lowPerSecond: low, highPerSecond: high } = statistics;
  switch (finding) {
    case 'found':
      return {
        name,
        value: capacityText(perSecond ?? 0),
        detail: `95 %: ${rangeText(low ?? 0, high ?? 0)}; ${condition} held at ${capacityText(low ?? 0)}, not at ${capacityText(high ?? 0)}${widthWords(low ?? 0, high ?? 0, plan.precision)}`,
      };
    case 'at-least-max':
      return {
        name,
        value: `at least ${capacityText(low ?? 0)}`,
        detail: `${condition} held there, the highest rate allowed; 97.5 %`,
      };
    case 'at-least-sent':
      return {
        name,
        value: `at least ${capacityText(low ?? 0)}`,
        detail: `${condition} held there; this program could not send faster, so that it is no limit of the server`,
      };
    case 'below-first':
      return {
        name,
        value: `below ${capacityText(high ?? 0)}`,
        detail: `${condition} does not hold at the first rate: take a lower --from, or another condition`,
      };
    case 'open':
      return { name, ...openFigure(result) };
  }
}

/** Tries that disagree beside it make it wider than was asked for. */
function widthWords(low: number, high: number, precision: number): string {
  const width = high / low - 1;
  // Rates are rounded, and the ends stand at equal ratios.
  return width > 1.05 * precision ? `; ${percentText(width)} apart, since tries between them disagree` : '';
}

/** At the highest rate that is sure, or else that held more often than not. */
function responseFigure({ tries, statistics }: CapacityResult): KeyFigure[] {
  const at = statistics.lowPerSecond ?? triedEnds(statistics).held;
  const own = tries.filter(({ perSecond, outcome }) => perSecond === at && outcome === 'held');
  if (at === undefined || own.length === 0) return [];
  const [p50, ...tail] = PERCENTILES.flatMap(([name, shown]) => {
    const value = medianOf(own, name);
    return value === null ? [] : [{ shown, value }];
  });
  if (p50 === undefined) return [];
  const details = tail.map(({ shown, value }) => `${shown} ${latencyText(value)}`);
  return [
    {
      name: 'Response, p50',
      value: latencyText(p50.value),
      detail: [`at ${capacityText(at)}`, ...details].join(', '),
    },
  ];
}

/** Of several tries the middle one. */
function medianOf(tries: readonly CapacityTryRecord[], name: 'p50' | 'p99' | 'p99_9'): number | null {
  const values = tries
    .map(({ response }) => response?.[name] ?? Number.POSITIVE_INFINITY)
    .sort((a, b) => a - b);
  const middle = values[Math.floor((values.length - 1) / 2)] ?? Number.POSITIVE_INFINITY;
  return Number.isFinite(middle) ? middle : null;
}

/** What failed beyond it. */
function beyondFigure({ tries, statistics: { highPerSecond, perSecond } }: CapacityResult): KeyFigure[] {
  const from = highPerSecond ?? perSecond;
  if (from === null) return [];
  const beyond = tries.filter((one) => one.perSecond >= from && one.outcome !== 'held');
  if (beyond.length === 0) return [];
  return [
    {
      name: 'Beyond it',
      value: `${beyond.length} did not hold`,
      detail: outcomesText(beyond.map(({ outcome }) => outcome)),
    },
  ];
}

function triesFigure({ tries, statistics: { rates }, plan, durationNs }: CapacityResult): KeyFigure[] {
  if (tries.length === 0) return [];
  const own = tries.filter(({ outcome }) => outcome === 'own').length;
  const details = [
    `of ${counted(rates.length, 'rate')}, ${delayText(plan.stepNs)} each or longer`,
    ...(own === 0 ? [] : [`${own} of them count for neither side: this program was late`]),
    ...(isOverTime({ durationNs, plan }) ? [`ended by --max-time ${delayText(plan.maxTimeNs)}`] : []),
  ];
  return [{ name: 'Tries', value: tries.length.toLocaleString('en-US'), detail: details.join('; ') }];
}
