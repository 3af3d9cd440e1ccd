/** Two files, or several a side: measurements are held against measurements, loads against loads, open loops against open loops. */
import { type EcholotError, usage } from '../../../core/errors.ts';
import type {
  Comparison,
  LoadComparison,
  LoadResult,
  PacedComparison,
  PacedResult,
  Result,
} from '../../../index.ts';
import {
  compareLoadRecords,
  comparePacedRecords,
  compareRecords,
  type EcholotRecord,
  type LabelledResult,
  mergeResults,
  refuseSameRun,
  requireResult,
} from '../../../records.ts';
import { readRecordFiles } from '../read-records.ts';

/** Of any kind. */
export type AnyComparison = Comparison | LoadComparison | PacedComparison;

/** @throws EcholotError `usage` for files that cannot be read, or do not belong together */
export async function compareFiles(a: readonly string[], b: readonly string[]): Promise<AnyComparison> {
  const names = [...a, ...b];
  const records = await readRecordFiles(names);
  if (records.every(isLoad)) {
    return compareLoadRecords(
      sideOfLoads(records.slice(0, a.length), a),
      sideOfLoads(records.slice(a.length), b),
    );
  }
  if (records.every(isPaced)) {
    return comparePacedRecords(
      sideOfPaced(records.slice(0, a.length), a),
      sideOfPaced(records.slice(a.length), b),
    );
  }
  for (const [is, what] of KINDS) if (records.some(is)) throw mixed(records, names, is, what);
  const results = records.map((record, i) => requireResult(record, names[i] ?? ''));
  refuseSameRun(results, names);
  return compareRecords(sideOf(results.slice(0, a.length), a), sideOf(results.slice(a.length), b));
}

function isLoad(record: EcholotRecord): record is LoadResult {
  return record.format === 'echolot-load';
}

function isPaced(record: EcholotRecord): record is PacedResult {
  return record.format === 'echolot-paced';
}

/** Those that stand among their own alone. */
const KINDS: readonly (readonly [is: (record: EcholotRecord) => boolean, what: string])[] = [
  [isLoad, 'a load'],
  [isPaced, 'a run of paced probes'],
];

function mixed(
  records: readonly EcholotRecord[],
  names: readonly string[],
  is: (record: EcholotRecord) => boolean,
  what: string,
): EcholotError {
  const [one, other] = [records.findIndex(is), records.findIndex((record) => !is(record))];
  return usage(
    `${names[one]} is ${what}, and ${names[other]} is none`,
    'compare loads with loads, paced probes with paced probes, and measurements with measurements',
  );
}

/** All runs of all files of one side. */
function sideOf(results: readonly Result[], files: readonly string[]): LabelledResult {
  const [only, ...others] = results;
  const label = labelOf(files);
  if (only !== undefined && others.length === 0) return { label, files, result: only };
  return { label, files, result: mergeResults(results, files) };
}

function sideOfLoads(loads: readonly LoadResult[], files: readonly string[]) {
  return { label: labelOf(files), files, loads };
}

function sideOfPaced(runs: readonly PacedResult[], files: readonly string[]) {
  return { label: labelOf(files), files, runs };
}

function labelOf([name = '', ...others]: readonly string[]): string {
  if (others.length === 0) return name;
  return `${name} and ${others.length} more ${others.length === 1 ? 'file' : 'files'}`;
}
