/**
 * What was measured, as a library: records are read and checked, put together, compared, judged and shown. Loads neither
 * engines nor a server; `echolot` measures.
 *
 * @example
 * import { readFileSync } from 'node:fs';
 * import { checkThresholds, documentOf, documentText, parseThreshold, readResult } from 'echolot/records';
 *
 * const result = readResult(readFileSync('run.json'));
 * console.log(documentText(documentOf(result, 'brief')));
 * const [finding] = checkThresholds(result, [parseThreshold('rtt.p95 > 2ms')]);
 * console.log(finding?.finding);
 */
import { analyseHistograms } from './analysis/analyse.ts';
import { compareResults, type LabelledResult } from './analysis/compare.ts';
import { compareLoadResults, type LabelledLoads } from './analysis/load/compared/compare-loads.ts';
import { requireSides } from './analysis/load/compared/sides.ts';
import { type AnyThreshold, parseAnyThreshold } from './analysis/load/conditions/load-threshold.ts';
import { comparePacedResults, type LabelledPaced } from './analysis/paced/compared/compare-paced.ts';
import { requirePacedSides } from './analysis/paced/compared/sides.ts';
import { type EcholotRecord, RecordReader, requireResult } from './analysis/read.ts';
import { type EcholotError, usage } from './core/errors.ts';
import { checkNames } from './measure/checks.ts';
import { toolInfo } from './measure/machine/system.ts';
import type { Depth, ReportDocument } from './report/document/document.ts';
import { documentOf as documentOfRecord } from './report/document/documents.ts';
import type { Comparison } from './result/comparison.ts';
import type { LoadComparison } from './result/load/load-comparison.ts';
import type { PacedComparison } from './result/paced/paced-comparison.ts';
import type { Result } from './result/result.ts';

/** What the values of a record may take of memory, roughly, where nothing is said. */
const DEFAULT_MAX_BYTES: number = 2 ** 30;

const DEPTHS: { readonly [D in Depth]: true } = { brief: true, usual: true, full: true };

export interface ReadOptions {
  /** What to call it in an error. */
  readonly name?: string;
  /** What its values may take of memory, roughly. */
  readonly maxBytes?: number;
}

/**
 * A record from its text, whole or in pieces, in UTF-8 or UTF-16.
 * @throws EcholotError `usage` when it is no record, is damaged, or was changed by hand
 */
export function readRecord(
  text: string | Uint8Array | Iterable<Uint8Array>,
  options: ReadOptions = {},
): EcholotRecord {
  checkNames(options, { name: true, maxBytes: true });
  const { name = 'the record', maxBytes = DEFAULT_MAX_BYTES } = options;
  const reader = new RecordReader(name, maxBytes);
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  if (!isIterable(bytes)) throw notText(bytes, name);
  for (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
    if (!(piece instanceof Uint8Array)) throw notText(piece, name);
    reader.push(piece);
  }
  return reader.end();
}

/** The same of a measurement. @throws EcholotError `usage` likewise, and for a record of another kind */
export function readResult(...args: Parameters<typeof readRecord>): Result {
  return requireResult(readRecord(...args), args[1]?.name ?? 'the record');
}

/**
 * What a report says of a record, to be shown as lines, Markdown or a page.
 * @param record several measurements stand side by side, when they are given as a list
 * @throws EcholotError `usage` for what is no record, and for a depth that there is not
 */
export function documentOf(record: EcholotRecord | readonly Result[], depth: Depth): ReportDocument {
  if (!Object.hasOwn(DEPTHS, depth)) {
    throw usage(`there is no depth ${depth}`, `choose ${Object.keys(DEPTHS).join(', ')}`);
  }
  const all: readonly unknown[] = Array.isArray(record) ? record : [record];
  if (all.length === 0 || all.some((one) => !('format' in Object(one)))) {
    throw usage('there is no record to show', 'give what readRecord or a run returned');
  }
  return documentOfRecord(record, depth);
}

/** A condition, such as `rtt.p99 > 2ms`, or of a load `down.goodput < 90M`. @throws EcholotError `usage` when it is none, in words that say what there is */
export function parseThreshold(text: string): AnyThreshold {
  if (typeof text !== 'string') throw usage('a condition is text', 'write it as in rtt.p99 > 2ms');
  return parseAnyThreshold(text);
}

/** The same measurement with histograms in place of its probes, and what they give. */
export function withHistograms(result: Result): Result {
  return { ...result, ...analyseHistograms(result) };
}

/**
 * Compares runs that were apart: those of each side put together beforehand.
 * @throws EcholotError `usage` when they have nothing in common
 */
export function compareRecords(a: LabelledResult, b: LabelledResult): Comparison {
  return compareResults(a, b, {
    tool: toolInfo(),
    stop: null,
    outcome: { status: 'complete', error: null },
  });
}

/**
 * Compares loads that were apart, several a side where there is to be a verdict.
 * @throws EcholotError `usage` when they carried data in no phase alike, those of a side are not of one kind, or one of
 * them stands twice
 */
