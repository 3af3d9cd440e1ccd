/**
 * Brings the record of an older version up to the present one. What the older one did not record is null, fields
 * that nobody knows are kept, and everything computed is left to the analysis.
 */
import type { BlockRecord } from './block-record.ts';
import type { Recording } from './result.ts';
import type { LayersV1, PathV1, ResultV1, SessionV1 } from './v1.ts';

/** Version 1 ran one session for each size: one round of one block. */
export function fromVersion1(result: ResultV1): Recording {
  const { startedAt, durationNs, plan, sessions, warnings: _, ...rest } = result;
  const complete = result.outcome.status === 'complete';
  return {
    ...rest,
    version: 2,
    plan: { ...plan, blocks: 1, spreadNs: 0, precision: null, maxTimeNs: null, seed: 0 },
    runs: [{ startedAt, durationNs, health: null }],
    blocks: sessions.map(blockOfSession),
    stop: {
      reason: complete ? 'blocks' : 'ended-early',
      rounds: complete ? 1 : 0,
      achievedPrecision: null,
    },
  };
}

function blockOfSession({ statistics: _, layers, path, ...rest }: SessionV1): BlockRecord {
  return {
    run: 1,
    round: 1,
    kind: 'measured',
    ...rest,
    layers: layers === null ? null : withoutStatistics(layers),
    path: path === null ? null : withoutLimits(path),
    scheduling: null,
    garbageCollections: null,
    readsPerEcho: null,
  };
}

function withoutStatistics({ missing: _, statistics: __, ...lists }: LayersV1): BlockRecord['layers'] {
  return lists;
}

function withoutLimits(path: PathV1): BlockRecord['path'] {
  return { ...path, busyNs: null, receiveWindowLimitedNs: null, sendBufferLimitedNs: null };
}
