/** What a check is: a question, and a function of a recording that answers it with doubts, or tells why it cannot. */
import type { BlockRecord, RawBlock } from '../../result/block-record.ts';
import type { Recording } from '../../result/result.ts';
import type { SeriesRecord, SeriesStatistics } from '../../result/series-record.ts';
import type { Warning } from '../../result/warnings.ts';
import { quantile } from '../../stats/quantile/quantiles.ts';
import { rawBlocks, sortedRttNs } from '../samples/probes.ts';
import { measuredBlocks } from '../samples/select.ts';

export interface Check {
  /** Asks for the fault, so that "no" is the good answer. */
  readonly question: string;
  readonly look: (subject: Subject) => Found;
}

/** Doubts, or none; or the reason why there is no telling. */
export type Found = readonly Warning[] | Unknown;

export interface Unknown {
  readonly unknown: string;
}

/** What is looked at. */
export interface Subject {
  readonly recording: Recording;
  /** Those with at least one sample that counts; there is one, but for the few checks that need none. */
  readonly series: readonly MeasuredSeries[];
}

export interface MeasuredSeries {
  readonly record: SeriesRecord;
  readonly statistics: SeriesStatistics;
  /** In the order in which they ran; each with at least one sample that counts. */
  readonly blocks: readonly BlockRecord[];
  /** The same with each of their probes; undefined where a record keeps histograms. */
  readonly rawBlocks: readonly RawBlock[] | undefined;
  /** Of the samples that count of each block, ns. */
  readonly blockMediansNs: readonly number[];
}

export function subjectOf(recording: Recording, series: readonly SeriesRecord[]): Subject {
  const measured = series.flatMap((record) => {
    if (record.statistics === null) return [];
    const blocks = measuredBlocks(recording.blocks, record.workload);
    const blockMediansNs = blocks.map((block) => quantile(sortedRttNs(block), 0.5));
    return [{ record, statistics: record.statistics, blocks, rawBlocks: rawBlocks(blocks), blockMediansNs }];
  });
  return { recording, series: measured };
}

/** Of a question that takes one probe after the other. */
export const NOT_KEPT: Unknown = { unknown: 'the record keeps histograms of the probes, not each of them' };

export function isUnknown(found: Found | Warning): found is Unknown {
  return 'unknown' in found;
}

/** Looks at each series; nothing can be told only when it cannot be told of any. */
export function inEachSeries(
  { series }: Subject,
  look: (series: MeasuredSeries) => Warning | Unknown | undefined,
): Found {
  const warnings: Warning[] = [];
  let untold = 0;
  let reason: Unknown | undefined;
  for (const each of series) {
    const answer = look(each);
    if (answer === undefined) continue;
    if (isUnknown(answer)) {
      untold++;
      reason = answer;
    } else {
      warnings.push(answer);
    }
  }
  return reason !== undefined && untold === series.length ? reason : warnings;
}

/** All blocks with a sample that counts. */
export function allBlocks({ series }: Subject): BlockRecord[] {
  return series.flatMap(({ blocks }) => blocks);
}

/**
 * How long the longest collection stopped the measuring thread, ns; null where nobody saw. One in a block that was
 * itself stopped has the stop in it, and so has one that is far longer than the thread worked in all of its block (it
 * waits for threads that help it, so half is enough): neither is held to be one.
 */
export function longestCollectionNs(block: BlockRecord): number | null {
  const { garbageCollections, suspendedProbes, clientCpuShare, scheduling } = block;
  if (garbageCollections === null) return null;
  if (suspendedProbes > 0) return 0;
  const workedNs =
    clientCpuShare === null || scheduling === null
      ? Number.POSITIVE_INFINITY
      : clientCpuShare * scheduling.measuredNs;
  return garbageCollections.longestNs > 2 * workedNs ? 0 : garbageCollections.longestNs;
}

/** The smallest median of all series, ns. */
export function smallestMedianNs({ series }: Subject): number {
  return Math.min(...series.map(({ statistics }) => statistics.rttNs.median));
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
