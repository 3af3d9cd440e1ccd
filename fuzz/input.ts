/** What is given to a server: bytes in pieces, how the client leaves, and which server it is. */
import { LOAD_KEY_DIGITS } from '../src/core/load/load-messages.ts';
import { DIALECT_NAMES, DIALECTS, type DialectName } from '../src/core/wire/dialects.ts';
import type { ServerLimits } from '../src/server/limits.ts';
import type { ServeOptions } from '../src/server/plan.ts';

const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000;

/**
 * Limits of every server here: small enough for each of them to be met, and so that whatever waits for one of them does
 * not wait for long.
 */
export const LIMITS: Partial<ServerLimits> = {
  maxPayloadBytes: 64 * 1024,
  maxDelayNs: 2 * NS_PER_MS,
  firstMessageNs: 5 * NS_PER_S,
  idleNs: 5 * NS_PER_S,
  maxSessionNs: 60 * NS_PER_S,
  maxLoadMs: 1_000,
  maxLoadBitsPerSecond: 2_000_000,
  maxLoadStreams: 4,
};

/** `auto` and `load` tell dialects apart, and only `load` carries loads, of which there is one at a time. */
export type ServerKind = 'auto' | 'load' | 'echo' | DialectName;

/** One server of each kind: those of the dialects that only an option can tell have one each. */
export const SERVER_KINDS: readonly ServerKind[] = [
  'auto',
  'load',
  'echo',
  ...DIALECT_NAMES.filter((name) => DIALECTS[name].toldApart === 'option'),
];

/** How a client leaves: it says that it sends no more, or says nothing, or its connection is reset. */
export const LEAVINGS = ['end', 'silence', 'reset'] as const;
export type Leaving = (typeof LEAVINGS)[number];

export interface FuzzInput {
  /** What it was made as, for the count of classes. */
  readonly made: string;
  readonly server: ServerKind;
  readonly pieces: readonly Uint8Array[];
  readonly leaving: Leaving;
}

/** Stands for the key of the load under way, which is another one each time: whoever plays the input puts it in. */
export const KEY_MARK: string = '0123456789abcdef'.repeat(LOAD_KEY_DIGITS / 16);

export function optionsOf(kind: ServerKind): ServeOptions {
  const limits = LIMITS;
  switch (kind) {
    case 'echo':
      return { mode: 'echo', limits };
    case 'auto':
      return { load: false, limits };
    case 'load':
      return { load: true, limits };
    default:
      return { dialect: kind, load: false, limits };
  }
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

export function wholeOf({ pieces }: Pick<FuzzInput, 'pieces'>): Uint8Array {
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : new Uint8Array(Buffer.concat(pieces));
}

/** Whether it joins a load, which somebody must have begun. */
export function joinsLoad(input: FuzzInput): boolean {
  return input.server === 'load' && latin1(wholeOf(input)).includes(KEY_MARK);
}

/** The same in the same pieces, wherever the mark was cut. @param key as long as the mark */
export function withKey(input: FuzzInput, key: string): FuzzInput {
  const whole = bytesOf(latin1(wholeOf(input)).replaceAll(KEY_MARK, key));
  let at = 0;
  const pieces = input.pieces.map(({ length }) => {
    at += length;
    return whole.subarray(at - length, at);
  });
  return { ...input, pieces };
}
