/**
 * A record from the text of its file, which may come in pieces. What comes out can be relied on: its structure is that of the present version,
 * and its statistics follow from its samples. Fields that this version does not know are kept. Everything else is
 * refused, in one sentence that names the file.
 */
import type { EcholotError } from '../core/errors.ts';
import type { CapacityResult } from '../result/capacity/capacity-result.ts';
import type { CheckResult } from '../result/check-result.ts';
import type { Comparison } from '../result/comparison.ts';
import type { DoctorResult } from '../result/doctor/doctor-result.ts';
import type { LoadComparison } from '../result/load/load-comparison.ts';
import type { LoadResult } from '../result/load/load-result.ts';
import {
  comparisonFromVersion1,
  fitFromVersion2,
  fromVersion1,
  fromVersion2,
  seriesFromVersion2,
} from '../result/older/upgrade.ts';
import type { ResultV1 } from '../result/older/v1.ts';
import type { ComparisonV1, ResultV2 } from '../result/older/v2.ts';
import type { PacedComparison } from '../result/paced/paced-comparison.ts';
import type { PacedResult } from '../result/paced/paced-result.ts';
import type { PingResult } from '../result/ping-result.ts';
import type { Recording, Result } from '../result/result.ts';
import type { SelfTestResult } from '../result/self-test-result.ts';
import { analyse } from './analyse.ts';
import { hasLayers } from './layers.ts';
import { inconsistency } from './reading/consistency.ts';
import { FOREIGN_BYTES, type Foreign, foreign } from './reading/foreign.ts';
import { JsonFault, JsonParser } from './reading/json-parser.ts';
import {
  checked,
  made,
  readCapacity,
  readLoad,
  readLoadComparison,
  readPaced,
  readPacedComparison,
} from './reading/made-again.ts';
import { DAMAGED, EDITED, refusal } from './reading/refusals.ts';
import { type FormatName, isFormatName, schemaFault } from './reading/schema.ts';
import { Utf8Reader } from './reading/utf8-reader.ts';
import { sessionDifference, statisticsDifference } from './reading/verify.ts';
import { comparisonDifference, pingDifference } from './reading/verify-others.ts';
import { countedProbes, isRaw } from './samples/probes.ts';

/** The newest version of each format. */
const NEWEST: Readonly<Record<EcholotRecord['format'], number>> = {
  'echolot-result': 3,
  'echolot-comparison': 2,
  'echolot-ping': 1,
  'echolot-load': 1,
  'echolot-paced': 1,
  'echolot-capacity': 1,
  'echolot-load-comparison': 1,
  'echolot-paced-comparison': 1,
  'echolot-selftest': 1,
  'echolot-doctor': 1,
  'echolot-check': 1,
};

const BYTES_PER_VALUE = 8;
/** A round-trip time and its nine layers. */
const LAYERED_VALUES = 10;

const MORE_MEMORY =
  'take fewer files or smaller ones at once, or give Node more memory: NODE_OPTIONS=--max-old-space-size=MEGABYTES';
const NOT_OURS = 'give a file that echolot measure --json wrote';

/** What a record is, for people. */
const KINDS: Readonly<Record<EcholotRecord['format'], string>> = {
  'echolot-result': 'a measurement (echolot measure)',
  'echolot-ping': 'a series of handshakes (echolot ping)',
  'echolot-load': 'a load (echolot load)',
  'echolot-paced': 'a run of paced probes (echolot measure --rate)',
  'echolot-capacity': 'a search for a capacity (echolot capacity)',
  'echolot-selftest': 'a self-test (echolot selftest)',
  'echolot-doctor': 'an examination (echolot doctor)',
  'echolot-comparison': 'a comparison (echolot compare)',
  'echolot-load-comparison': 'a comparison of loads (echolot compare --load)',
  'echolot-paced-comparison': 'a comparison of paced probes (echolot compare)',
  'echolot-check': 'a check (echolot check)',
};

