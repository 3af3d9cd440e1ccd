/**
 * Two spans of a path's past as a document: the answer in words, then a row for each layer's median and p99, and what that stands
 * on. A page shows the same words.
 */
import type { BetweenRecord, SpanRatioRecord, SpanSide } from '../../../monitor/records/between.ts';
import type { Layer } from '../../../monitor/records/interval.ts';
import { localSpanText, zoneText } from '../../../text/moments.ts';
import { counted, figureText } from '../../../text/numbers.ts';
import { printable } from '../../../text/printable.ts';
import { inUnit, timeUnit, type Unit } from '../../../text/units.ts';
import { type Depth, figures, NONE, type ReportDocument, table, words } from '../document.ts';
import { INTERVAL } from '../intervals.ts';

/** A ratio so near to 1 is told to a thousandth. */
const NEAR = 0.1;
/** For a narrow column. */
const NAMES: Readonly<Record<Layer, string>> = {
  application: 'echo',
  kernel: 'echo in kernel',
  network: 'network',
  residence: 'server',
  handshake: 'TCP handshake',
  connect: 'TCP connect',
  tls: 'TLS handshake',
};

export function betweenDocument(record: BetweenRecord, depth: Depth): ReportDocument {
  const { a, b, store, ratios } = record;
  const whole = { fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs) };
  const rest =
    depth === 'brief' || ratios.length === 0
      ? []
      : [{ id: 'ratios', title: 'Ratios', parts: [ratioTable(ratios)] }];
  return {
    title: betweenAnswer(record),
    byline: `${localSpanText(a)} (A) and ${localSpanText(b)} (B), ${zoneText(whole)}; kept in ${printable(store)}`,
    sections: [
      ...rest,
      { id: 'notes', title: 'Notes', parts: [{ kind: 'list', items: betweenGrounds(record) }] },
    ],
  };
}

/** `lossy: the median of today 9:00 to 10:00 is 1.42 times that of yesterday 9:00 to 10:00, 95 % interval 1.31 to 1.55; it differs`. */
export function betweenAnswer({ target, a, b, ratios }: BetweenRecord): string {
  const [median] = ratios;
  const empty = [a, b].find(({ intervals }) => intervals === 0);
  if (empty !== undefined) {
    const other = empty.others.length > 0 ? `was measured otherwise (${empty.others[0]})` : 'has no answer';
    return printable(`${target}: ${empty.label} ${other}, so there is nothing to compare`);
  }
  if (median === undefined || median.ratio === null) return printable(`${target}: nothing to compare`);
  const ratio = `the median of ${b.label} is ${times(median.ratio, median.ratio)} times that of ${a.label}`;
  return printable(`${target}: ${ratio}${sureness(median)}`);
}

function sureness({ ratio, interval, verdict }: SpanRatioRecord): string {
  if (interval === null || ratio === null) return '; so few intervals cannot tell whether it differs';
  return `, 95 % interval ${times(interval.low, ratio)} to ${times(interval.high, ratio)}; ${ANSWERS[verdict]}`;
}

const ANSWERS: Readonly<Record<SpanRatioRecord['verdict'], string>> = {
  faster: 'it differs',
  slower: 'it differs',
  'no-difference-shown': 'no difference shown',
  'too-noisy': 'too noisy to tell',
};
const VERDICTS: Readonly<Record<SpanRatioRecord['verdict'], string>> = {
  faster: 'B is faster',
  slower: 'B is slower',
  'no-difference-shown': 'no difference shown',
  'too-noisy': 'too noisy to tell',
};

/** What it stands on, a short line each. */
export function betweenGrounds(record: BetweenRecord): string[] {
  const { a, b, ratios, workload } = record;
  const pairs = Math.min(...ratios.map((one) => one.pairs));
  const interval = ratios.some((one) => one.interval !== null);
  const addresses = [...new Set([...a.addresses, ...b.addresses])];
  return [
    `${counted(a.intervals, 'interval')} of A and ${b.intervals.toLocaleString('en-US')} of B${workload === null ? '' : `: ${printable(workload)}`}`,
    ...(!interval ? [] : [Number.isFinite(pairs) && pairs > 0 ? pairsText(pairs) : RUNS_ALONE]),
    ...(addresses.length > 1 ? [`it went to several addresses: ${printable(addresses.join(', '))}`] : []),
    ...otherWays('A', a),
    ...otherWays('B', b),
  ];
}

function pairsText(pairs: number): string {
  return `the intervals stand on ${counted(pairs, 'pair')} of such spans in this path's own history`;
}

const RUNS_ALONE =
  'the intervals stand on both spans alone, as too few pairs of such spans came before them: what differs from day to day is not in them';

function otherWays(side: string, { others }: SpanSide): string[] {
  const ways = [...new Set(others)].map((way) => printable(way)).join('; ');
  return ways === '' ? [] : [`not compared, in ${side} alone: ${ways}`];
}

function ratioTable(ratios: readonly SpanRatioRecord[]): ReturnType<typeof table> {
  const unit = timeUnit(ratios.flatMap(({ aNs, bNs }) => [aNs ?? 0, bNs ?? 0]));
  return table(
    `By layer, in ${unit.name}`,
    [
      words('layer'),
      words('of'),
      figures('A', 1),
      figures('B', 2),
      figures('B / A'),
      figures(INTERVAL, 3),
      words('verdict'),
    ],
    ratios.map((one) => [
      NAMES[one.layer],
      one.p === 0.5 ? 'medians' : 'p99s',
      ...[timeOrNone(one.aNs, unit), timeOrNone(one.bNs, unit)],
      ...ratioCells(one),
      one.interval === null ? 'cannot tell' : VERDICTS[one.verdict],
    ]),
    'A and B: the middle one of the medians, or of the 99th percentiles, of their runs',
  );
}

function ratioCells({ ratio, interval }: SpanRatioRecord): string[] {
  if (ratio === null) return [NONE, NONE];
  const range = interval === null ? NONE : `${times(interval.low, ratio)}–${times(interval.high, ratio)}`;
  return [`${times(ratio, ratio)}x`, range];
}

function timeOrNone(ns: number | null, unit: Unit): string {
  return ns === null ? NONE : inUnit(ns, unit);
}

/** `1.42`, and nearer to 1 `0.987`: how many decimals goes by the ratio, for its interval, too. */
function times(value: number, ratio: number): string {
  if (value >= 10) return figureText(value, 3);
  return value.toFixed(Math.abs(ratio - 1) < NEAR ? 3 : 2);
}
