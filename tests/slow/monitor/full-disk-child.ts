/** Writes to a store on a disk that is filled meanwhile, makes room again, and prints what it was told and what was kept. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonic } from '../../../src/clock/monotonic.ts';
import { createKeepingStore } from '../../../src/monitor/store/keeping-store.ts';
import { openSqliteStore } from '../../../src/monitor/store/sqlite/sqlite-store.ts';
import { batchOf, EVERY_MS, intervalAt, MIDNIGHT_MS, seriesKey } from '../../monitor/store/measured.ts';

const [folder = ''] = process.argv.slice(2);
const file = join(folder, 'store.db');
const filler = join(folder, 'filler');
const COUNT = 2_000;
const LONGEST_MS = 20_000;

const told: string[] = [];
const store = createKeepingStore({
  open: () => openSqliteStore(file, { mode: 'write' }),
  place: file,
  timekeeper: monotonic,
  onTrouble: ({ text }) => told.push(text),
  onMended: ({ lostIntervals }) => told.push(`mended, lost ${lostIntervals}`),
});
for (let i = 0; i < COUNT; i++) {
  await store.write(batchOf(seriesKey('a'), intervalAt(MIDNIGHT_MS + i * EVERY_MS, [1_000 + i])));
  if (i === COUNT / 4) fill();
  if (i % 50 === 0) await sleep(1);
}
await until(() => told.length > 0);
rmSync(filler);
await until(() => told.length > 1);
const found = await store.summaries({ target: 'a', fromMs: 0, toMs: 2 * MIDNIGHT_MS, stepMs: 0 });
await store.close();
console.log(JSON.stringify({ told, kept: found[0]?.intervals.length }));

/** To the last byte. */
function fill(): void {
  for (let bytes = 1_048_576; bytes >= 512; bytes /= 2) {
    try {
      for (;;) writeFileSync(filler, new Uint8Array(bytes), { flag: 'a' });
    } catch {
      // So much does not fit any more; half of it may.
    }
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let ms = 0; !isSo() && ms < LONGEST_MS; ms += 50) await sleep(50);
}
