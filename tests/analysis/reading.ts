/** Records from texts that are there as a whole, as most tests have them, and what is said of one that is refused. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type EcholotRecord, RecordReader, requireResult } from '../../src/analysis/read.ts';
import { EcholotError } from '../../src/core/errors.ts';
import type { Result } from '../../src/result/result.ts';

export const NAME = 'run.json';
export const ENOUGH_BYTES: number = 2 ** 30;

export type Json = Record<string, unknown>;

export function readRecord(text: string | Uint8Array, name: string): EcholotRecord {
  const reader = new RecordReader(name, ENOUGH_BYTES);
  reader.push(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  return reader.end();
}

export function readResult(text: string | Uint8Array, name: string): Result {
  return requireResult(readRecord(text, name), name);
}

/** The error of reading, which must be one of usage that names the file. */
export function refusal(text: string | Uint8Array): string {
  try {
    readResult(text, NAME);
  } catch (error) {
    expect(error).toBeInstanceOf(EcholotError);
    const { code, message, advice } = error as EcholotError;
    expect(code).toBe('usage');
    expect(message).toContain(NAME);
    expect(advice).toBeTruthy();
    return message;
  }
  throw new Error('it was read');
}

/** The statistics of the round-trip times of a series. */
export function statisticsIn(series: Json): Json {
  return (series['statistics'] as Json)['rttNs'] as Json;
}

/** A file that a real program wrote. */
export function kept(file: string): string {
  return readFileSync(new URL(`../fixtures/results/${file}.json`, import.meta.url), 'utf8');
}

/**
 * A copy in which the value at the end of a path is another.
 * @param steps names, or numbers of which each counts the members round and round
 */
export function replaced(
  from: unknown,
  [step, ...steps]: readonly (string | number)[],
  value: unknown,
): unknown {
  if (step === undefined || typeof from !== 'object' || from === null) return value;
  const keys = Object.keys(from);
  const key = typeof step === 'string' ? step : keys[step % Math.max(1, keys.length)];
  if (key === undefined) return value;
  const member = replaced((from as Json)[key], steps, value);
  if (Array.isArray(from)) return from.map((item: unknown, i) => (String(i) === key ? member : item));
  return { ...from, [key]: member };
}
