/** A series of handshakes as a document: how many were answered, how long they took, and what did not come about. */
import type { PingFailure, PingReply, PingResult, PingStatistics } from '../../result/ping-result.ts';
import { supportsQuantile } from '../../stats/quantile/quantiles.ts';
import type { Summary } from '../../stats/summary.ts';
import { counted } from '../../text/numbers.ts';
import { inUnit, timeText, timeUnit, type Unit } from '../../text/units.ts';
import { missedText } from '../ping.ts';
import { addressLines } from './addresses.ts';
import {
  type Column,
  type Depth,
  figures,
  NONE,
  type Part,
  type ReportDocument,
  type Section,
  table,
  words,
} from './document.ts';
import { percentilesSection, settingSections } from './ping-full.ts';

const NS_PER_S = 1_000_000_000;

/** Brief: the medians, and what did not come about. Full: more percentiles, the plan, the machine. */
export function pingDocument(result: PingResult, depth: Depth): ReportDocument {
  const { statistics, durationNs, plan } = result;
  const { answered, failed } = statistics;
  const seconds = (durationNs / NS_PER_S).toFixed(1);
  return {
    title: `${plan.socket.tls === undefined ? 'TCP' : 'TCP and TLS'} handshakes with ${plan.host} port ${plan.port}`,
    byline: `${counted(answered + failed, 'handshake')}, ${answered} answered, ${failed} failed, in ${seconds} s`,
    sections: [
      shortfallSection(result),
      ...(depth === 'brief' ? [answerSection(result)] : [figuresSection(result)]),
      ...(depth === 'full' ? [percentilesSection(result), ...settingSections(result)] : []),
    ].filter(({ parts }) => parts.length > 0),
  };
}

/** What did not come about, and why; one line for each kind. */
function shortfallSection(result: PingResult): Section {
  const { missedSlots, failures, unsent, replies, statistics, outcome, plan, addresses } = result;
  const resent = resentIn(replies);
  const { suspended } = statistics;
  const items = [
    ...addressLines(plan, addresses),
    ...(missedSlots === 0 ? [] : [missedText(missedSlots)]),
    ...reasons('failed', failures),
    ...reasons('not sent, and no loss of the path,', unsent ?? []),
    ...(resent === 0
      ? []
      : [
          `without handshake RTT: ${counted(resent, 'handshake')} whose SYN was retransmitted, since any of them may have been answered`,
        ]),
    ...(suspended === 0
      ? []
      : [
          `without the application's figure: ${counted(suspended, 'handshake')} during which this program was stopped`,
        ]),
    ...(outcome.status === 'failed' ? [`incomplete: ${outcome.error?.message ?? ''}`] : []),
  ];
  return { id: 'shortfall', title: 'What did not come about', parts: listOf(items) };
}

function listOf(items: readonly string[]): Part[] {
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

/** One line for each reason, with how often it was one. */
function reasons(what: string, failures: readonly PingFailure[]): string[] {
  const kinds = Map.groupBy(failures, ({ error: { message, advice } }) =>
    advice === null ? message : `${message}; ${advice}`,
  );
  return [...kinds].map(([why, { length }]) => `${what} ${counted(length, 'time')}: ${why}`);
}

/** Handshakes whose SYN was sent again. */
function resentIn(replies: readonly PingReply[]): number {
  return replies.filter(({ resentSyns }) => resentSyns !== null && resentSyns > 0).length;
}

function knownFigures({
  handshakeRttNs,
  connectNs,
  tlsHandshakeNs = null,
}: PingStatistics): { name: string; summary: Summary }[] {
  return [
    { name: 'handshake RTT', summary: handshakeRttNs },
    { name: 'application', summary: connectNs },
    { name: 'TLS handshake', summary: tlsHandshakeNs },
  ].flatMap(({ name, summary }) => (summary === null ? [] : [{ name, summary }]));
}

function answerSection({ statistics }: PingResult): Section {
  const known = knownFigures(statistics).map(({ name, summary: { median, min, max } }) => ({
    name,
    value: timeText(median),
    detail: `median; ${timeText(min)} to ${timeText(max)}`,
  }));
  const parts: Part[] = known.length === 0 ? [] : [{ kind: 'key-figures', figures: known }];
  return { id: 'answer', title: 'Handshake times', parts };
}

function figuresSection({ statistics, replies, engine }: PingResult): Section {
  const { handshakeRttNs } = statistics;
  const known = knownFigures(statistics);
  const title = 'Handshake times';
  if (known.length === 0) return { id: 'figures', title, parts: [] };
  const unit = timeUnit(known.map(({ summary }) => summary.median));
  const rows = known.map(({ name, summary }) => [name, ...cells(summary, unit)]);
  const anyThin = known.some(({ summary }) => isThin(summary));
  const legend = anyThin
    ? '~ too few handshakes for this percentile: it is little more than the largest'
    : '';
  const meanings = [
    handshakeRttNs === null && resentIn(replies) === 0
      ? `no handshake RTT: the engine ${engine.name} cannot read the kernel's own figure (TCP_INFO)`
      : 'handshake RTT: from SYN to SYN-ACK as the kernel measured it, in whole microseconds',
    "application: from just before the SYN to the news of the connection, this program's wake-up included",
    ...(statistics.tlsHandshakeNs === undefined
      ? []
      : [
          'TLS handshake: from there to the news that it is secured, in full each time: no session is resumed; the cryptography of both ends is in it',
        ]),
  ];
  return {
    id: 'figures',
    title,
    parts: [table(`${title} in ${unit.name}`, COLUMNS, rows, legend), { kind: 'list', items: meanings }],
  };
}

const COLUMNS: readonly Column[] = [
  words(''),
  figures('n', 4),
  figures('mean', 2),
  figures('median'),
  figures('p99'),
  figures('min', 3),
  figures('max', 5),
  figures('std dev', 1),
];

function cells(summary: Summary, unit: Unit): string[] {
  const { n, mean, median, p99, min, max, standardDeviation } = summary;
  const thin = isThin(summary) ? '~' : '';
  return [
    String(n),
    inUnit(mean, unit),
    inUnit(median, unit),
    thin + inUnit(p99, unit),
    inUnit(min, unit),
    inUnit(max, unit),
    standardDeviation === null ? NONE : inUnit(standardDeviation, unit),
  ];
}

function isThin({ n }: Summary): boolean {
  return !supportsQuantile(n, 0.99);
}
