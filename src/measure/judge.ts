/** Doubts that the samples themselves give rise to. Pure: a function of plan and sessions. */
import type { DialectRecord, EngineInfo, SessionRecord } from '../result/result.ts';
import { sizeText } from '../result/size-text.ts';
import type { ColdStartWarning, DelayedAckWarning, Warning } from '../result/warnings.ts';
import { quantile, sorted, supportsQuantile } from '../stats/quantiles.ts';
import { judgeFallback, judgeServerStall, judgeStamps, judgeSuspensions } from './judge-stamps.ts';
import { MIN_ADVISED_PROBES, type Plan } from './plan.ts';

const NS_PER_MS = 1_000_000;
const TAIL = 0.99;
/** Linux delays an acknowledgement by 40 ms at least; with the peer's wake-up it is seen as 40 to 55 ms. */
const DELAYED_ACK_MIN_NS: number = 39 * NS_PER_MS;
const DELAYED_ACK_MAX_NS: number = 55 * NS_PER_MS;
/** One or two such samples in a run are the work of a busy scheduler. */
const DELAYED_ACK_MIN_COUNT = 3;
const DELAYED_ACK_MIN_SHARE = 0.02;
/** Above this the path itself is of the same order and nothing can be told. */
const SHORT_PATH_NS: number = 15 * NS_PER_MS;
/** The head of a session is a tenth of it, from this many samples on. */
const COLD_MIN_SAMPLES = 50;
const COLD_FACTOR = 1.5;

export function judge(
  plan: Plan,
  engine: EngineInfo,
  dialect: DialectRecord,
  sessions: readonly SessionRecord[],
): Warning[] {
  const warnings: Warning[] = [];
  const add = (warning: Warning | undefined): void => {
    if (warning !== undefined) warnings.push(warning);
  };
  const { probes, serverDelayNs, stamps, socket } = plan;
  if (sessions.length === 0) return warnings;
  if (probes < MIN_ADVISED_PROBES) {
    warnings.push({
      code: 'few-probes',
      message: `${probes} ${probes === 1 ? 'probe' : 'probes'} for each size; the assignment asks for at least ${MIN_ADVISED_PROBES}`,
      advice: `use --probes ${MIN_ADVISED_PROBES} or more`,
      probes,
    });
  }
  const counts = sessions.map(({ rttNs, warmupProbes }) => rttNs.length - warmupProbes).filter((n) => n > 0);
  const fewest = Math.min(...counts);
  if (counts.length > 0 && !supportsQuantile(fewest, TAIL)) {
    const neededProbes = Math.round(5 / (1 - TAIL));
    warnings.push({
      code: 'thin-tail',
      message: `the 1st and 99th percentiles of ${fewest} samples are little more than their extremes`,
      advice: `use --probes ${neededProbes} or more`,
      probes: fewest,
      neededProbes,
    });
  }
  if (serverDelayNs > 0) {
    warnings.push({
      code: 'server-delay',
      message: `every sample contains the server delay of ${serverDelayNs / NS_PER_MS} ms that was asked for`,
      advice: 'measure without --server-delay to see the path alone',
      serverDelayNs,
    });
  }
  if (dialect.spoken !== null && dialect.attempts.length > 0) {
    warnings.push({
      code: 'other-dialect',
      message: `the server speaks ${dialect.spoken}, found after ${dialect.attempts.length} other ${dialect.attempts.length === 1 ? 'attempt' : 'attempts'}`,
      advice: `use --dialect ${dialect.spoken} to save the attempts`,
      spoken: dialect.spoken,
    });
  }
  add(judgeFallback(engine));
  add(judgeSuspensions(sessions));
  // The report says that a multipath socket has none.
  add(judgeStamps(engine, stamps && socket.multipath !== true, sessions));
  for (const session of sessions) {
    add(judgeServerStall(session, serverDelayNs));
    const measured = session.rttNs.slice(session.warmupProbes);
    const delayedAck = serverDelayNs === 0 ? judgeDelayedAck(session, measured) : undefined;
    const coldStart = delayedAck === undefined ? judgeColdStart(session, measured) : undefined;
    add(delayedAck);
    add(coldStart);
  }
  return warnings;
}

function judgeDelayedAck(
  { payloadBytes, connectNs }: SessionRecord,
  rttNs: readonly number[],
): DelayedAckWarning | undefined {
  const affected = rttNs.filter((ns) => ns >= DELAYED_ACK_MIN_NS && ns <= DELAYED_ACK_MAX_NS);
  const fastest = rttNs.reduce((least, ns) => Math.min(least, ns), connectNs);
  const many = affected.length >= Math.max(DELAYED_ACK_MIN_COUNT, rttNs.length * DELAYED_ACK_MIN_SHARE);
  // A whole session at 40 to 55 ms is the path; a jump to it from a short path is not.
  if (!many || fastest > SHORT_PATH_NS) return undefined;
  const medianAffectedNs = Math.round(quantile(sorted(affected), 0.5));
  return {
    code: 'delayed-ack',
    message: `${affected.length} of ${rttNs.length} probes of ${sizeText(payloadBytes)} took about ${Math.round(medianAffectedNs / NS_PER_MS)} ms on a path of under ${SHORT_PATH_NS / NS_PER_MS} ms: an acknowledgement was held back`,
    advice: 'the server writes an echo in pieces without TCP_NODELAY; the figures show that, not the path',
    payloadBytes,
    affectedProbes: affected.length,
    medianAffectedNs,
  };
}

function judgeColdStart(
  { payloadBytes, warmupProbes }: SessionRecord,
  rttNs: readonly number[],
): ColdStartWarning | undefined {
  if (rttNs.length < COLD_MIN_SAMPLES) return undefined;
  const head = Math.floor(rttNs.length / 10);
  const firstMedianNs = Math.round(quantile(sorted(rttNs.slice(0, head)), 0.5));
  const restMedianNs = Math.round(quantile(sorted(rttNs.slice(head)), 0.5));
  if (firstMedianNs <= COLD_FACTOR * restMedianNs) return undefined;
  return {
    code: 'cold-start',
    message: `the first ${head} probes of ${sizeText(payloadBytes)} were slower than the rest (medians ${us(firstMedianNs)} and ${us(restMedianNs)})`,
    advice:
      warmupProbes === 0
        ? 'use --warmup to leave out the probes that find the other side cold'
        : 'repeat the run: warmed up already, so something else was busy then',
    payloadBytes,
    firstMedianNs,
    restMedianNs,
  };
}

function us(ns: number): string {
  return `${Math.round(ns / 1_000)} us`;
}
