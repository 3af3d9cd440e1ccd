/**
 * The store of a monitor: `node bench/monitor-store.ts [--json FILE]`. A year of ten targets at 10 s in a file, its size, a view of 30
 * days out of it, writes beside it, and the upkeep of an hour of data. Takes two minutes, 400 MB of disk in the folder for
 * temporary files, and ends by itself.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSqliteStore } from '../src/monitor/store/sqlite/sqlite-store.ts';
import type { Batch, Store } from '../src/monitor/store/store.ts';
import { makePaths, measureOnce, type Path } from './monitor/path.ts';
import { writeYear } from './monitor/year.ts';
import type { Row, Target } from './row.ts';
import { tableText } from './table.ts';

const NOW_MS = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const RUN_MS = 10_000;
const NS_PER_MS = 1_000_000;

const { values: options } = parseArgs({
  options: { json: { type: 'string' }, targets: { type: 'string', default: '10' } },
});
const folder = mkdtempSync(join(tmpdir(), 'echolot-bench-store-'));
try {
  const rows = await measureStore(join(folder, 'store.db'), makePaths(Number(options.targets)));
  console.log(tableText(rows));
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(rows, null, 2));
} finally {
  rmSync(folder, { recursive: true });
}

async function measureStore(file: string, paths: readonly Path[]): Promise<Row[]> {
  const { rows, bytesPerRow } = writeYear(file, paths, NOW_MS);
  console.error('rows and bytes of each by step:', rows, bytesPerRow);
  const store = await openSqliteStore(file, { mode: 'write' });
  try {
    await store.maintain(NOW_MS);
    const { bytes } = await store.state();
    const views = await thirtyDays(store, paths);
    const writes = await timesNs(1_000, (i) => store.write(batchAt(paths.slice(0, 1), NOW_MS + i * RUN_MS)));
    const busyNs = await processorNs(500, (i) =>
      store.write(batchAt(paths.slice(0, 1), NOW_MS + 3 * HOUR_MS + i * RUN_MS)),
    );
    await store.maintain(NOW_MS + 5 * HOUR_MS);
    const batches = await timesNs(50, (i) =>
      store.write(batchAt(tenTimes(paths), NOW_MS + 5 * HOUR_MS + i * RUN_MS)),
    );
    await store.maintain(NOW_MS + 6 * HOUR_MS);
    const upkeep: Upkeep[] = [];
    for (let hour = 10; hour < 13; hour++) {
      upkeep.push(await upkeepOf(store, paths, NOW_MS + hour * HOUR_MS));
    }
    return [
      row('a year of ten targets', 'bytes', [bytes], atMost(500e6)),
      row('30 days of one target, 500 points', 'ns', views.charts, atMost(300 * NS_PER_MS)),
      row('30 days of one target, with histograms', 'ns', views.histograms),
      row('write of one interval, p50', 'ns', [quantileOf(writes, 0.5)]),
      row('write of one interval, p99', 'ns', [quantileOf(writes, 0.99)], atMost(5 * NS_PER_MS)),
      row('write of 100 intervals, p50', 'ns', [quantileOf(batches, 0.5)]),
      row('write of one interval, processor time with its making', 'ns', [busyNs]),
      row(
        'upkeep of an hour by minutes, all of it',
        'ns',
        upkeep.map(({ wallNs }) => wallNs),
      ),
      row(
        'upkeep of an hour by minutes, processor time',
        'ns',
        upkeep.map(({ busyNs: ns }) => ns),
      ),
    ];
  } finally {
    await store.close();
  }
}

async function thirtyDays(
  store: Store,
  paths: readonly Path[],
): Promise<{ readonly charts: number[]; readonly histograms: number[] }> {
  const query = (i: number) => ({
    target: paths[i % paths.length]?.series.target ?? '',
    fromMs: NOW_MS - 30 * DAY_MS,
    toMs: NOW_MS,
    points: 500,
  });
  const charts = await timesNs(20, (i) => store.summaries(query(i)));
  const histograms = await timesNs(5, (i) => store.intervals(query(i)));
  return { charts, histograms };
}

interface Upkeep {
  readonly wallNs: number;
  readonly busyNs: number;
}

/** As a monitor does it: each minute, of the minute before. */
async function upkeepOf(store: Store, paths: readonly Path[], beginMs: number): Promise<Upkeep> {
  let wallNs = 0;
  let busyNs = 0;
  for (let fromMs = beginMs; fromMs < beginMs + HOUR_MS; fromMs += MINUTE_MS) {
    for (let atMs = fromMs; atMs < fromMs + MINUTE_MS; atMs += RUN_MS)
      await store.write(batchAt(paths, atMs));
    busyNs += await processorNs(1, async () => {
      const [ns = 0] = await timesNs(1, () => store.maintain(fromMs + MINUTE_MS));
      wallNs += ns;
    });
  }
  return { wallNs, busyNs };
}

/** Of all threads, for each time: on a machine that does other things, too, it says more than the time that passes. */
async function processorNs(times: number, work: (i: number) => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) await work(i);
  const { user, system } = process.cpuUsage(before);
  return (1_000 * (user + system)) / times;
}

function batchAt(paths: readonly Path[], fromMs: number): Batch {
  const intervals = paths.map((path) => ({
    series: path.series,
    labels: {},
    interval: measureOnce(path, fromMs),
  }));
  return { intervals, events: [] };
}

function tenTimes(paths: readonly Path[]): Path[] {
  return Array.from({ length: 10 }, () => paths).flat();
}

async function timesNs(times: number, work: (i: number) => Promise<unknown>): Promise<number[]> {
  const ns: number[] = [];
  for (let i = 0; i < times; i++) {
    const begin = process.hrtime.bigint();
    await work(i);
    ns.push(Number(process.hrtime.bigint() - begin));
  }
  return ns;
}

function quantileOf(values: readonly number[], p: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(p * (values.length - 1))] as number;
}

function atMost(limit: number): Target {
  return { of: 'value', bound: 'atMost', limit };
}

function row(name: string, unit: Row['unit'], ours: readonly number[], target?: Target): Row {
  return { name, unit, ours, referenceName: '', reference: [], target };
}
