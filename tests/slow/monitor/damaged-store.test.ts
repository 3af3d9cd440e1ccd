/** Bytes of a store that were changed in any place, while nobody had it open. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../src/monitor/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../src/monitor/store/store.ts';
import { batchOf, EVERY_MS, intervalAt, MIDNIGHT_MS, seriesKey } from '../../monitor/store/measured.ts';

const HOUR_MS = 3_600_000;
const COUNT = 300;
/** By which SQLite knows a database, and echolot a store. */
const HEAD_BYTES = 100;
const MOST_TRIES = 3;

test('a damaged store gives no wrong time, and takes what is measured after it was told of at most twice', {
  timeout: 300_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'echolot-store-'));
  const file = join(folder, 'store.db');
  const store = await openSqliteStore(file, { mode: 'write' });
  const intervals = Array.from({ length: COUNT }, (_, i) =>
    intervalAt(MIDNIGHT_MS + i * EVERY_MS, [1_000 + i]),
  );
  await store.write(batchOf(seriesKey('a'), ...intervals));
  await store.maintain(MIDNIGHT_MS + HOUR_MS);
  await store.close();
  const sound = readFileSync(file);
  const flip = fc.record({
    at: fc.integer({ min: HEAD_BYTES, max: sound.length - 1 }),
    bits: fc.integer({ min: 1, max: 255 }),
  });
  let setAside = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 300 }), async (flips) => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      const damaged = Buffer.from(sound);
      for (const { at, bits } of flips) damaged[at] = (damaged[at] as number) ^ bits;
      writeFileSync(file, damaged, { mode: 0o600 });
      const told: string[] = [];
      const opened = await untilItWorks(() => openSqliteStore(file, { mode: 'write' }), told);
      try {
        await expectSound(opened);
        const fresh = batchOf(seriesKey('a'), intervalAt(MIDNIGHT_MS + 2 * COUNT * EVERY_MS, [1]));
        await untilItWorks(() => opened.write(fresh), told);
        await untilItWorks(() => opened.maintain(MIDNIGHT_MS + 4 * HOUR_MS), told);
        const asides = readdirSync(folder).filter((name) => /\.damaged-[-\dT]+$/.test(name));
        expect(told.filter((text) => text.includes('now called'))).toHaveLength(asides.length);
        setAside += asides.length;
      } finally {
        await opened.close();
      }
    }),
    { numRuns: 30 },
  );
  rmSync(folder, { recursive: true });
  expect(setAside).toBeGreaterThan(0);
});

/** Reads all there is: times are among those that were written, or an error says why there are none. */
async function expectSound(store: Store): Promise<void> {
  const query = { target: 'a', fromMs: 0, toMs: 2 * MIDNIGHT_MS, stepMs: 0 } as const;
  try {
    for (const { intervals } of await store.intervals(query)) {
      for (const { layers } of intervals) {
        const ns = layers.application?.quantile(0.5) ?? 1_000;
        expect(ns).toBeGreaterThanOrEqual(1_000);
        expect(ns).toBeLessThan(1_000 + COUNT);
      }
    }
  } catch (error) {
    expect((error as Error).message).toMatch(/is damaged|cannot be used/);
  }
}

async function untilItWorks<T>(work: () => Promise<T>, told: string[]): Promise<T> {
  for (let i = 1; ; i++) {
    try {
      return await work();
    } catch (error) {
      told.push((error as Error).message);
      if (i === MOST_TRIES) throw error;
    }
  }
}
