/** A comparison as a document: the verdicts first, then a table of ratios for each measurement, and what to know. */

import type {
  ComparedSeries,
  ComparedSide,
  Comparison,
  LeftOutSeries,
  RatioRecord,
  RatioVerdict,
} from '../../result/comparison.ts';
import type { WorkloadKind } from '../../result/workload.ts';
import { counted, figureText, percentText } from '../../text/numbers.ts';
import { sizeText } from '../../text/sizes.ts';
import { inUnit, rateUnit, timeText, timeUnit, type Unit } from '../../text/units.ts';
import { addressLines } from './addresses.ts';
import {
  type Depth,
  type Doubt,
  type DoubtCase,
  figures,
  type KeyFigure,
  type Part,
  type ReportDocument,
  type Section,
  table,
  text,
  words,
} from './document.ts';
import { engineText } from './labels.ts';
import { weigh } from './weigh.ts';

const VERDICTS: Readonly<Record<RatioVerdict, string>> = {
  faster: 'B is faster',
  slower: 'B is slower',
  'no-difference-shown': 'no difference shown',
  'too-noisy': 'too noisy to tell',
};
const NAMES: Readonly<Record<WorkloadKind, string>> = { rtt: 'RTT', throughput: 'throughput' };
const TAILS: Readonly<Record<WorkloadKind, string>> = { rtt: 'p99', throughput: 'p1' };

export function comparisonDocument(comparison: Comparison, depth: Depth): ReportDocument {
  const { tool, a, b, interleaved } = comparison;
  const how = interleaved ? 'blocks in turns' : 'separate runs';
  const rest =
    depth === 'brief'
      ? []
      : [ratiosSection(comparison, depth), notesSection(comparison), doubtsSection(comparison)];
  return {
    title: `TCP echo comparison: ${a.label} (A) with ${b.label} (B)`,
    byline: `${how}; measured ${a.startedAt}${interleaved ? '' : ` and ${b.startedAt}`} with echolot ${tool.version}`,
    sections: [answerSection(comparison), ...rest].filter((section) => section !== undefined),
  };
}

/** What is said of B, and how sure it is. */
function answerSection(comparison: Comparison): Section {
  const { series, outcome } = comparison;
  const how = outcome.status === 'cancelled' ? 'was cancelled' : `failed: ${outcome.error?.message ?? ''}`;
  return {
    id: 'answer',
    title: 'Answer',
    parts: [
      ...(outcome.status === 'complete' ? [] : [text(`Incomplete: the run ${how}`)]),
      ...(series.length === 0 ? [] : [{ kind: 'key-figures', figures: series.flatMap(verdicts) } as const]),
    ],
  };
}

/** One of the median, and one of the tail where that differs. */
function verdicts({ workload: { kind, payloadBytes }, median, tail }: ComparedSeries): KeyFigure[] {
  const name = `${NAMES[kind]}, ${sizeText(payloadBytes)}`;
  const own = [verdict(name, median)];
  return differs(tail) ? [...own, verdict(`its ${TAILS[kind]}`, tail)] : own;
}

function verdict(name: string, record: RatioRecord): KeyFigure {
  const { verdict: what, ratio, interval, refused } = record;
  if (interval === null) return { name, value: 'cannot tell', detail: refusalText(refused) };
  const { low, high } = interval;
  const value = VERDICTS[what];
  if (!differs(record)) {
    const reach = percentText(Math.max(high - 1, 1 - low));
    return { name, value, detail: `one of up to ${reach} may be there` };
  }
  const share = (end: number): number => Math.abs(end - 1);
  const [least, most] = [share(low), share(high)].sort((x, y) => x - y) as [number, number];
  const range = `${percentText(least).replace(' %', '')} to ${percentText(most)}`;
  return { name, value, detail: `by ${percentText(share(ratio))} (${range})` };
}

function ratiosSection({ series }: Comparison, depth: Depth): Section | undefined {
  const parts = (['rtt', 'throughput'] as const).flatMap((kind): Part[] => {
    const own = series.filter((compared) => compared.workload.kind === kind);
    return own.length === 0 ? [] : [ratioTable(own, kind)];
  });
  if (parts.length === 0) return undefined;
  const meaning =
    'Of blocks that took turns the ratio is that of the pairs; of separate runs, that of their means. Its interval holds it in 95 of 100 comparisons.';
  return { id: 'ratios', title: 'Ratios', parts: [...(depth === 'full' ? [text(meaning)] : []), ...parts] };
}

