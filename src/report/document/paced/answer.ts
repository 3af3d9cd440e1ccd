/** The answer of paced probes: what was sent and answered, how long that took, and whether it left when it was due. */
import type { PacedResult } from '../../../result/paced/paced-result.ts';
import { PACED_PERCENTILES, type PacedEstimate } from '../../../result/paced/paced-statistics.ts';
import { counted, percentText } from '../../../text/numbers.ts';
import { perSecondText, timeUnit } from '../../../text/units.ts';
import type { Depth, KeyFigure, Part, Section } from '../document.ts';
import { NONE, text } from '../document.ts';
import { doubtsOf } from './doubts.ts';
import { hindranceWords } from './hindrance.ts';
import { inFlightOf, isClosed, isTold, notKeptWords, type PacedStep, stepsOf } from './steps.ts';
import { sweepTable } from './sweep.ts';
import {
  intervalWords,
  latencyText,
  percentileName,
  percentileText,
  rateIntervalWords,
  rateName,
} from './words.ts';

/** The tail that the answer has; tables have the rest. */
const TAIL = PACED_PERCENTILES.filter((name) => name !== 'p50' && name !== 'p99_99');

/** @param depth brief: there is nothing below it, so that it tells of doubts, too */
export function answerSection(result: PacedResult, depth: Depth): Section {
  const steps = stepsOf(result);
  const [only, second] = steps;
  const figures = [
    ...(second === undefined ? (only === undefined ? [] : stepFigures(result, only)) : kneeFigure(result)),
    ...(depth === 'brief' && only !== undefined ? doubtsFigure(result) : []),
  ];
  const parts: Part[] = [
    ...outcomeParts(result),
    ...(figures.length === 0 ? [] : [{ kind: 'key-figures', figures } as const]),
    ...(second === undefined ? [] : [sweepTable(steps)]),
  ];
  return { id: 'answer', title: 'Answer', parts };
}

/** Whoever reads it later must know that it is not the whole run. */
function outcomeParts({ outcome: { status, error }, steps, plan }: PacedResult): Part[] {
  if (status === 'complete') return [];
  const why = error === null ? '' : `: ${error.message}${error.advice === null ? '' : ` (${error.advice})`}`;
  const how = status === 'cancelled' ? 'was cancelled' : `failed${why}`;
  const complete = steps.filter(({ isComplete }) => isComplete).length;
  const planned = Math.max(1, plan.ratesPerSecond.length);
  const cut = steps.find(({ isComplete }) => !isComplete)?.askedPerSecond ?? null;
  const within = cut === null ? '' : `, ended within ${rateName(cut)}`;
  return [
    text(`Incomplete: the run ${how}; ${complete} of ${counted(planned, 'step')} ran to the end${within}`),
  ];
}

function stepFigures(result: PacedResult, step: PacedStep): KeyFigure[] {
  if (isClosed(result)) {
    return [
      answeredFigure(result, step),
      ...timesFigure(step, 'Response', 'service', ''),
      lostFigure(result, step),
    ];
  }
  return [
    askedFigure(step),
    ...saturatedFigure(step),
    ...timesFigure(step, 'Response', 'response', 'from due'),
    ...timesFigure(step, 'Service', 'service', 'from sent'),
    ...lateFigure(step),
    backlogFigure(step),
    lostFigure(result, step),
  ];
}

function askedFigure({ statistics }: PacedStep): KeyFigure {
  const { askedPerSecond, sentPerSecond, answeredPerSecond } = statistics;
  const details = [
    `sent ${perSecondText(sentPerSecond)}`,
    `answered ${answeredText(answeredPerSecond)}`,
    ...rateIntervalWords(answeredPerSecond),
  ];
  return { name: 'Asked', value: rateName(askedPerSecond), detail: details.join(', ') };
}

function answeredFigure(result: PacedResult, { statistics: { answeredPerSecond } }: PacedStep): KeyFigure {
  const { connections } = result.plan;
  const details = [
    ...rateIntervalWords(answeredPerSecond),
    `${(connections * inFlightOf(result)).toLocaleString('en-US')} under way at most`,
  ];
  return { name: 'Answered', value: answeredText(answeredPerSecond), detail: details.join(', ') };
}

