/** The answer of a load: what the path carries, how long an answer takes meanwhile, and whose queue that is. */
import type { LoadResult } from '../../../result/load/load-result.ts';
import type {
  DirectionStatistics,
  LatencyStatistics,
  LoadEstimate,
  LoadedPhaseStatistics,
  LoadStatistics,
} from '../../../result/load/load-statistics.ts';
import { counted, figureText } from '../../../text/numbers.ts';
import { memoryText } from '../../../text/sizes.ts';
import { largestRateUnit } from '../../../text/units.ts';
import { grantText } from '../../load/grant-text.ts';
import type { Depth, KeyFigure, Part, Section } from '../document.ts';
import { text } from '../document.ts';
import { gradeFigure } from './grade.ts';
import { limitFigure, sharePercent } from './limits.ts';
import { byIncrease } from './phases.ts';
import { qooFigure } from './qoo.ts';
import { othersFigure, queueFigure } from './queues.ts';
import { isThin } from './tables.ts';
import {
  estimateText,
  estimateUnit,
  figureOf,
  increaseText,
  intervalText,
  joined,
  rateText,
  rpmText,
  spanText,
} from './words.ts';

const NS_PER_S = 1_000_000_000;

/** @param depth brief: there is nothing below it, so that it tells of doubts, too */
export function answerSection(result: LoadResult, depth: Depth): Section {
  const figures = keyFigures(result, depth);
  const parts: Part[] = [
    ...outcomeParts(result),
    ...grantParts(result),
    ...(figures.length === 0 ? [] : [{ kind: 'key-figures', figures } as const]),
  ];
  return { id: 'answer', title: 'Answer', parts };
}

/** Whoever reads it later must know that it is not the whole run. */
function outcomeParts({ outcome: { status, error }, phases, plan }: LoadResult): Part[] {
  if (status === 'complete') return [];
  const why = error === null ? '' : `: ${error.message}${error.advice === null ? '' : ` (${error.advice})`}`;
  const how = status === 'cancelled' ? 'was cancelled' : `failed${why}`;
  const complete = phases.filter(({ isComplete }) => isComplete).length;
  const cut = phases.find(({ isComplete }) => !isComplete);
  const within = cut === undefined ? '' : `, ended within ${cut.name}`;
  return [
    text(`Incomplete: the load ${how}; ${complete} of ${counted(plan.phases.length, 'phase')} ran${within}`),
  ];
}

/** Figures are those of what the server let be asked. */
function grantParts({ plan, granted }: LoadResult): Part[] {
  const told = granted === null ? '' : grantText(plan, granted);
  return told === '' ? [] : [text(`By its terms ${told}`)];
}

function keyFigures(result: LoadResult, depth: Depth): KeyFigure[] {
  const { statistics } = result;
  const { idle, loaded } = statistics;
  if (idle === null && loaded.length === 0) return [];
  return [
    ...loaded.flatMap((phase) => goodputFigure(phase, phaseNs(result, phase))),
    ...latencyFigures(statistics),
    ...increaseFigure(loaded),
    ...queueFigure(loaded),
    ...othersFigure(loaded),
    ...limitFigure(loaded),
    ...responsivenessFigure(loaded),
    ...qooFigure(result),
    gradeFigure(statistics),
    ...(depth === 'brief' ? doubtsFigure(statistics) : []),
  ];
}

function phaseNs({ phases }: LoadResult, { phase }: LoadedPhaseStatistics): number {
  const record = phases.find(({ name }) => name === phase);
  return record === undefined ? 0 : record.toAtNs - record.fromAtNs;
}

/** Of a phase in which data went both ways at once: both in one line. */
function goodputFigure(
  { phase, directions, settledAtNs }: LoadedPhaseStatistics,
  durationNs: number,
): KeyFigure[] {
  const [first, ...others] = directions;
  if (first === undefined) return [];
  if (directions.every(isNothing)) {
    const name = phase === 'both' ? 'Both ways' : nameOf(phase);
    return [{ name, value: 'nothing', detail: nothingText(first, durationNs) }];
  }
  const unsettled = settledAtNs === null ? 'did not settle' : '';
  if (phase !== 'both') {
    const value = rateText(first.goodput.value);
    return [{ name: nameOf(phase), value, detail: joined([unsettled, spreadText(first)]) }];
  }
  const told = [first, ...others].map((one, i) => {
    const { direction, goodput } = one;
    const unit = largestRateUnit([goodput.value]);
    const value = i === 0 ? '' : ` ${carriedText(one)}`;
    const detail = isNothing(one) ? nothingText(one, durationNs) : intervalText(goodput, unit);
    return joined([`${direction}${value}`, detail]);
  });
  return [
    {
      name: 'Both ways',
      value: carriedText(first),
      detail: joined([unsettled, ...told], '; '),
    },
  ];
}

