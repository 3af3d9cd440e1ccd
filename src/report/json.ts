/**
 * A record as JSON, indented, with arrays of numbers on one line each. It comes in pieces: the text of millions of
 * samples is longer than a string may be, and as large in memory again as what it is made of.
 */

import type { BetweenRecord } from '../monitor/records/between.ts';
import type { HistoryRecord } from '../monitor/records/history.ts';
import type { CapacityResult } from '../result/capacity/capacity-result.ts';
import type { CheckResult } from '../result/check-result.ts';
import type { Comparison } from '../result/comparison.ts';
import type { DoctorResult } from '../result/doctor/doctor-result.ts';
import type { LoadComparison } from '../result/load/load-comparison.ts';
import type { LoadResult } from '../result/load/load-result.ts';
import type { PacedComparison } from '../result/paced/paced-comparison.ts';
import type { PacedResult } from '../result/paced/paced-result.ts';
import type { PingResult } from '../result/ping-result.ts';
import type { Result } from '../result/result.ts';
import type { SelfTestResult } from '../result/self-test-result.ts';
import { harmless } from '../text/printable.ts';

type AnyRecord =
  | Result
  | PingResult
  | LoadResult
  | PacedResult
  | CapacityResult
  | Comparison
  | LoadComparison
  | PacedComparison
  | SelfTestResult
  | DoctorResult
  | CheckResult
  | HistoryRecord
  | BetweenRecord;

/** Of a piece, roughly; a longer value that is no list stays whole. */
const PIECE_CHARACTERS = 65_536;
/** Of a list, made into text at once. */
const NUMBERS_AT_ONCE = 4_096;
const INDENT = '  ';

/** The whole text at once, for a record that is small by its nature. */
export function jsonReport(record: AnyRecord): string {
  return [...jsonPieces(record)].join('');
}

/** The text in pieces, each of bounded length. */
export function* jsonPieces(record: AnyRecord): Generator<string> {
  let piece = '';
  for (const part of partsOf(record, '')) {
    piece += part;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}\n`;
}

/** @param margin of the line on which the value begins */
function* partsOf(value: unknown, margin: string): Generator<string> {
  if (isNumbers(value)) yield* numberParts(value);
  else if (!isObject(value) || Object.values(value).every((member) => !isObject(member))) {
    // A line end within a text is written as \n, so that each one here is of the layout.
    yield harmless(JSON.stringify(value, null, INDENT)).replaceAll('\n', `\n${margin}`);
  } else if (Array.isArray(value)) yield* listParts(value, margin);
  else yield* objectParts(value, margin);
}

function* numberParts(numbers: readonly (number | null)[]): Generator<string> {
  for (let i = 0; i < numbers.length; i += NUMBERS_AT_ONCE) {
    const some = JSON.stringify(numbers.slice(i, i + NUMBERS_AT_ONCE)).slice(1, -1);
    yield `${i === 0 ? '[' : ','}${some}`;
  }
  yield ']';
}

function* listParts(items: readonly unknown[], margin: string): Generator<string> {
  const inner = `${margin}${INDENT}`;
  let before = '[';
  for (const item of items) {
    yield `${before}\n${inner}`;
    yield* partsOf(item ?? null, inner);
    before = ',';
  }
  yield `\n${margin}]`;
}

function* objectParts(members: object, margin: string): Generator<string> {
  const inner = `${margin}${INDENT}`;
  let before = '{';
  for (const [name, member] of Object.entries(members)) {
    if (member === undefined) continue;
    yield `${before}\n${inner}${harmless(JSON.stringify(name))}: `;
    yield* partsOf(member, inner);
    before = ',';
  }
  yield `\n${margin}}`;
}

function isNumbers(value: unknown): value is readonly (number | null)[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'number' || item === null)
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
