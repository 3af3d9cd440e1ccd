/** Which engine measures: decided from what was asked for and what there is, before anything is sent. */

import { EcholotError, usage } from '../core/errors.ts';
import type { EngineRequest, WaitMode } from '../facts/engine.ts';
import type { SocketOptions } from '../facts/socket.ts';

/** Why there is no native engine: the end of a sentence, and how to have one where a limit of this machine is why. */
export interface Lack {
  readonly reason: string;
  readonly remedy: string | undefined;
}

export type NativeOrLack<E> = { readonly engine: E } | Lack;

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
  Record<Exclude<keyof SocketOptions, 'noDelay' | 'bindAddress' | 'tls'>, string>
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
 * @throws EcholotError `usage` when what was asked for cannot be had together, `limit` when this machine's keeps it
 */
export function chooseEngine(
  requested: EngineRequest,
  unavailable: Lack | undefined,
  needs: readonly string[],
): EngineChoice {
  const needing = `${needs.join(' and ')} ${needs.length === 1 ? 'needs' : 'need'} the native engine`;
  if (requested === 'node') {
    if (needs.length === 0) return { engine: 'node', fallback: null };
    throw usage(needing, 'leave it out, or use --engine native');
  }
  if (unavailable === undefined) return { engine: 'native', fallback: null };
  const { reason, remedy } = unavailable;
  const refuse = (message: string, advice: string): EcholotError =>
    remedy === undefined ? usage(message, advice) : new EcholotError('limit', message, { advice: remedy });
  if (requested === 'native') {
    throw refuse(`there is no native engine: ${reason}`, 'use --engine node, or leave the choice to auto');
  }
  if (needs.length > 0) throw refuse(`${needing}, and there is none: ${reason}`, 'leave it out');
  return { engine: 'node', fallback: remedy === undefined ? reason : `${reason}: ${remedy}` };
}

/**
 * The engine for these options, and what {@link chooseEngine} says of it; whatever kind of run it is for.
 * @throws EcholotError `usage`, `limit`
 */
export function engineFor<E>(
  options: EngineOptions,
  engines: { readonly node: E; readonly native: () => NativeOrLack<E> },
): { engine: E; fallback: string | null } {
  const { engine: requested = 'auto', socket } = options;
  if (socket?.tls !== undefined) return { engine: engines.node, fallback: fallbackForTls(options) };
  // Not even looked for where it is not wanted.
  const native = requested === 'node' ? undefined : engines.native();
  const engine = native !== undefined && 'engine' in native ? native.engine : undefined;
  const lack = native !== undefined && 'reason' in native ? native : undefined;
  const { fallback } = chooseEngine(requested, lack, needsNative(options));
  return { engine: engine ?? engines.node, fallback };
}

/**
 * TLS is that of Node.js.
 * @returns why `auto` takes no other engine; null when none was wanted
 * @throws EcholotError `usage` for what cannot go with it
 */
function fallbackForTls({ engine = 'auto', ...options }: EngineOptions): string | null {
  if (engine === 'native') {
    throw usage(
      'the native engine speaks no TLS: it calls the kernel itself, and TLS is that of Node.js',
      'use --engine node with --tls, or leave the choice to auto',
    );
  }
  const [need] = needsNative(options);
  if (need !== undefined) {
    throw usage(`${need} needs the native engine, which speaks no TLS`, 'leave out either of them');
  }
  return engine === 'auto' ? 'TLS is spoken by the node engine alone' : null;
}