function nameOf(phase: LoadedPhaseStatistics['phase']): string {
  return phase === 'down' ? 'Down' : 'Up';
}

/** Whether none of the time that counts had any of it. */
function isNothing({ shares }: DirectionStatistics): boolean {
  return shares.every((share) => share === 0);
}

function carriedText(way: DirectionStatistics): string {
  return isNothing(way) ? 'nothing' : rateText(way.goodput.value);
}

/** `came through in 7.0 s`. */
function nothingText({ receivedBytes }: DirectionStatistics, durationNs: number): string {
  const first = receivedBytes === 0 ? '' : ` but the first ${memoryText(receivedBytes)}`;
  return `came through in ${figureText(durationNs / NS_PER_S, 2)} s${first}`;
}

/** What was sent again is of the direction, where its sender is here. */
function spreadText({ goodput, p10, p90, retransmittedShare }: DirectionStatistics): string {
  const unit = largestRateUnit([goodput.value]);
  return joined([
    intervalText(goodput, unit),
    `p10 to p90: ${figureOf(p10, unit)}–${figureOf(p90, unit)}`,
    ...(retransmittedShare === null ? [] : [`${sharePercent(retransmittedShare)} resent`]),
  ]);
}

function latencyFigures({ idle, loaded }: LoadStatistics): KeyFigure[] {
  return [{ name: 'RTT, idle', latency: idle }, ...loaded.map(loadedLatency)].flatMap(({ name, latency }) =>
    latency === null ? [] : [latencyFigure(name, latency)],
  );
}

function loadedLatency({ phase, latency }: LoadedPhaseStatistics): {
  name: string;
  latency: LatencyStatistics | null;
} {
  return { name: `RTT, ${phase}`, latency };
}

function latencyFigure(name: string, latency: LatencyStatistics): KeyFigure {
  const { p50, p99 } = latency;
  const tail = isThin(latency) ? `~${estimateText(p99)}` : withSpan(p99);
  return {
    name,
    value: estimateText(p50),
    detail: joined([intervalText(p50, estimateUnit(p50)), `p99 ${tail}`]),
  };
}

/** `18.9 ms (18.3–19.5)`. */
function withSpan(estimate: LoadEstimate): string {
  const span = spanText(estimate, estimateUnit(estimate));
  return `${estimateText(estimate)}${span === '' ? '' : ` (${span})`}`;
}

/** The worst of them first. */
function increaseFigure(loaded: readonly LoadedPhaseStatistics[]): KeyFigure[] {
  const [worst, ...others] = byIncrease(loaded);
  if (worst === undefined) return [];
  const { p50 } = worst.increase;
  const more = others.map(({ phase, increase }) => {
    const span = spanText(increase.p50, estimateUnit(increase.p50));
    return `${phase} ${increaseText(increase.p50)}${span === '' ? '' : ` (${span})`}`;
  });
  const first = joined([worst.phase, intervalText(p50, estimateUnit(p50))]);
  return [{ name: 'Increase', value: increaseText(p50), detail: [first, ...more].join('; ') }];
}

function responsivenessFigure(loaded: readonly LoadedPhaseStatistics[]): KeyFigure[] {
  const told = loaded
    .flatMap(({ phase, responsiveness }) => (responsiveness === null ? [] : [{ phase, ...responsiveness }]))
    .toSorted((a, b) => a.rpm - b.rpm);
  const [worst, ...others] = told;
  if (worst === undefined) return [];
  const more = others.map(({ phase, rpm }) => `${phase} ${rpmText(rpm)}`);
  const first = `round trips/min, ${worst.phase}, ${worst.confidence} confidence`;
  return [{ name: 'RPM', value: rpmText(worst.rpm), detail: [first, ...more].join('; ') }];
}

function doubtsFigure({ doubts }: LoadStatistics): KeyFigure[] {
  const [first] = doubts;
  if (first === undefined) return [];
  const lead = doubts.length === 1 ? '' : 'the first: ';
  return [{ name: 'Doubts', value: String(doubts.length), detail: `${lead}${first.message}` }];
}