function ratioTable(series: readonly ComparedSeries[], kind: WorkloadKind): Part {
  const medians = series.flatMap(({ median }) => [median.a, median.b]);
  const unit = kind === 'rtt' ? timeUnit(medians) : rateUnit(medians);
  const title = kind === 'rtt' ? `Round-trip time in ${unit.name}` : `Throughput in ${unit.name}`;
  const columns = [
    figures('size'),
    words('of'),
    figures('A', 1),
    figures('B', 2),
    figures('B / A'),
    figures('95 % interval', 3),
    words('verdict'),
  ];
  const rows = series.flatMap(({ workload, median, tail }) => [
    [sizeText(workload.payloadBytes), 'median', ...cells(median, unit)],
    [sizeText(workload.payloadBytes), TAILS[kind], ...cells(tail, unit)],
  ]);
  return table(title, columns, rows);
}

function cells({ a, b, ratio, interval, refused, verdict: what }: RatioRecord, unit: Unit): string[] {
  const values = [inUnit(a, unit), inUnit(b, unit), times(ratio)];
  if (interval === null) return [...values, refusalText(refused), 'cannot tell'];
  return [...values, `${times(interval.low)}–${times(interval.high)}`, VERDICTS[what]];
}

function refusalText(refused: RatioRecord['refused']): string {
  return (refused ?? '').replaceAll('-', ' ');
}

function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(3) : figureText(ratio, 4)}x`;
}

function differs({ verdict: what }: RatioRecord): boolean {
  return what === 'faster' || what === 'slower';
}

function notesSection(comparison: Comparison): Section {
  const { interleaved, series, a, b } = comparison;
  const pairs = Math.min(...series.map((compared) => compared.pairs ?? Number.POSITIVE_INFINITY));
  const inTurns = Number.isFinite(pairs)
    ? [`${counted(pairs, 'pair')} of blocks, A and B in random order`]
    : [];
  const items = interleaved
    ? [...inTurns, ...stopNotes(comparison)]
    : [...runNotes(comparison), ...separateNotes(a, b)];
  for (const reason of ['no-counterpart', 'zero-rtt'] as const)
    items.push(...leftOutNotes(comparison, reason));
  items.push(...addressNotes(a, b), ...sideNotes(a, b));
  return { id: 'notes', title: 'Notes', parts: items.length === 0 ? [] : [{ kind: 'list', items }] };
}

/** What is to be told of both sides in the same words is said once. */
function addressNotes(a: ComparedSide, b: ComparedSide): string[] {
  const linesOf = ({ plan, addresses }: ComparedSide): string[] => addressLines(plan, addresses);
  return [...new Set([...linesOf(a), ...linesOf(b)])];
}

/** One doubt for each cause, whichever side it is of; what is said of both in the same words is said once. */
function doubtsSection({ a, b }: Comparison): Section | undefined {
  const sides = [
    { of: 'A', doubts: weigh(a).doubts },
    { of: 'B', doubts: weigh(b).doubts },
  ];
  const causes = [...new Set(sides.flatMap(({ doubts }) => doubts.map(({ cause }) => cause)))];
  const doubts = causes.map((cause): Doubt => {
    const own = sides.flatMap(({ of, doubts: all }) =>
      all.filter((doubt) => doubt.cause === cause).map((doubt) => ({ of, doubt })),
    );
    const cases = own.flatMap(({ of, doubt }) => doubt.cases.map((one) => ({ of, one })));
    const alike = Map.groupBy(cases, ({ one }) => `${one.message} ${one.others}`);
    return {
      cause,
      cases: [...alike.values()].flatMap((same): DoubtCase[] => {
        const [first] = same;
        if (first === undefined) return [];
        const of = same.map((each) => each.of).join(' and ');
        return [{ ...first.one, message: `of ${of}: ${first.one.message}` }];
      }),
      advice: [...new Set(own.flatMap(({ doubt }) => doubt.advice))],
    };
  });
  if (doubts.length === 0) return undefined;
  return { id: 'doubts', title: 'Doubts', parts: [{ kind: 'doubts', doubts }] };
}

/** What to know of figures that stand all the same. */
function sideNotes(a: ComparedSide, b: ComparedSide): string[] {
  const [ofA, ofB] = [weigh(a).notes, weigh(b).notes];
  return [
    ...ofA.map((note) => `of ${ofB.includes(note) ? 'A and B' : 'A'}: ${note}`),
    ...ofB.filter((note) => !ofA.includes(note)).map((note) => `of B: ${note}`),
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
    const names = (['rtt', 'throughput'] as const).flatMap((kind) => {
      const own = leftOut.filter(
        (left) => left.side === side && left.reason === reason && left.workload.kind === kind,
      );
      const sizes = own.map(({ workload }) => sizeText(workload.payloadBytes)).join(', ');
      return own.length === 0 ? [] : [`${NAMES[kind]} of ${sizes}`];
    });
    if (names.length > 0) texts.push(`not compared, ${because} ${side.toUpperCase()}: ${names.join('; ')}`);
  }
  return texts;
}
