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
import { compareResults, type LabelledResult } from './analysis/compare.ts';
import { type EcholotRecord, RecordReader, requireResult } from './analysis/read.ts';
import { toolInfo } from './measure/machine/system.ts';
import type { Comparison } from './result/comparison.ts';
import type { Result } from './result/result.ts';

/** What the values of a record may take of memory, roughly, where nothing is said. */
const DEFAULT_MAX_BYTES: number = 2 ** 30;

/**
 * A record from its text, whole or in pieces, in UTF-8 or UTF-16.
 * @param name what to call it in an error
 * @throws EcholotError `usage` when it is no record, is damaged, or was changed by hand
 */
export function readRecord(
  text: string | Uint8Array | Iterable<Uint8Array>,
  { name = 'the record', maxBytes = DEFAULT_MAX_BYTES }: { name?: string; maxBytes?: number } = {},
): EcholotRecord {
  const reader = new RecordReader(name, maxBytes);
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) reader.push(piece);
  return reader.end();
}

/** The same of a measurement. @throws EcholotError `usage` likewise, and for a record of another kind */
export function readResult(...args: Parameters<typeof readRecord>): Result {
  return requireResult(readRecord(...args), args[1]?.name ?? 'the record');
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

export { analyse } from './analysis/analyse.ts';
export type { LabelledResult } from './analysis/compare.ts';
export { mergeResults } from './analysis/merge.ts';
export type { EcholotRecord } from './analysis/read.ts';
export { parseThreshold, type Threshold } from './analysis/threshold.ts';
export { checkRatios, checkThresholds, type ThresholdFinding } from './analysis/threshold-check.ts';
export { EcholotError, type ErrorCode } from './core/errors.ts';
export { type Chart, type ChartOutcome, isDrawable } from './report/charts/chart.ts';
export { chartsOf } from './report/charts/charts.ts';
export { drawSvg } from './report/charts/draw.ts';
export type { Depth, ReportDocument } from './report/document/document.ts';
export { documentOf } from './report/document/documents.ts';
export { htmlPage } from './report/html.ts';
export { documentText } from './report/human.ts';
export { jsonPieces } from './report/json.ts';
export { markdownText } from './report/markdown.ts';
export { csvPieces } from './report/samples.ts';
export { summaryCsv } from './report/summary-csv.ts';
export type { Comparison } from './result/comparison.ts';
export type { PingResult } from './result/ping-result.ts';
export type { Recording, Result } from './result/result.ts';
export type { SelfTestResult } from './result/self-test-result.ts';
