/** What is used of the library, until it has it. */

import { EcholotError } from '../../../core/errors.ts';
import type { EngineName, EngineRequest } from '../../../facts/engine.ts';
import type { SocketOptions } from '../../../facts/socket.ts';
import type { GrantRecord, LoadPhaseName, LoadResult } from '../../../index.ts';

export const DEFAULT_DATA_MS = 7_000;
export const DEFAULT_REST_MS = 3_000;
export const MAX_PHASE_MS = 3_600_000;
export const MAX_AUTO_STREAMS = 16;
export const MAX_STREAMS = 128;
export const DEFAULT_PROBE_INTERVAL_MS = 10;
export const MIN_PROBE_INTERVAL_MS = 1;
export const MIN_BITS_PER_SECOND = 10_000;
export const MAX_BITS_PER_SECOND = 1e12;

export interface LoadPhaseOptions {
  readonly name: LoadPhaseName;
  readonly durationMs?: number;
}

export interface LoadOptions {
  readonly host: string;
  readonly port: number;
  readonly family?: 4 | 6;
  readonly phases?: readonly LoadPhaseOptions[];
  readonly streams?: number | 'auto';
  readonly bitsPerSecond?: number;
  readonly bytes?: number;
  readonly echo?: boolean;
  readonly probeIntervalMs?: number;
  readonly timeoutMs?: number;
  readonly engine?: EngineRequest;
  readonly socket?: SocketOptions;
  readonly signal?: AbortSignal;
}

export type LoadEvent =
  | { readonly kind: 'lost'; readonly events: number }
  | {
      readonly kind: 'plan';
      readonly plan: {
        readonly host: string;
        readonly port: number;
        readonly phases: readonly { readonly name: LoadPhaseName; readonly durationNs: number }[];
        readonly bitsPerSecond: number | undefined;
      };
      readonly engine: EngineName;
      readonly fallback: string | null;
    }
  | { readonly kind: 'waiting'; readonly forMs: number }
  | { readonly kind: 'granted'; readonly granted: GrantRecord }
  | {
      readonly kind: 'phase';
      readonly phase: LoadPhaseName;
      readonly atNs: number;
      readonly durationNs: number;
    }
  | {
      readonly kind: 'progress';
      readonly phase: LoadPhaseName;
      readonly atNs: number;
      readonly leftNs: number;
      readonly downBitsPerSecond: number | null;
      readonly upBitsPerSecond: number | null;
      readonly rttNs: number | null;
      readonly streams: number;
    };

interface Load extends AsyncIterable<LoadEvent> {
  readonly result: Promise<LoadResult>;
  cancel(): void;
}

export class LoadError extends EcholotError {
  declare readonly result: LoadResult;
}

export function load(_options: LoadOptions): Load {
  throw new EcholotError('usage', 'there is no load yet');
}