export function compareLoadRecords(a: LabelledLoads, b: LabelledLoads): LoadComparison {
  requireSides(a, b);
  return compareLoadResults(a, b, {
    tool: toolInfo(),
    turns: null,
    outcome: { status: 'complete', error: null },
  });
}

/**
 * Compares runs of paced probes that were apart, several a side where there is to be a verdict.
 * @throws EcholotError `usage` when they have no rate in common or probes of another size, those of a side are not of one
 * kind, or one of them stands twice
 */
export function comparePacedRecords(a: LabelledPaced, b: LabelledPaced): PacedComparison {
  requirePacedSides(a, b);
  return comparePacedResults(a, b, {
    tool: toolInfo(),
    turns: null,
    outcome: { status: 'complete', error: null },
  });
}

/** For callers without types, here as above. */
function isIterable(value: object | null | undefined): boolean {
  return value !== null && value !== undefined && Symbol.iterator in Object(value);
}

function notText(value: unknown, name: string): EcholotError {
  return value instanceof Promise
    ? usage(`${name} is a promise, not text`, 'await it')
    : usage(`${name} is not given as text`, 'give the text of its file, or its bytes');
}

export { analyse } from './analysis/analyse.ts';
export { analyseCapacity } from './analysis/capacity/analyse-capacity.ts';
export type { CapacityThreshold } from './analysis/capacity/capacity-threshold.ts';
export { checkCapacityThresholds } from './analysis/capacity/capacity-threshold-check.ts';
export type { LabelledResult } from './analysis/compare.ts';
export { analyseLoad } from './analysis/load/analyse-load.ts';
export type { LabelledLoads } from './analysis/load/compared/compare-loads.ts';
export type { LoadChangeThreshold } from './analysis/load/conditions/load-change.ts';
export { checkLoadChanges } from './analysis/load/conditions/load-change-check.ts';
export type { AnyThreshold, LoadThreshold } from './analysis/load/conditions/load-threshold.ts';
export { checkLoadThresholds } from './analysis/load/conditions/load-threshold-check.ts';
export { loadQoo, withQoo } from './analysis/load/load-qoo.ts';
export { parseQooProfile, QOO_PROFILES, qooProfile } from './analysis/load/qoo-profiles.ts';
export { mergeResults, refuseSameRun } from './analysis/merge.ts';
export { analysePaced } from './analysis/paced/analyse-paced.ts';
export type { LabelledPaced } from './analysis/paced/compared/compare-paced.ts';
export type { PacedChangeThreshold } from './analysis/paced/conditions/paced-change.ts';
export { checkPacedChanges } from './analysis/paced/conditions/paced-change-check.ts';
export type { PacedThreshold } from './analysis/paced/conditions/paced-threshold.ts';
export { checkPacedThresholds } from './analysis/paced/conditions/paced-threshold-check.ts';
export { type EcholotRecord, RecordReader, requireResult, requireSamples } from './analysis/read.ts';
export type { Threshold } from './analysis/threshold.ts';
export {
  checkRatios,
  checkThresholds,
  holdsLimit,
  type ThresholdFinding,
} from './analysis/threshold-check.ts';
export { EcholotError, type ErrorCode } from './core/errors.ts';
export { assignmentCsv } from './report/assignment-csv.ts';
export { capacityByRateChart } from './report/charts/capacity/by-rate.ts';
export { type Chart, type ChartOutcome, isDrawable } from './report/charts/chart.ts';
export { assignmentCharts, chartsOf } from './report/charts/charts.ts';
export { drawSvg } from './report/charts/draw.ts';
export { loadCharts } from './report/charts/load/load-charts.ts';
export { pacedCharts } from './report/charts/paced/paced-charts.ts';
export { assignmentDocument } from './report/document/assignment.ts';
export type { Depth, ReportDocument } from './report/document/document.ts';
export { htmlPage } from './report/html.ts';
export { documentText } from './report/human.ts';
export { jsonPieces } from './report/json.ts';
export { loadCsvPieces, loadFiguresCsv } from './report/load/load-csv.ts';
export { markdownText } from './report/markdown.ts';
export { pacedCsvPieces, pacedFiguresCsv } from './report/paced/paced-csv.ts';
export { csvPieces } from './report/samples-csv.ts';
export { summaryCsv } from './report/summary-csv.ts';
export type { CapacityRecording, CapacityResult } from './result/capacity/capacity-result.ts';
export type { Comparison } from './result/comparison.ts';
export type { DoctorResult } from './result/doctor/doctor-result.ts';
export type { LoadComparison } from './result/load/load-comparison.ts';
export type { LoadRecording, LoadResult, QooProfileRecord } from './result/load/load-result.ts';
export type { LoadStatistics, QooStatistics } from './result/load/load-statistics.ts';
export type { PacedComparison } from './result/paced/paced-comparison.ts';
export type { PacedRecording, PacedResult } from './result/paced/paced-result.ts';
export type { PacedStatistics } from './result/paced/paced-statistics.ts';
export type { PingResult } from './result/ping-result.ts';
export type { Recording, Result } from './result/result.ts';
export type { SelfTestResult } from './result/self-test-result.ts';
