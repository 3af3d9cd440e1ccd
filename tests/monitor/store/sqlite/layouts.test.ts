/** A store of an earlier echolot is opened as it is, and goes on: nobody loses a year of a path for a new version. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStore } from '../../../../src/monitor/store/sqlite/sqlite-store.ts';
import { NanosecondHistogram } from '../../../../src/stats/histogram.ts';
import { batchOf, intervalAt, MIDNIGHT_MS, seriesKey } from '../measured.ts';

const LATER_COLUMNS = ['network_summary', 'residence_summary', 'network', 'residence'];
const ALWAYS = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, stepMs: 0 } as const;

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'echolot-layouts-'));
  file = join(folder, 'store.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** As the first layout was: without the layers that came later. */
async function writeFirstLayout(): Promise<void> {
  const store = await openSqliteStore(file, { mode: 'write' });
  await store.write(batchOf(seriesKey('a'), intervalAt(MIDNIGHT_MS, [5_000_000])));
  await store.close();
  const db = new DatabaseSync(file);
  for (const column of LATER_COLUMNS) db.exec(`ALTER TABLE interval DROP COLUMN ${column}`);
  db.exec('PRAGMA user_version = 1');
  db.close();
}

test('the first layout is read and written by this version, its own intervals and new layers alike', async () => {
  await writeFirstLayout();
  const store = await openSqliteStore(file, { mode: 'write' });
  try {
    const layers = { network: NanosecondHistogram.of([4_000]), residence: NanosecondHistogram.of([1_000]) };
    await store.write(batchOf(seriesKey('a'), intervalAt(MIDNIGHT_MS + 10_000, [1], { layers })));
    const [found] = await store.summaries({ target: 'a', ...ALWAYS });
    expect(found?.intervals.map(({ layers }) => Object.keys(layers))).toEqual([
      ['application'],
      ['network', 'residence'],
    ]);
    expect(found?.intervals[0]?.layers.application?.count).toBe(1);
    expect(found?.intervals[1]?.layers.residence?.p50Ns).toBeCloseTo(1_000, -1);
    await store.maintain(MIDNIGHT_MS + 3_600_000);
    const [minute] = await store.intervals({ target: 'a', ...ALWAYS, stepMs: 60_000 });
    expect(Object.keys(minute?.intervals[0]?.layers ?? {})).toEqual(['application', 'network', 'residence']);
  } finally {
    await store.close();
  }
});

test('the first layout is readable where nobody may write: an archive, or the store of another user', async () => {
  await writeFirstLayout();
  const store = await openSqliteStore(file, { mode: 'read' });
  try {
    const [summaries] = await store.summaries({ target: 'a', ...ALWAYS });
    expect(Object.keys(summaries?.intervals[0]?.layers ?? {})).toEqual(['application']);
    const [intervals] = await store.intervals({ target: 'a', ...ALWAYS });
    expect(Object.keys(intervals?.intervals[0]?.layers ?? {})).toEqual(['application']);
  } finally {
    await store.close();
  }
});
