/**
 * What goes through every byte of a message. Most runtimes have it twenty times as fast as the language, which
 * counts for messages of many KiB: whoever has it brings it along. The core has it in plain steps.
 */
import { LF } from './grammar.ts';

/** Looks for the end of a message in `bytes` from `from` to `to`; returns the offset after it, or -1. */
export type FindEnd = (bytes: Uint8Array, from: number, to: number) => number;

export interface ByteTools {
  /** A message ends with its first LF. */
  readonly findLineEnd: FindEnd;
  /** Whether the first `length` bytes of `a`, from `offset`, are the first `length` bytes of `b`. */
  readonly equalBytes: (a: Uint8Array, offset: number, b: Uint8Array, length: number) => boolean;
}

export const PLAIN_TOOLS: ByteTools = {
  findLineEnd: (bytes, from, to) => {
    // Never beyond `to`: what lies behind it is old, and searching it for every piece would be quadratic.
    if (to === bytes.length) return bytes.indexOf(LF, from) + 1 || -1;
    const at = bytes.subarray(from, to).indexOf(LF);
    return at < 0 ? -1 : from + at + 1;
  },
  equalBytes: (a, offset, b, length) => {
    for (let i = 0; i < length; i++) if (a[offset + i] !== b[i]) return false;
    return true;
  },
};
