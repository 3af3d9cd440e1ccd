/** A result from a text that is there as a whole, as most tests have it. */
import { RecordReader, requireResult } from '../../src/analysis/read.ts';
import type { Result } from '../../src/result/result.ts';

export const ENOUGH_BYTES: number = 2 ** 30;

export function readResult(text: string | Uint8Array, name: string): Result {
  const reader = new RecordReader(name, ENOUGH_BYTES);
  reader.push(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  return requireResult(reader.end(), name);
}
