/**
 * The echo of an engine with itself, before anything is measured: what both that do so say and count. Each has its
 * own way to be both ends at once.
 */
import { DEFAULT_SESSION_LIMITS } from '../../core/limits.ts';
import { ServerSession } from '../../core/server/server-session.ts';
import type { SelfTestRecord } from '../../facts/instrument.ts';
import type { SampleBuffer, SessionPlan } from '../engine.ts';

/** Several, since connecting and closing are to be hot as well. */
export const OWN_SESSIONS = 8;
export const OWN_PROBES = 250;
export const OWN_PAYLOAD_BYTES = 100;
const TIMEOUT_NS = 1_000_000_000;

export const OWN_PLAN: SessionPlan = {
  protocol: 'size-first',
  setup: {
    measurement: 'rtt',
    payloadBytes: OWN_PAYLOAD_BYTES,
    probes: OWN_PROBES,
    delay: { delayNs: 0, unit: 'seconds' },
  },
  timeoutNs: TIMEOUT_NS,
};

/** The server's end; nobody else shares its memory. */
export function ownServerSession(nowNs: bigint): ServerSession {
  const budget = { reserve: () => true, release: () => {} };
  return new ServerSession(
    { dialect: 'size-first', delayUnit: undefined, limits: DEFAULT_SESSION_LIMITS, budget },
    nowNs,
  );
}

/** @param hotFrom the first sample of the second half of the sessions, by when the code is hot */
export function selfTestOf({ rttNs, count }: SampleBuffer, hotFrom: number): SelfTestRecord {
  const hot = rttNs.slice(hotFrom, count).sort();
  return {
    probes: hot.length,
    minRttNs: hot[0] ?? 0,
    medianRttNs: hot[Math.floor(hot.length / 2)] ?? 0,
  };
}
