/** A comparison for people: both sides, a table of ratios for each measurement, the verdicts in words, and what to know. */

import type {
  ComparedSeries,
  ComparedSide,
  Comparison,
  LeftOutSeries,
  RatioRecord,
  RatioVerdict,
} from '../result/comparison.ts';
import { figureText } from '../result/number-text.ts';
import type { Measurement } from '../result/plan-record.ts';
import { sizeText } from '../result/size-text.ts';
import { addressLines } from './addresses.ts';
import { engineText } from './labels.ts';
import { renderTable } from './table.ts';
import { counted, percentText, wrapped } from './text.ts';
import { inUnit, rateUnit, timeText, timeUnit, type Unit } from './units.ts';

const VERDICTS: Readonly<Record<RatioVerdict, string>> = {
  faster: 'B is faster',
  slower: 'B is slower',
  'no-difference-shown': 'no difference shown',
  'too-noisy': 'too noisy to tell',
};
const QUANTITIES: Readonly<Record<Measurement, string>> = {
  rtt: 'round-trip time',
  throughput: 'throughput',
};
const TAILS: Readonly<Record<Measurement, string>> = { rtt: 'p99', throughput: 'p1' };
const INDENT = '  ';

export function comparisonReport(comparison: Comparison): string {
  const parts = [
    headline(comparison),
    table(comparison, 'rtt'),
    table(comparison, 'throughput'),
    lines(comparison.series.map(verdictSentence)),
    lines(notes(comparison)),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => wrapped(text, INDENT)).join('');
}

function headline({ tool, a, b, interleaved }: Comparison): string {
  const how = interleaved ? 'blocks in turns' : 'separate runs';
  const side = ({ label, startedAt, runs }: ComparedSide): string => {
    if (interleaved) return label;
    const many = runs > 1 ? `${counted(runs, 'run')}, the first of ` : '';
    return `${label} (${many}${startedAt.replace('T', ' ')})`;
  };
  return `echolot ${tool.version}: comparison, ${how}\n  A: ${side(a)}\n  B: ${side(b)}\n`;
}

function table({ series }: Comparison, measurement: Measurement): string {
  const own = series.filter((compared) => compared.measurement === measurement);
  if (own.length === 0) return '';
  const medians = own.flatMap(({ median }) => [median.a, median.b]);
  const unit = measurement === 'rtt' ? timeUnit(medians) : rateUnit(medians);
  const title = measurement === 'rtt' ? `Round-trip time in ${unit.name}` : `Throughput in ${unit.name}`;
  const header = ['size', 'of', 'A', 'B', 'B / A', '95 % interval', 'verdict'];
  const rows = own.flatMap(({ payloadBytes, median, tail }) => [
    [sizeText(payloadBytes), 'median', ...cells(median, unit)],
    ['', TAILS[measurement], ...cells(tail, unit)],
  ]);
  return `${title}\n\n${renderTable(header, rows)}`;
}

function cells({ a, b, ratio, interval, refused, verdict }: RatioRecord, unit: Unit): string[] {
  const values = [inUnit(a, unit), inUnit(b, unit), times(ratio)];
  if (interval === null) return [...values, refusalText(refused), 'cannot tell'];
  return [...values, `${times(interval.low)} to ${times(interval.high)}`, VERDICTS[verdict]];
}

function refusalText(refused: RatioRecord['refused']): string {
  return (refused ?? '').replaceAll('-', ' ');
}

