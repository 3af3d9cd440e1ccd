/** A series of handshakes for people: one line for each as it comes, without its end, and the summary at the end. */

import type { Address } from '../result/block-record.ts';
import type {
  PingEngineInfo,
  PingFailure,
  PingPlanRecord,
  PingReply,
  PingResult,
} from '../result/ping-result.ts';
import { supportsQuantile } from '../stats/quantiles.ts';
import type { Summary } from '../stats/summary.ts';
import { addressLines } from './addresses.ts';
import { renderTable } from './table.ts';
import { inUnit, timeText, timeUnit, type Unit } from './units.ts';

const NS_PER_US = 1_000;
const NS_PER_S = 1_000_000_000;
const HEADER = ['n', 'mean', 'median', 'p99', 'min', 'max', 'std dev'];

/** What a run says of itself before it starts. */
export interface PingHead {
  readonly plan: Pick<PingPlanRecord, 'host' | 'port' | 'intervalNs'>;
  readonly engine: PingEngineInfo['name'];
  readonly fallback: string | null;
}

export function pingHeadline({ plan: { host, port, intervalNs }, engine, fallback }: PingHead): string {
  const reason = fallback === null ? '' : ` (not the native engine: ${fallback})`;
  return `${host} port ${port}: a handshake every ${intervalNs / NS_PER_S} s, engine ${engine}${reason}`;
}

export function pingReplyLine(reply: PingReply): string {
  const { remote, sequence, handshakeRttNs, resentSyns, connectNs } = reply;
  const application = `application ${connectNs === null ? 'stopped meanwhile' : timeText(connectNs)}`;
  const figures =
    handshakeRttNs === null ? application : `handshake ${kernelTimeText(handshakeRttNs)}  (${application})`;
  const resent =
    resentSyns === null || resentSyns === 0 ? '' : `  SYN sent again ${times(resentSyns, 'time')}`;
  return `from ${addressText(remote)}  seq ${sequence}  ${figures}${resent}`;
}

export function pingFailureLine({ sequence, error }: PingFailure): string {
  return `no reply  seq ${sequence}  ${error.message}`;
}

export function pingUnsentLine({ sequence, error }: PingFailure): string {
  return `not sent  seq ${sequence}  ${error.message}`;
}

export function pingMissedLine(slots: number): string {
  return `left out ${times(slots, 'start')}: a handshake, or a stop of this program, took their time`;
}

export function pingSummary(result: PingResult): string {
  const { answered, failed } = result.statistics;
  const { host, port } = result.plan;
  const seconds = (result.durationNs / NS_PER_S).toFixed(1);
  const headline = `--- ${host} port ${port}: ${times(answered + failed, 'handshake')}, ${answered} answered, ${failed} failed, in ${seconds} s\n`;
  const addresses = addressLines(result.plan, result.addresses).map((line) => `${line}\n`);
  return `${headline}${addresses.join('')}${shortfallText(result)}${figuresText(result)}`;
}

/** What did not come about, and why; one line for each kind. */
function shortfallText(result: PingResult): string {
  const { missedSlots, failures, unsent, replies, statistics, outcome } = result;
  const missed = missedSlots === 0 ? '' : `${pingMissedLine(missedSlots)}\n`;
  const failed = reasons('failed', failures);
  const notSent = reasons('not sent, and no loss of the path,', unsent ?? []);
  const resent = resentIn(replies);
  const kernel =
    resent === 0
      ? ''
      : `without handshake RTT: ${times(resent, 'handshake')} whose SYN was sent again, since any of them may have been answered\n`;
  const { suspended } = statistics;
  const application =
    suspended === 0
      ? ''
      : `without the application's figure: ${times(suspended, 'handshake')} during which this program was stopped\n`;
  const ended = outcome.status === 'failed' ? `incomplete: ${outcome.error?.message ?? ''}\n` : '';
  return `${missed}${failed}${notSent}${kernel}${application}${ended}`;
}

/** One line for each reason, with how often it was one. */
function reasons(what: string, failures: readonly PingFailure[]): string {
  const kinds = Map.groupBy(failures, ({ error: { message, advice } }) =>
    advice === null ? message : `${message}; ${advice}`,
  );
  return [...kinds].map(([why, { length }]) => `${what} ${times(length, 'time')}: ${why}\n`).join('');
}

/** Handshakes whose SYN was sent again. */
function resentIn(replies: readonly PingReply[]): number {
  return replies.filter(({ resentSyns }) => resentSyns !== null && resentSyns > 0).length;
}

function figuresText({ statistics, replies, engine }: PingResult): string {
  const { handshakeRttNs, connectNs } = statistics;
  const figures = [
    { name: 'handshake RTT', summary: handshakeRttNs },
    { name: 'application', summary: connectNs },
  ].flatMap(({ name, summary }) => (summary === null ? [] : [{ name, summary }]));
  if (figures.length === 0) return '';
  const unit = timeUnit(figures.map(({ summary }) => summary.median));
  const rows = figures.map(({ name, summary }) => [name, ...cells(summary, unit)]);
  const notes = [
    handshakeRttNs === null && resentIn(replies) === 0
      ? `no handshake RTT: the engine ${engine.name} cannot read the kernel's own figure (TCP_INFO)`
      : 'handshake RTT: from SYN to SYN-ACK as the kernel measured it, in whole microseconds',
    "application: from just before the SYN to the news of the connection, this program's wake-up included",
    ...(figures.some(({ summary }) => isThin(summary))
      ? ['~ too few handshakes for this percentile: it is little more than the largest']
      : []),
  ];
  const table = renderTable([`in ${unit.name}`, ...HEADER], rows);
  return `\n${table}\n${notes.map((note) => `${note}\n`).join('')}`;
}

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
    standardDeviation === null ? '-' : inUnit(standardDeviation, unit),
  ];
}

function isThin({ n }: Summary): boolean {
  return !supportsQuantile(n, 0.99);
}

/** The kernel counts microseconds: digits beyond them would be made up. */
function kernelTimeText(ns: number): string {
  const microseconds = Math.round(ns / NS_PER_US);
  return microseconds < 10_000 ? `${microseconds.toLocaleString('en-US')} µs` : timeText(ns);
}

function addressText({ address, port, family }: Address): string {
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

function times(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
