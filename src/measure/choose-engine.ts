/** Which engine measures: decided from what was asked for and what there is, before anything is sent. */
import { EcholotError } from '../core/errors.ts';
import type { WaitMode } from '../net/engine.ts';
import type { SocketOptions } from '../net/socket-options.ts';

export type EngineRequest = 'auto' | 'native' | 'node';

export const ENGINES: readonly EngineRequest[] = ['auto', 'native', 'node'];

/** The native engine, or why there is none: the end of a sentence. */
export type NativeOrReason<E> = { readonly engine: E } | { readonly reason: string };

export interface EngineChoice {
  readonly engine: 'native' | 'node';
  /** Why `auto` did not take the native engine; null otherwise. */
  readonly fallback: string | null;
}

interface EngineOptions {
  readonly engine?: EngineRequest;
  readonly wait?: WaitMode;
  readonly socket?: SocketOptions;
}

/** Options that node:net has no way to set, in words. */
const NATIVE_SOCKET_OPTIONS: Readonly<
  Record<Exclude<keyof SocketOptions, 'noDelay' | 'bindAddress'>, string>
> = {
  congestionControl: 'a congestion control',
  trafficClass: 'a traffic class',
  maxSegmentBytes: 'a segment size',
  sendBufferBytes: 'a send buffer',
  receiveBufferBytes: 'a receive buffer',
  quickAck: 'quick acknowledgement',
  multipath: 'Multipath TCP',
  device: 'a network interface',
};

/** What of these options only the native engine can do, in words. */
export function needsNative({ wait = 'adaptive', socket = {} }: EngineOptions): string[] {
  const names = Object.keys(NATIVE_SOCKET_OPTIONS) as (keyof typeof NATIVE_SOCKET_OPTIONS)[];
  const asked = names.filter((name) => socket[name] !== undefined && socket[name] !== false);
  return [
    ...(wait === 'adaptive' ? [] : [`the wait mode ${wait}`]),
    ...asked.map((name) => NATIVE_SOCKET_OPTIONS[name]),
  ];
}

/**
 * @param unavailable why there is no native engine; undefined when there is one
 * @param needs what only the native engine can do, in words
 * @throws EcholotError `usage` when what was asked for cannot be had together
 */
export function chooseEngine(
  requested: EngineRequest,
  unavailable: string | undefined,
  needs: readonly string[],
): EngineChoice {
  const needing = `${needs.join(' and ')} ${needs.length === 1 ? 'needs' : 'need'} the native engine`;
  if (requested === 'node') {
    if (needs.length === 0) return { engine: 'node', fallback: null };
    throw usage(needing, 'leave it out, or use --engine native');
  }
  if (unavailable === undefined) return { engine: 'native', fallback: null };
  if (requested === 'native') {
    throw usage(
      `there is no native engine: ${unavailable}`,
      'use --engine node, or leave the choice to auto',
    );
  }
  if (needs.length > 0) throw usage(`${needing}, and there is none: ${unavailable}`, 'leave it out');
  return { engine: 'node', fallback: unavailable };
}

/**
 * The engine for these options, and what {@link chooseEngine} says of it; whatever kind of run it is for.
 * @throws EcholotError `usage`
 */
export function engineFor<E>(
  options: EngineOptions,
  engines: { readonly node: E; readonly native: () => NativeOrReason<E> },
): { engine: E; fallback: string | null } {
  const { engine: requested = 'auto' } = options;
  // Not even looked for where it is not wanted.
  const native = requested === 'node' ? { reason: 'it was not asked for' } : engines.native();
  const reason = 'reason' in native ? native.reason : undefined;
  const { fallback } = chooseEngine(requested, reason, needsNative(options));
  return { engine: 'engine' in native ? native.engine : engines.node, fallback };
}

function usage(message: string, advice: string): EcholotError {
  return new EcholotError('usage', message, { advice });
}
