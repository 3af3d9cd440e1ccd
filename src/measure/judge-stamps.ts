/** Doubts that stamps and signals give rise to: what is missing, what stood still. Pure. */
import type { EngineInfo, SessionRecord } from '../result/result.ts';
import { sizeText } from '../result/size-text.ts';
import type {
  EngineFellBackWarning,
  MissingStampsWarning,
  ServerStalledWarning,
  SuspendedWarning,
} from '../result/warnings.ts';
import { quantile, sorted } from '../stats/quantiles.ts';

const NS_PER_MS = 1_000_000;
/** A stamp may be lost now and then: the kernel drops it when its queue is full. */
const MISSING_SHARE = 0.01;
/** Longer than any scheduler lets a program wait on a machine that is not stopped or starved. */
const STALL_NS: number = 100 * NS_PER_MS;
/** A server that is slow each time is slow, not stalled. */
const STALL_FACTOR = 100;

export function judgeFallback({ fallback }: EngineInfo): EngineFellBackWarning | undefined {
  if (fallback === null) return undefined;
  return {
    code: 'engine-fell-back',
    message: `the node engine measured instead of the native one: ${fallback}`,
    advice: 'its samples are not taken apart into layers; --engine node says that this is meant',
    reason: fallback,
  };
}

export function judgeSuspensions(sessions: readonly SessionRecord[]): SuspendedWarning | undefined {
  const suspendedProbes = sessions.reduce((sum, session) => sum + session.suspendedProbes, 0);
  if (suspendedProbes === 0) return undefined;
  return {
    code: 'suspended',
    message: `${suspendedProbes} ${suspendedProbes === 1 ? 'probe was' : 'probes were'} under way while this program was stopped, and left out`,
    advice: 'do not stop the program (Ctrl-Z) while it measures; the other samples are sound',
    suspendedProbes,
  };
}

export function judgeStamps(
  { name }: EngineInfo,
  stampsWanted: boolean,
  sessions: readonly SessionRecord[],
): MissingStampsWarning | undefined {
  if (!stampsWanted) return undefined;
  let probes = 0;
  let clientMissingProbes = 0;
  let serverMissingProbes = 0;
  for (const { layers, rttNs, warmupProbes } of sessions) {
    const measured = rttNs.length - warmupProbes;
    // Only the native engine owes stamps; a session without any lacks them all.
    if (layers === null && name !== 'native') continue;
    probes += measured;
    clientMissingProbes += layers?.missing.client ?? measured;
    serverMissingProbes += layers?.missing.server ?? 0;
  }
  if (Math.max(clientMissingProbes, serverMissingProbes) <= MISSING_SHARE * probes) return undefined;
  const evidence = { probes, clientMissingProbes, serverMissingProbes };
  if (clientMissingProbes === probes) {
    return {
      code: 'missing-stamps',
      message: `this kernel gave no stamps: none of ${probes} probes could be taken apart`,
      advice: 'the round-trip times are complete; --stamps off says that this is meant',
      ...evidence,
    };
  }
  return {
    code: 'missing-stamps',
    message: `of ${probes} probes ${clientMissingProbes} lack a stamp of this kernel and ${serverMissingProbes} one of the server`,
    advice: 'the layers are those of the other probes; the round-trip times are complete',
    ...evidence,
  };
}

export function judgeServerStall(
  { payloadBytes, warmupProbes, layers }: SessionRecord,
  serverDelayNs: number,
): ServerStalledWarning | undefined {
  const told = layers?.residenceNs.slice(warmupProbes).filter((ns) => ns !== null) ?? [];
  if (told.length === 0) return undefined;
  const residences = sorted(told);
  const medianResidenceNs = Math.round(quantile(residences, 0.5));
  const limitNs = Math.max(serverDelayNs + STALL_NS, STALL_FACTOR * medianResidenceNs);
  const stalledProbes = told.filter((ns) => ns > limitNs).length;
  if (stalledProbes === 0) return undefined;
  const longestResidenceNs = residences.at(-1) as number;
  return {
    code: 'server-stalled',
    message: `the server kept ${stalledProbes} of ${told.length} probes of ${sizeText(payloadBytes)} for up to ${Math.round(longestResidenceNs / NS_PER_MS)} ms: it was stopped, or got no processor`,
    advice: 'repeat the run when the server is idle; the network RTT is without these times',
    payloadBytes,
    stalledProbes,
    longestResidenceNs,
    medianResidenceNs,
  };
}