/** All that echolot writes as JSON. */
export type EcholotRecord =
  | Result
  | Comparison
  | PingResult
  | LoadResult
  | LoadComparison
  | PacedResult
  | CapacityResult
  | PacedComparison
  | SelfTestResult
  | DoctorResult
  | CheckResult;

/** Takes the bytes of a file as they come. */
export class RecordReader {
  private readonly name: string;
  private readonly utf8: Utf8Reader = new Utf8Reader();
  private readonly parser: JsonParser;
  private readonly maxBytes: number;
  private expandedBytes = 0;
  private beginning: Uint8Array = new Uint8Array();

  /**
   * @param name what to call the file in an error
   * @param maxBytes what its values may take of memory, roughly
   */
  constructor(name: string, maxBytes: number) {
    this.name = name;
    this.maxBytes = maxBytes;
    this.parser = new JsonParser(maxBytes);
  }

  /** What the values so far take of memory, roughly. */
  get takenBytes(): number {
    return this.parser.takenBytes + this.expandedBytes;
  }

  /** @throws EcholotError `usage` when it is no JSON */
  push(piece: Uint8Array): void {
    this.take(this.utf8.push(piece));
  }

  /** @throws EcholotError `usage` when it is no record, or one that cannot be relied on */
  end(): EcholotRecord {
    this.take(this.utf8.end());
    const { name } = this;
    const value = this.unlessFaulty(() => this.parser.end());
    const record = objectOf(value, name);
    const format = formatOf(record, name, foreign(this.beginning));
    const fault = schemaFault(record, format);
    if (fault !== undefined) throw refusal(`${name} is not as a result must be: ${fault}`, DAMAGED);
    // The schemas are generated from these types.
    switch (format) {
      case 'echolot-result 1':
        return readVersion1(record as unknown as ResultV1, name);
      case 'echolot-result 2':
        return this.result(fromResult2(record as unknown as ResultV2));
      case 'echolot-result 3':
        return this.result(record as unknown as Result);
      case 'echolot-comparison 1':
        return checked(comparisonFromVersion1(record as unknown as ComparisonV1), comparisonDifference, name);
      case 'echolot-comparison 2':
        return checked(record as unknown as Comparison, comparisonDifference, name);
      case 'echolot-ping 1':
        return checked(record as unknown as PingResult, pingDifference, name);
      case 'echolot-load 1':
        return readLoad(record as unknown as LoadResult, name);
      case 'echolot-paced 1':
        return readPaced(record as unknown as PacedResult, name);
      case 'echolot-capacity 1':
        return readCapacity(record as unknown as CapacityResult, name);
      case 'echolot-paced-comparison 1':
        return readPacedComparison(record as unknown as PacedComparison, name);
      case 'echolot-load-comparison 1':
        return readLoadComparison(record as unknown as LoadComparison, name);
      default:
        return record as unknown as SelfTestResult | DoctorResult | CheckResult;
    }
  }

  private result(result: Result): Result {
    this.expandedBytes = bytesOfHistograms(result);
    if (this.takenBytes > this.maxBytes) throw this.refusalOf(new JsonFault('too-large'));
    return checkedResult(result, this.name);
  }

  private take(bytes: Uint8Array): void {
    const wanted = FOREIGN_BYTES - this.beginning.length;
    if (wanted > 0) this.beginning = Uint8Array.of(...this.beginning, ...bytes.subarray(0, wanted));
    this.unlessFaulty(() => this.parser.push(bytes));
  }