function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(3) : figureText(ratio, 4)}x`;
}

function verdictSentence({ measurement, payloadBytes, median, tail }: ComparedSeries): string {
  const name = `${QUANTITIES[measurement]} of ${sizeText(payloadBytes)}`;
  const ofTail = differs(tail) ? `; its ${TAILS[measurement]}: ${verdictText(tail)}` : '';
  return `${name}: ${verdictText(median)}${ofTail}`;
}

function differs({ verdict }: RatioRecord): boolean {
  return verdict === 'faster' || verdict === 'slower';
}

function verdictText(record: RatioRecord): string {
  const { verdict, ratio, interval, refused } = record;
  if (interval === null) return `cannot tell, ${refusalText(refused)}`;
  const { low, high } = interval;
  if (!differs(record)) {
    const reach = percentText(Math.max(high - 1, 1 - low));
    return `${VERDICTS[verdict]}, one of up to ${reach} may be there`;
  }
  const share = (end: number): number => Math.abs(end - 1);
  const [least, most] = [share(low), share(high)].sort((x, y) => x - y) as [number, number];
  return `${VERDICTS[verdict]} by ${percentText(share(ratio))} (${percentText(least).replace(' %', '')} to ${percentText(most)})`;
}

function notes(comparison: Comparison): string[] {
  const { interleaved, series, a, b, outcome } = comparison;
  const pairs = Math.min(...series.map((compared) => compared.pairs ?? Number.POSITIVE_INFINITY));
  const inTurns = Number.isFinite(pairs)
    ? [`${counted(pairs, 'pair')} of blocks, A and B in random order`]
    : [];
  const texts = interleaved
    ? [...inTurns, ...stopNotes(comparison)]
    : [...runNotes(comparison), ...separateNotes(a, b)];
  for (const reason of ['no-counterpart', 'zero-rtt'] as const)
    texts.push(...leftOutNotes(comparison, reason));
  texts.push(...addressNotes(a, b), ...doubtNotes(a, b));
  if (outcome.status === 'cancelled') texts.push('incomplete: the run was cancelled');
  if (outcome.status === 'failed') texts.push(`incomplete: the run failed: ${outcome.error?.message ?? ''}`);
  return texts;
}

/** What is to be told of both sides in the same words is said once. */
function addressNotes(a: ComparedSide, b: ComparedSide): string[] {
  const linesOf = ({ plan, addresses }: ComparedSide): string[] => addressLines(plan, addresses);
  return [...new Set([...linesOf(a), ...linesOf(b)])];
}

/** What is doubted of both sides in the same words is said once. */
function doubtNotes(a: ComparedSide, b: ComparedSide): string[] {
  const textsOf = ({ warnings }: ComparedSide): string[] =>
    warnings.map(({ message, advice }) => `${message}; ${advice}`);
  const ofA = textsOf(a);
  const ofB = textsOf(b);
  return [
    ...ofA.map((text) => `doubt about ${ofB.includes(text) ? 'A and B' : 'A'}: ${text}`),
    ...ofB.filter((text) => !ofA.includes(text)).map((text) => `doubt about B: ${text}`),
  ];
}

/** Why there are no more pairs, where that is not what was asked for. */
function stopNotes({ stop, a: { plan } }: Comparison): string[] {
  if (stop === null || (stop.reason !== 'max-time' && stop.reason !== 'max-samples')) return [];
  const what =
    stop.reason === 'max-time' ? 'the time was up' : 'as many samples as a run can hold were taken';
  const rounds = counted(stop.rounds, 'round');
  if (plan.precision === null) return [`${what} after ${rounds} of ${plan.blocks}`];
  const reached = stop.achievedPrecision === null ? '' : `, within ${percentText(stop.achievedPrecision)}`;
  const advice = stop.reason === 'max-time' ? '; --max-time grants more' : '';
  return [`${what} after ${rounds}${reached} where ${percentText(plan.precision)} was asked for${advice}`];
}

/** What stands between a ratio of runs and a verdict: how much runs differ, and whether that is known. */
function runNotes({ a, b, series }: Comparison): string[] {
  const several = 'compare several a side: echolot compare before-*.json -- after-*.json';
  if (a.runs < 2 && b.runs < 2) {
    return [
      `one run each cannot tell: runs of an unchanged target differ by more than their samples show; ${several}`,
    ];
  }
  if (a.runs < 2 || b.runs < 2) {
    const side = a.runs < 2 ? 'A' : 'B';
    return [`${side} is one run, which does not show how much runs differ; ${several}`];
  }
  const widest = (side: 'a' | 'b'): number =>
    Math.max(...series.map(({ runScatter }) => runScatter?.[side] ?? 0));
  const known = `${counted(a.runs, 'run')} of A and ${b.runs} of B`;
  return [
    `${known}, whose medians differ by up to ${percentText(widest('a'))} and ${percentText(widest('b'))} (standard deviation) within a side`,
  ];
}

function separateNotes(a: ComparedSide, b: ComparedSide): string[] {
  const texts = [
    'the runs were apart: whatever changed between them is part of the difference; to take turns, compare live (echolot compare HOST:PORT HOST:PORT)',
  ];
  const facts = (side: ComparedSide): readonly (readonly [what: string, value: string])[] => [
    ['machine', `${side.system.cpu ?? side.system.arch}, ${side.system.platform} ${side.system.release}`],
    ['engine', engineText(side.engine)],
    ['wait', side.engine.wait],
    ['server delay', timeText(side.plan.serverDelayNs)],
    ['address', side.remotes?.join(', ') ?? 'not told'],
  ];
  const ofB = facts(b);
  for (const [i, [what, value]] of facts(a).entries()) {
    const other = ofB[i]?.[1] ?? '';
    if (other !== value) texts.push(`A and B differ in ${what}: ${value}; ${other}`);
  }
  return texts;
}

function leftOutNotes({ leftOut }: Comparison, reason: LeftOutSeries['reason']): string[] {
  const because = reason === 'no-counterpart' ? 'only in' : 'the clock saw a round trip of 0 in';
  const texts: string[] = [];
  for (const side of ['a', 'b'] as const) {
    const names = (['rtt', 'throughput'] as const).flatMap((measurement) => {
      const own = leftOut.filter(
        (left) => left.side === side && left.reason === reason && left.measurement === measurement,
      );
      const sizes = own.map(({ payloadBytes }) => sizeText(payloadBytes)).join(', ');
      return own.length === 0 ? [] : [`${QUANTITIES[measurement]} of ${sizes}`];
    });
    if (names.length > 0) texts.push(`not compared, ${because} ${side.toUpperCase()}: ${names.join('; ')}`);
  }
  return texts;
}
