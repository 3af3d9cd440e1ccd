/** Two files, or several a side: measurements are held against measurements, loads against loads. */
import { type EcholotError, usage } from '../../../core/errors.ts';
import type { Comparison, LoadComparison, LoadResult, Result } from '../../../index.ts';
import {
  compareLoadRecords,
  compareRecords,
  type EcholotRecord,
  type LabelledResult,
  mergeResults,
  refuseSameRun,
  requireResult,
} from '../../../records.ts';
import { readRecordFiles } from '../read-records.ts';

/** @throws EcholotError `usage` for files that cannot be read, or do not belong together */
export async function compareFiles(
  a: readonly string[],
  b: readonly string[],
): Promise<Comparison | LoadComparison> {
  const names = [...a, ...b];
  const records = await readRecordFiles(names);
  const loads = records.filter(isLoad);
  if (loads.length === records.length) {
    return compareLoadRecords(
      sideOfLoads(loads.slice(0, a.length), a),
      sideOfLoads(loads.slice(a.length), b),
    );
  }
  if (loads.length > 0) throw mixed(records, names);
  const results = records.map((record, i) => requireResult(record, names[i] ?? ''));
  refuseSameRun(results, names);
  return compareRecords(sideOf(results.slice(0, a.length), a), sideOf(results.slice(a.length), b));
}

function isLoad(record: EcholotRecord): record is LoadResult {
  return record.format === 'echolot-load';
}

function mixed(records: readonly EcholotRecord[], names: readonly string[]): EcholotError {
  const [load, other] = [records.findIndex(isLoad), records.findIndex((record) => !isLoad(record))];
  return usage(
    `${names[load]} is a load, and ${names[other]} is none`,
    'compare loads with loads, and measurements with measurements',
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

function labelOf([name = '', ...others]: readonly string[]): string {
  if (others.length === 0) return name;
  return `${name} and ${others.length} more ${others.length === 1 ? 'file' : 'files'}`;
}
