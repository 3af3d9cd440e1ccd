/** The limits of a server, with every default filled in and every value checked. */
import { usage } from '../core/errors.ts';
import { DEFAULT_SESSION_LIMITS } from '../core/limits.ts';
import { memoryText } from '../text/sizes.ts';
import {
  DEFAULT_MAX_CLIENT_SESSIONS,
  DEFAULT_MAX_LOAD_BITS_PER_SECOND,
  DEFAULT_MAX_LOAD_MS,
  DEFAULT_MAX_LOAD_STREAMS,
  DEFAULT_MAX_LOAD_WAIT_MS,
  DEFAULT_MAX_LOADS,
  DEFAULT_MAX_LOADS_WAITING,
  DEFAULT_MAX_SESSION_NS,
  DEFAULT_MAX_SESSIONS,
  DEFAULT_MAX_TOTAL_PAYLOAD_BYTES,
} from './defaults.ts';
import type { ServerLimits } from './limits.ts';
import { type Deployment, limitsWithin } from './memory/formula.ts';

export const DEFAULT_LIMITS: ServerLimits = {
  ...DEFAULT_SESSION_LIMITS,
  maxSessions: DEFAULT_MAX_SESSIONS,
  maxClientSessions: DEFAULT_MAX_CLIENT_SESSIONS,
  maxSessionNs: DEFAULT_MAX_SESSION_NS,
  maxTotalPayloadBytes: DEFAULT_MAX_TOTAL_PAYLOAD_BYTES,
  maxLoadMs: DEFAULT_MAX_LOAD_MS,
  maxLoadBitsPerSecond: DEFAULT_MAX_LOAD_BITS_PER_SECOND,
  maxLoadStreams: DEFAULT_MAX_LOAD_STREAMS,
  maxLoads: DEFAULT_MAX_LOADS,
  maxLoadsWaiting: DEFAULT_MAX_LOADS_WAITING,
  maxLoadWaitMs: DEFAULT_MAX_LOAD_WAIT_MS,
};
const MAY_BE_NONE: readonly (keyof ServerLimits)[] = [
  'maxDelayNs',
  'maxLoadBitsPerSecond',
  'maxLoadsWaiting',
];
/** Each load has its place in memory that is set aside at the start. */
export const MOST_LOADS = 64;
/** Likewise; and each that waits looks at all before it. */
export const MOST_LOADS_WAITING = 1_000;
const MOST: Partial<ServerLimits> = { maxLoads: MOST_LOADS, maxLoadsWaiting: MOST_LOADS_WAITING };

/**
 * @param memoryBytes what the server may take; undefined for any
 * @throws EcholotError `usage` naming the limit that cannot be
 */
export function planLimits(
  given: Partial<ServerLimits>,
  memoryBytes: number | undefined,
  deployment: Deployment,
): ServerLimits {
  const limits: Record<keyof ServerLimits, number> = { ...DEFAULT_LIMITS };
  // One that is misspelt would leave the server open to what it was to be kept from.
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(limits, name));
  if (unknown !== undefined) {
    throw usage(`there is no limit ${unknown}`, `the limits are ${Object.keys(limits).join(', ')}`);
  }
  for (const name of Object.keys(limits) as (keyof ServerLimits)[]) {
    const value = given[name];
    if (value === undefined) continue;
    const least = MAY_BE_NONE.includes(name) ? 0 : 1;
    const most = MOST[name];
    check(
      Number.isSafeInteger(value) && value >= least && value <= (most ?? value),
      `limit ${name}`,
      value,
      `a whole number from ${least}${most === undefined ? '' : ` to ${most}`}`,
    );
    limits[name] = value;
  }
  if (memoryBytes !== undefined) {
    Object.assign(limits, limitsWithin(memoryBytes, given, DEFAULT_LIMITS, deployment));
    // One message of the largest has to fit.
    const { maxPayloadBytes = limits.maxPayloadBytes } = given;
    limits.maxPayloadBytes = Math.min(maxPayloadBytes, limits.maxTotalPayloadBytes);
    if (given.maxPayloadBytes !== undefined && limits.maxPayloadBytes < given.maxPayloadBytes) {
      throw usage(
        `messages of ${memoryText(maxPayloadBytes)} do not fit into the ${memoryText(limits.maxTotalPayloadBytes)} that there are for all`,
        'allow more memory, or smaller messages',
      );
    }
  }
  if (given.maxClientSessions === undefined) {
    limits.maxClientSessions = Math.min(DEFAULT_MAX_CLIENT_SESSIONS, Math.ceil(limits.maxSessions / 2));
  }
  return limits;
}

export function check(holds: boolean, what: string, value: unknown, wanted: string): void {
  if (!holds) throw usage(`the ${what} cannot be ${String(value)}`, `choose ${wanted}`);
}
