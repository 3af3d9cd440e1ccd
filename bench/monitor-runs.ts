/** Runs that were recorded, for virtual weeks of a monitor: `monitor-runs.txt` says of what. */
import { readFileSync } from 'node:fs';

const FILE = new URL('./monitor-runs.txt', import.meta.url);
const COLUMNS = ['p50', 'p99'] as const;

/** Logarithms of a percentile of each run, in the order of time. */
export function recordedLogs(percentile: (typeof COLUMNS)[number]): readonly number[] {
  const lines = readFileSync(FILE, 'utf8').trim().split('\n');
  return lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => Math.log(Number(line.split(' ')[COLUMNS.indexOf(percentile)])));
}
