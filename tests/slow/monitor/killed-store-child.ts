/** Writes intervals from a number on, sums them up now and then, and prints the number of each that was acknowledged. It is killed. */
import { openSqliteStore } from '../../../src/monitor/store/sqlite/sqlite-store.ts';
import { batchOf, EVERY_MS, intervalAt, MIDNIGHT_MS, seriesKey } from '../../monitor/store/measured.ts';

const [file = '', from = '0'] = process.argv.slice(2);
const SUMMED_UP_EACH = 7;

const store = await openSqliteStore(file, { mode: 'write' });
for (let i = Number(from); ; i++) {
  const fromMs = MIDNIGHT_MS + i * EVERY_MS;
  await store.write(batchOf(seriesKey('a'), intervalAt(fromMs, [1_000 + i])));
  process.stdout.write(`${i}\n`);
  if (i % SUMMED_UP_EACH === 0) await store.maintain(fromMs);
}
