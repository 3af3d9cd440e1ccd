/** One event of each kind, for the log of a server. */

import { DEFAULT_SESSION_LIMITS } from '../../src/core/limits.ts';
import { DIALECTS } from '../../src/core/wire/dialects.ts';
import type { ServerEvent } from '../../src/index.ts';
import { memoryBound } from '../../src/server/memory/formula.ts';

const remote = { address: '192.0.2.9', port: 50_568, family: 4 } as const;
const other = { address: '2001:db8::9', port: 50_569, family: 6 } as const;
const setup = {
  measurement: 'rtt',
  payloadBytes: 1_000,
  probes: 10,
  delay: { delayNs: 500_000_000, unit: 'seconds' },
} as const;
const probesFirst = { dialect: DIALECTS['probes-first'], setup };
const sizeFirst = { dialect: DIALECTS['size-first'], setup: { ...setup, stamps: true, pipeline: true } };
const zeroBased = { dialect: DIALECTS['zero-based'], setup };
const end = { kind: 'end', session: 1, remote, echoed: 10, durationNs: 5_012_000_000 } as const;

const limits = {
  ...DEFAULT_SESSION_LIMITS,
  maxPayloadBytes: 16_777_216,
  maxTotalPayloadBytes: 1_073_741_824,
  maxClientSessions: 512,
  maxSessionNs: 86_400_000_000_000,
  maxSessions: 1_024,
  maxLoadMs: 60_000,
  maxLoadBitsPerSecond: 0,
  maxLoadStreams: 32,
  maxLoads: 1,
  maxLoadsWaiting: 32,
  maxLoadWaitMs: 600_000,
};

export const EVENTS: readonly ServerEvent[] = [
  {
    kind: 'listening',
    endpoints: [remote],
    limits,
    memory: memoryBound(limits, { threads: 1, hasNode: true }),
    load: true,
    engine: 'node',
    threads: 1,
    notNative: undefined,
  },
  { kind: 'connected', session: 1, remote },
  { kind: 'setup', session: 1, readings: [probesFirst, zeroBased] },
  { kind: 'dialect', session: 1, reading: zeroBased },
  { kind: 'setup', session: 2, readings: [sizeFirst] },
  { ...end, reason: 'terminated', detail: undefined },
  { ...end, session: 2, reason: 'invalid-setup', detail: 'two\nlines' },
  { kind: 'load-turn', session: 1, remote, afterMs: 14_000, before: 2 },
  {
    kind: 'token',
    session: 2,
    remote,
    principal: { name: 'lab', class: 'token', id: '0'.repeat(32), budgetBytesPerDay: 1_000 },
  },
  { kind: 'load', session: 1, remote, granted: { durationMs: 20_000, bitsPerSecond: 1e9, streams: 8 } },
  {
    kind: 'load-end',
    session: 1,
    remote,
    reason: 'done',
    streams: 4,
    receivedBytes: 7_340_032,
    sentBytes: 9_437_184,
    durationNs: 20_001_000_000,
  },
  { kind: 'refused', remote: other, reason: 'full', most: 1_024 },
  { kind: 'refused', remote: other, reason: 'share', most: 512 },
  { kind: 'exhausted', message: 'too many open files', advice: 'raise the limit' },
  { kind: 'dropped', events: 12 },
];
