/**
 * What a server grants to a client, by the class it belongs to, with the reason for each number of the classes that a public
 * server has. A number of 0 is no bound where the field says so.
 */
import type { ServerLimits } from '../limits.ts';

const NS_PER_S = 1_000_000_000;
const KIB = 1024;
const MIB = KIB * KIB;
const GIB = KIB * MIB;

export interface ClassTerms {
  /** Sessions at once. */
  readonly maxClientSessions: number;
  /** Sessions that may begin in a minute, as many of them at once; 0 for no bound. */
  readonly newSessionsPerMinute: number;
  readonly maxSessionNs: number;
  /** Of the protocol, all sessions together; 0 for no bound. */
  readonly messagesPerSecond: number;
  /** Of payload in both directions, all sessions together, loads not counted; 0 for no bound. */
  readonly bytesPerSecond: number;
  /** Likewise, loads counted. */
  readonly bytesPerDay: number;
  readonly maxDelayNs: number;
  readonly maxPayloadBytes: number;
  readonly maxProbes: number;
  readonly maxLoadMs: number;
  /** In each direction, bit/s; 0 for no bound. */
  readonly maxLoadBitsPerSecond: number;
  readonly maxLoadStreams: number;
  /** 0 for no bound. */
  readonly loadsPerDay: number;
}

export type TermName = keyof ClassTerms;

/** Of which 0 is no bound. */
export const BOUNDLESS: readonly TermName[] = [
  'newSessionsPerMinute',
  'messagesPerSecond',
  'bytesPerSecond',
  'bytesPerDay',
  'maxLoadBitsPerSecond',
  'loadsPerDay',
];

/** Whoever has an account here may as well use up the machine without a server. */
const LOCAL: Partial<ClassTerms> = {};

/**
 * Strangers: a whole `echolot measure` with room to spare, 120 sessions of it at a time; a load of 20 s at most, eight times a
 * day at the highest rate; nobody uses a server up.
 */
const ANYONE: Partial<ClassTerms> = {
  maxClientSessions: 32,
  newSessionsPerMinute: 600,
  maxSessionNs: 600 * NS_PER_S,
  messagesPerSecond: 10_000,
  bytesPerSecond: 16 * MIB,
  bytesPerDay: 20 * GIB,
  maxDelayNs: NS_PER_S,
  maxPayloadBytes: MIB,
  maxProbes: 100_000,
  maxLoadMs: 20_000,
  maxLoadBitsPerSecond: 1e9,
  maxLoadStreams: 16,
  loadsPerDay: 50,
};

/** Whom the operator has given a token: known, and bounded all the same, since tokens get lost. */
const TOKEN: Partial<ClassTerms> = {
  maxClientSessions: 128,
  newSessionsPerMinute: 3_000,
  maxSessionNs: 3_600 * NS_PER_S,
  messagesPerSecond: 100_000,
  bytesPerSecond: 128 * MIB,
  bytesPerDay: 200 * GIB,
  maxLoadMs: 60_000,
  maxLoadBitsPerSecond: 1e10,
  loadsPerDay: 500,
};

/** The class of this machine, of strangers, and of whoever has a token; those of a public server that says no more. */
export const PUBLIC_CLASSES: Readonly<Record<'local' | 'anyone' | 'token', Partial<ClassTerms>>> = {
  local: LOCAL,
  anyone: ANYONE,
  token: TOKEN,
};

/** What the limits of a server are as terms: all it has, and no budget. */
export function termsOfLimits(limits: ServerLimits): ClassTerms {
  const { maxClientSessions, maxSessionNs, maxDelayNs, maxPayloadBytes, maxProbes } = limits;
  const { maxLoadMs, maxLoadBitsPerSecond, maxLoadStreams } = limits;
  return {
    maxClientSessions,
    newSessionsPerMinute: 0,
    maxSessionNs,
    messagesPerSecond: 0,
    bytesPerSecond: 0,
    bytesPerDay: 0,
    maxDelayNs,
    maxPayloadBytes,
    maxProbes,
    maxLoadMs,
    maxLoadBitsPerSecond,
    maxLoadStreams,
    loadsPerDay: 0,
  };
}

/** The terms of a class, none of them over what the server has for all. */
export function boundedTerms(own: Partial<ClassTerms>, all: ClassTerms): ClassTerms {
  const bounded = { ...all };
  for (const name of Object.keys(all) as TermName[]) {
    const value = own[name];
    if (value === undefined) continue;
    const isNone = BOUNDLESS.includes(name) && (value === 0 || all[name] === 0);
    bounded[name as 'maxProbes'] = isNone ? Math.max(value, all[name]) : Math.min(value, all[name]);
  }
  return bounded;
}