function answeredText({ value }: PacedEstimate): string {
  return perSecondText(value ?? 0);
}

function saturatedFigure({ statistics: { isSaturated } }: PacedStep): KeyFigure[] {
  if (!isSaturated) return [];
  return [{ name: 'Saturated', value: 'yes', detail: 'the queue grew to the end: longer is slower' }];
}

/** @param from where the time begins; '' where there is one kind only */
function timesFigure(step: PacedStep, name: string, kind: 'response' | 'service', from: string): KeyFigure[] {
  const times = step.statistics[kind];
  if (times === null) return kind === 'response' ? unansweredFigure(step) : [];
  const { p50, max } = times;
  const details = [
    ...(p50.value === null ? [] : intervalWords(p50, timeUnit([p50.value]))),
    ...TAIL.filter((tail) => isTold(step, kind, tail)).map(
      (tail) => `${percentileName(tail)} ${percentileText(times[tail], max)}`,
    ),
    `max ${latencyText(max)}`,
  ];
  const begin = from === '' ? '' : `${from}; `;
  const value = isTold(step, kind, 'p50') ? percentileText(p50, max) : NONE;
  return [{ name: `${name}, p50`, value, detail: `${begin}${details.join(', ')}` }];
}

/** In place of times: there are none of a step in which those that were due before it kept all others waiting. */
function unansweredFigure({ record: { counts } }: PacedStep): KeyFigure[] {
  if (counts.due === 0) return [];
  const detail =
    counts.sent === 0
      ? 'none that was due in the step was sent: those before it still waited'
      : 'none was answered';
  return [{ name: 'Response', value: NONE, detail }];
}

function lateFigure({ record, statistics: { lateShare, lateMax } }: PacedStep): KeyFigure[] {
  if (record.counts.sent === 0) return [];
  const details = [
    'more than 100 µs after due',
    ...(lateMax === null ? [] : [`worst ${latencyText(lateMax)}`]),
    ...hindranceWords(record.late),
  ];
  return [{ name: 'Late', value: percentText(lateShare), detail: details.join(', ') }];
}

function backlogFigure({ statistics: { backlog } }: PacedStep): KeyFigure {
  const detail = backlog === 0 ? '' : 'due and not sent at the end';
  return { name: 'Backlog', value: backlog.toLocaleString('en-US'), detail };
}

function lostFigure({ connections }: PacedResult, { record: { counts } }: PacedStep): KeyFigure {
  const gone = connections.filter(({ lostAtNs }) => lostAtNs !== null).length;
  const cut = counts.lost === 0 ? '' : 'under way when the run was ended';
  const detail = gone === 0 ? cut : `with ${gone} of ${counted(connections.length, 'connection')}`;
  return { name: 'Lost', value: counts.lost.toLocaleString('en-US'), detail };
}

/** Up to which of several rates all was well. */
function kneeFigure(result: PacedResult): KeyFigure[] {
  const { doubts } = result.statistics;
  const ascending = stepsOf(result).toSorted((a, b) => askedOf(a) - askedOf(b));
  const first = ascending.findIndex((step) => notKeptWords(step, doubts) !== undefined);
  const [kept, beyond] =
    first === -1 ? [ascending.at(-1), undefined] : [ascending[first - 1], ascending[first]];
  const value = kept === undefined ? 'none' : rateName(askedOf(kept));
  const highest = Math.max(...result.plan.ratesPerSecond);
  const asked = ascending.at(-1)?.statistics.askedPerSecond === highest;
  const detail =
    beyond === undefined
      ? `the highest rate ${asked ? 'asked for' : 'that was begun'}`
      : `${rateName(askedOf(beyond))}: ${notKeptWords(beyond, doubts)}`;
  return [{ name: 'Kept up to', value, detail }];
}

function askedOf({ statistics: { askedPerSecond } }: PacedStep): number {
  return askedPerSecond ?? 0;
}

function doubtsFigure(result: PacedResult): KeyFigure[] {
  const doubts = doubtsOf(result);
  const [first] = doubts;
  if (first === undefined) return [];
  const lead = doubts.length === 1 ? '' : 'the first: ';
  return [
    { name: 'Doubts', value: String(doubts.length), detail: `${lead}${first.cases[0]?.message ?? ''}` },
  ];
}