  private unlessFaulty<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw error instanceof JsonFault ? this.refusalOf(error) : error;
    }
  }

  private refusalOf({ kind, message }: JsonFault): EcholotError {
    const { name } = this;
    const other = foreign(this.beginning);
    if (other !== undefined && (kind === 'invalid' || kind === 'more')) {
      return refusal(`${name} is ${other.what}, not a result`, other.advice);
    }
    switch (kind) {
      case 'empty':
        return refusal(`${name} is empty`, NOT_OURS);
      case 'unfinished':
        return refusal(`${name} ends before its record does`, DAMAGED);
      case 'too-large':
        return refusal(`${name} holds more than the memory of this program takes`, MORE_MEMORY);
      case 'too-deep':
        return refusal(`${name} is JSON, but not a result of echolot: it is nested too deep`, NOT_OURS);
      case 'more':
        return refusal(`${name} is not JSON: it goes on after its first value, ${message}`, NOT_OURS);
      case 'invalid':
        return refusal(`${name} is not JSON: ${message}`, NOT_OURS);
    }
  }
}

/** For commands that work on measurements. @throws EcholotError `usage` for any other record */
export function requireResult(record: EcholotRecord, name: string): Result {
  if (record.format === 'echolot-result') return record;
  const isApart = record.format === 'echolot-load' || record.format === 'echolot-paced';
  throw refusal(
    `${name} is ${KINDS[record.format]}, not a measurement`,
    isApart ? 'hold several against others: echolot compare before-*.json -- after-*.json' : NOT_OURS,
  );
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
  const recording = fromVersion2(fromVersion1(old));
  checkConsistency(recording, name);
  const difference = sessionDifference(old, recording);
  if (difference !== undefined) throw refusal(`${name}: ${difference}`, EDITED);
  return { ...recording, ...analyse(recording) };
}

/** As it would have been written today, with what was computed then; its doubts are found again. */
function fromResult2({ series, fits, checks, warnings: _, ...recording }: ResultV2): Result {
  return {
    ...fromVersion2(recording),
    series: series.map(seriesFromVersion2),
    fits: fits.map(fitFromVersion2),
    checks,
    warnings: [],
  };
}

/** All that is made of samples is made again: a file of another version has the present intervals and doubts. */
function checkedResult(result: Result, name: string): Result {
  checkConsistency(result, name);
  const analysis = analyse(result);
  const difference = statisticsDifference(result, analysis);
  if (difference !== undefined) throw refusal(`${name}: ${difference}`, EDITED);
  const { checks, warnings } = analysis;
  return {
    ...result,
    series: made(result.series, analysis.series),
    fits: made(result.fits, analysis.fits),
    checks,
    warnings,
  };
}

/**
 * What histograms take once each probe counts as the middle of its bin: a short text may count as many as it likes, and
 * does not say how many before it is decoded.
 */
function bytesOfHistograms({ blocks }: Recording): number {
  const probes = blocks.reduce(
    (sum, block) => sum + (isRaw(block) ? 0 : countedProbes(block) * (hasLayers(block) ? LAYERED_VALUES : 1)),
    0,
  );
  return probes * BYTES_PER_VALUE;
}

function checkConsistency(recording: Recording, name: string): void {
  const fault = inconsistency(recording);
  if (fault !== undefined) throw refusal(`${name} contradicts itself: ${fault}`, DAMAGED);
}

function objectOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusal(`${name} is JSON, but not a result of echolot`, NOT_OURS);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** @param form of another kind that it begins like */
function formatOf(
  { format, version }: Readonly<Record<string, unknown>>,
  name: string,
  form: Foreign | undefined,
): FormatName {
  if (typeof format !== 'string' || !Object.hasOwn(KINDS, format)) {
    if (form !== undefined) throw refusal(`${name} is ${form.what}, not a result`, form.advice);
    throw refusal(`${name} is JSON, but not a result of echolot`, NOT_OURS);
  }
  const known = `${format} ${String(version)}`;
  if (typeof version === 'number' && isFormatName(known)) return known;
  const newest = NEWEST[format as EcholotRecord['format']];
  if (typeof version === 'number' && Number.isInteger(version) && version > newest) {
    throw refusal(
      `${name} was written by a newer echolot, version ${version} of the format; this one reads up to ${newest}`,
      'install a newer echolot',
    );
  }
  throw refusal(`${name} does not say which version of the format it has`, DAMAGED);
}
