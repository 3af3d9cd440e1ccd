/**
 * One error type for the whole product. It says whose fault it was in a stable code, what happened in one
 * line, and what to try. Programs match on `code`, never on the message.
 */

import type { RefusalReason } from './wire/refusals.ts';

/**
 * - `usage`: the caller asked for something impossible
 * - `peer`: the other side broke the protocol, or speaks another one
 * - `network`: refused, unreachable, reset, unknown host
 * - `timeout`: nothing came in time
 * - `limit`: a limit of this machine was reached, or the server has no place for another client
 * - `cancelled`: the caller stopped it
 * - `internal`: a fault in echolot
 */
export type ErrorCode = 'usage' | 'peer' | 'network' | 'timeout' | 'limit' | 'cancelled' | 'internal';

/** Where in a session it happened. */
export type ErrorPhase = 'connect' | 'setup' | 'measurement' | 'termination';

export interface EcholotErrorOptions {
  /** What the user can do about it, as an imperative sentence without a full stop. */
  readonly advice?: string;
  /** What was expected, and the first bytes of what came instead, when a peer broke the protocol. */
  readonly expected?: string;
  readonly received?: string;
  /** The peer is a plain echo server, or speaks another protocol altogether: no dialect will help. */
  readonly speaksOtherwise?: boolean;
  /** Why the server does not serve this client, in its own words. */
  readonly refusal?: RefusalReason;
  readonly cause?: unknown;
}

export class EcholotError extends Error {
  override readonly name = 'EcholotError';
  readonly code: ErrorCode;
  readonly advice: string | undefined;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly speaksOtherwise: boolean;
  readonly refusal: RefusalReason | undefined;
  /** Set by whoever runs the session; undefined outside of one. */
  phase: ErrorPhase | undefined;
  /** This machine let nothing out: a lack of its own, or its own routes. No path has lost anything. */
  nothingSent = false;
  /** What led to it, a short line each, such as every dialect that was tried. */
  details: readonly string[] = [];

  constructor(code: ErrorCode, message: string, options: EcholotErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.advice = options.advice;
    this.expected = options.expected;
    this.received = options.received;
    this.speaksOtherwise = options.speaksOtherwise ?? false;
    this.refusal = options.refusal;
  }
}

/** What is known of an error beside its words, for another one that says the same in others. */
export function factsOf({
  expected,
  received,
  speaksOtherwise,
  refusal,
}: Pick<EcholotError, 'expected' | 'received' | 'speaksOtherwise' | 'refusal'>): EcholotErrorOptions {
  return {
    speaksOtherwise,
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** For what the caller asked; `advice` as in the options. */
export function usage(message: string, advice: string): EcholotError {
  return new EcholotError('usage', message, { advice });
}
