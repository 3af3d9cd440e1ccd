/**
 * An acknowledgement that is held back while the other side waits for it (Nagle's algorithm against delayed
 * acknowledgements, RFC 896 and RFC 1122, 4.2.3.2): samples of about 40 ms on a path that is far shorter.
 */
import type { PlanRecord } from '../../result/plan-record.ts';
import type { DelayedAckWarning } from '../../result/warnings.ts';
import { quantile, sorted } from '../../stats/quantiles.ts';
import { countedRttNs } from '../select.ts';
import { type Check, inEachSeries, type MeasuredSeries, type Unknown } from './check.ts';
import { probesOf, timeText } from './words.ts';

const NS_PER_MS = 1_000_000;
/** Linux delays an acknowledgement by 40 ms at least; with the peer's wake-up it is seen as 40 to 55 ms. */
const MIN_NS: number = 39 * NS_PER_MS;
const MAX_NS: number = 55 * NS_PER_MS;
/** One or two such samples are the work of a busy scheduler. */
const MIN_COUNT = 3;
const MIN_SHARE = 0.02;
/** Above this the path itself is of the same order and nothing can be told. */
const SHORT_PATH_NS: number = 15 * NS_PER_MS;

export const DELAYED_ACK: Check = {
  question: 'Did acknowledgements that were held back (delayed ACK) make probes wait?',
  look: (subject) => inEachSeries(subject, (series) => delayedAckOf(series, subject.recording.plan)),
};

export function delayedAckOf(
  { record, blocks, statistics }: MeasuredSeries,
  { serverDelayNs }: PlanRecord,
): DelayedAckWarning | Unknown | undefined {
  if (serverDelayNs > 0) return { unknown: 'the server delay that was asked for looks like it' };
  const fastestNs = Math.min(statistics.rttNs.min, ...blocks.map(({ connectNs }) => connectNs));
  if (fastestNs > SHORT_PATH_NS)
    return { unknown: `the path takes more than ${timeText(SHORT_PATH_NS)} itself` };
  const affected = blocks.flatMap((block) =>
    countedRttNs(block).filter((ns) => ns >= MIN_NS && ns <= MAX_NS),
  );
  const { n } = statistics.rttNs;
  if (affected.length < Math.max(MIN_COUNT, n * MIN_SHARE)) return undefined;
  const medianAffectedNs = Math.round(quantile(sorted(affected), 0.5));
  return {
    code: 'delayed-ack',
    check: 'delayed-ack',
    message: `${affected.length} of ${n} ${probesOf(record)} took about ${timeText(medianAffectedNs)} on a path of under ${timeText(SHORT_PATH_NS)}: an acknowledgement was held back`,
    advice: 'the server writes an echo in pieces without TCP_NODELAY; the figures show that, not the path',
    measurement: record.measurement,
    payloadBytes: record.payloadBytes,
    affectedProbes: affected.length,
    medianAffectedNs,
  };
}
