/**
 * A result from the text of its file. What comes out can be relied on: its structure is that of the present version,
 * and its statistics follow from its samples. Fields that this version does not know are kept. Everything else is
 * refused, in one sentence that names the file.
 */
import { EcholotError } from '../core/errors.ts';
import type { Recording, Result } from '../result/result.ts';
import { fromVersion1 } from '../result/upgrade.ts';
import type { ResultV1 } from '../result/v1.ts';
import { analyse } from './analyse.ts';
import { inconsistency } from './consistency.ts';
import { schemaFault } from './read-schema.ts';
import { isUnfinished } from './unfinished-json.ts';
import { sessionDifference, statisticsDifference } from './verify.ts';

/** The newest version there is. */
export const RESULT_VERSION = 2;

const DAMAGED = 'take an undamaged copy of it, or measure again';
const NOT_OURS = 'give a file that echolot measure --json wrote';
const EDITED = 'take the file as echolot wrote it: figures are not to be changed by hand';

const OTHER_FORMATS: ReadonlyMap<string, string> = new Map([
  ['echolot-ping', 'a series of handshakes (echolot ping)'],
  ['echolot-selftest', 'a self-test (echolot selftest)'],
  ['echolot-comparison', 'a comparison (echolot compare)'],
]);

/**
 * @param text what the file holds
 * @param name what to call it in an error
 * @throws EcholotError `usage` when it is no result, or one that cannot be relied on
 */
export function readResult(text: string, name: string): Result {
  const record = parsed(text, name);
  const version = versionOf(record, name);
  const fault = schemaFault(record, version);
  if (fault !== undefined) throw refusal(`${name} is not as a result must be: ${fault}`, DAMAGED);
  // The schemas are generated from these types.
  return version === 1
    ? readVersion1(record as unknown as ResultV1, name)
    : readVersion2(record as unknown as Result, name);
}

/** For commands that can do nothing without a sample. @throws EcholotError `usage` */
export function requireSamples(result: Result, name: string): void {
  if (result.series.some(({ statistics }) => statistics !== null)) return;
  const { status, error } = result.outcome;
  const why =
    error === null
      ? ''
      : `: the run ${status === 'cancelled' ? 'was cancelled' : 'failed'}, ${error.message}`;
  throw refusal(`${name} holds no sample${why}`, 'measure again');
}

function readVersion1(old: ResultV1, name: string): Result {
  const recording = fromVersion1(old);
  checkConsistency(recording, name);
  const difference = sessionDifference(old, recording);
  if (difference !== undefined) throw refusal(`${name}: ${difference}`, EDITED);
  return { ...recording, ...analyse(recording) };
}

/** Checks and warnings are found again: a newer program may look for more, which this one cannot tell. */
function readVersion2(result: Result, name: string): Result {
  checkConsistency(result, name);
  const { series, fits, checks, warnings } = analyse(result);
  const difference = statisticsDifference(result, { series, fits });
  if (difference !== undefined) throw refusal(`${name}: ${difference}`, EDITED);
  return { ...result, checks, warnings };
}

function checkConsistency(recording: Recording, name: string): void {
  const fault = inconsistency(recording);
  if (fault !== undefined) throw refusal(`${name} contradicts itself: ${fault}`, DAMAGED);
}

/** Some editors and shells put a byte order mark before a text. */
const BYTE_ORDER_MARK = /^\uFEFF/;

function parsed(text: string, name: string): Readonly<Record<string, unknown>> {
  const json = text.replace(BYTE_ORDER_MARK, '');
  if (json.trim() === '') throw refusal(`${name} is empty`, NOT_OURS);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    if (isUnfinished(json)) throw refusal(`${name} ends before its record does`, DAMAGED);
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
    throw refusal(`${name} is not JSON: ${reason}`, NOT_OURS);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusal(`${name} is JSON, but not a result of echolot`, NOT_OURS);
  }
  return value as Readonly<Record<string, unknown>>;
}

function versionOf({ format, version }: Readonly<Record<string, unknown>>, name: string): 1 | 2 {
  if (format !== 'echolot-result') {
    const other = typeof format === 'string' ? OTHER_FORMATS.get(format) : undefined;
    const what = other === undefined ? 'JSON, but not a result of echolot' : `${other}, not a measurement`;
    throw refusal(`${name} is ${what}`, NOT_OURS);
  }
  if (version === 1 || version === 2) return version;
  if (typeof version === 'number' && Number.isInteger(version) && version > RESULT_VERSION) {
    throw refusal(
      `${name} was written by a newer echolot, version ${version} of the format; this one reads up to ${RESULT_VERSION}`,
      'install a newer echolot',
    );
  }
  throw refusal(`${name} does not say which version of the format it has`, DAMAGED);
}

function refusal(message: string, advice: string): EcholotError {
  return new EcholotError('usage', message, { advice });
}
