/** What becomes of a store when its file, or who else has it, is not as it should be. */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteStore, type SqliteOptions } from '../../../../src/monitor/store/sqlite/sqlite-store.ts';
import { type Batch, STEPS_MS, type Store } from '../../../../src/monitor/store/store.ts';
import { batchOf, EVERY_MS, intervalAt, MIDNIGHT_MS, seriesKey } from '../measured.ts';

const HOUR_MS = 3_600_000;
const ALL = { target: 'a', fromMs: 0, toMs: 2 * MIDNIGHT_MS } as const;
const nth = (i: number): Batch =>
  batchOf(seriesKey('a'), intervalAt(MIDNIGHT_MS + i * EVERY_MS, [1_000 + i]));

let folder: string;
let file: string;
const stores: Store[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'echolot-store-'));
  file = join(folder, 'store.db');
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  rmSync(folder, { recursive: true });
});

async function open(options: Partial<SqliteOptions> = {}): Promise<Store> {
  const store = await openSqliteStore(file, { mode: 'write', ...options });
  stores.push(store);
  return store;
}

async function filled(count: number): Promise<Store> {
  const store = await open();
  await store.write({
    intervals: Array.from({ length: count }, (_, i) => nth(i).intervals).flat(),
    events: [],
  });
  return store;
}

async function countIn(store: Store, stepMs: (typeof STEPS_MS)[number] = 0): Promise<number> {
  const found = await store.summaries({ ...ALL, stepMs });
  return found.flatMap(({ intervals }) => intervals).reduce((sum, { runs }) => sum + runs, 0);
}

/** Changes the file by another program. */
function otherwise(sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

describe('the file of a store', () => {
  test('is its own user’s alone, with its folder and all beside it', async () => {
    file = join(folder, 'a', 'b', 'store.db');
    const store = await filled(3);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(join(folder, 'a', 'b'))) {
      expect(statSync(join(folder, 'a', 'b', name)).mode & 0o777, name).toBe(0o600);
    }
    await store.close();
  });

  test.each([0o620, 0o602, 0o666])('is refused where others may write to it (%o)', async (mode) => {
    await (await filled(1)).close();
    chmodSync(file, mode);
    await expect(open()).rejects.toMatchObject({
      code: 'usage',
      advice: `keep it to yourself: chmod 600 ${file}`,
    });
  });

  test('is refused where anybody may put another one in its place', async () => {
    chmodSync(folder, 0o777);
    await expect(open()).rejects.toThrow('anybody can put another file in the place of');
  });

  test('is there again with all that was in it', async () => {
    const store = await filled(20);
    await store.maintain(MIDNIGHT_MS + HOUR_MS);
    await store.close();
    const again = await open();
    for (const stepMs of STEPS_MS) expect(await countIn(again, stepMs)).toBe(20);
  });

  test('has one writer, who is named to the second, and readers beside it', async () => {
    const writer = await filled(5);
    await expect(open()).rejects.toMatchObject({
      code: 'limit',
      message: `another monitor writes to ${file}`,
    });
    const reader = await open({ mode: 'read' });
    expect(await countIn(reader)).toBe(5);
    await writer.write(nth(5));
    expect(await countIn(reader)).toBe(6);
    await expect(reader.write(nth(6))).rejects.toThrow('was opened for reading');
    await writer.close();
    await (await open()).write(nth(7));
  });

  test.each([
    ['a text', 'targets = 3\n'.repeat(100)],
    ['a short one', 'x'],
    ['bytes', new Uint8Array(10_000).fill(7)],
  ])('is refused and left as it is where it is none: %s', async (_, content) => {
    writeFileSync(file, content, { mode: 0o600 });
    for (const mode of ['write', 'read'] as const) {
      await expect(open({ mode })).rejects.toMatchObject({
        code: 'usage',
        message: `${file} is no store of echolot`,
      });
    }
    expect(readFileSync(file)).toEqual(Buffer.from(content));
  });

  test('is refused where it is the database of another program', async () => {
    writeFileSync(file, '', { mode: 0o600 });
    otherwise('CREATE TABLE bookmark (url TEXT)');
    const before = readFileSync(file);
    await expect(open()).rejects.toThrow('is no store of echolot');
    expect(readFileSync(file)).toEqual(before);
  });

  test('is refused with both versions where a later echolot wrote it', async () => {
    await (await filled(1)).close();
    otherwise('PRAGMA user_version = 99');
    for (const mode of ['write', 'read'] as const) {
      await expect(open({ mode })).rejects.toThrow(
        'was written by a later echolot (layout 99, this one knows 2)',
      );
    }
  });

  test('is not made by who only wants to read it', async () => {
    await expect(open({ mode: 'read' })).rejects.toThrow(`there is no store ${file}`);
    expect(existsSync(file)).toBe(false);
  });

  test.skipIf(process.getuid?.() === 0)(
    'that may only be read is told of, and read (not as root)',
    async () => {
      await (await filled(2)).close();
      chmodSync(file, 0o400);
      await expect(open()).rejects.toMatchObject({ code: 'usage', message: `${file} cannot be written` });
      expect(await countIn(await open({ mode: 'read' }))).toBe(2);
    },
  );

  test('takes no interval whose times are none, and says whose fault that is', async () => {
    const store = await filled(1);
    for (const fromMs of [0.5, Number.NaN]) {
      await expect(store.write(batchOf(seriesKey('a'), intervalAt(fromMs, [1])))).rejects.toMatchObject({
        code: 'internal',
      });
    }
    expect(await countIn(store)).toBe(1);
  });

  test('that another program has locked takes nothing, says so, and takes it again afterwards', async () => {
    const store = await filled(1);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.write(nth(1))).rejects.toThrow('is locked by another program');
    expect(await countIn(store)).toBe(1);
    other.exec('ROLLBACK');
    other.close();
    await store.write(nth(1));
    expect(await countIn(store)).toBe(2);
  });

  test('that is removed while it is open is told of, and begun anew', async () => {
    const store = await filled(3);
    for (const name of readdirSync(folder)) if (!name.endsWith('-lock')) rmSync(join(folder, name));
    await expect(store.write(nth(3))).rejects.toThrow('was removed or replaced while it was open');
    await store.write(nth(3));
    expect(await countIn(store)).toBe(1);
    await store.close();
    expect(await countIn(await open())).toBe(1);
  });

  test('that is replaced by no store is left alone from then on', async () => {
    const store = await filled(3);
    renameSync(file, join(folder, 'moved.db'));
    writeFileSync(file, 'something else', { mode: 0o600 });
    await expect(store.write(nth(3))).rejects.toThrow('replaced');
    await expect(store.write(nth(3))).rejects.toThrow('is no store of echolot');
    expect(readFileSync(file, 'utf8')).toBe('something else');
  });
});

describe('a damaged file', () => {
  test('leaves out the interval whose histogram was changed, and has all others', async () => {
    await (await filled(10)).close();
    otherwise(`UPDATE interval SET application = zeroblob(20) WHERE from_ms = ${MIDNIGHT_MS + 3 * EVERY_MS}`);
    const store = await open();
    expect((await store.intervals({ ...ALL, stepMs: 0 }))[0]?.intervals).toHaveLength(9);
    await store.maintain(MIDNIGHT_MS + HOUR_MS);
    expect(await countIn(store, 60_000)).toBe(9);
  });
});

describe('a bound by size', () => {
  test('removes the oldest of the finest step first, and no sum of them', async () => {
    const maxBytes = 200_000;
    const store = await open({ maxBytes });
    const count = 3_000;
    for (let i = 0; i < count; i += 100) {
      const batches = Array.from({ length: 100 }, (_, j) => nth(i + j).intervals).flat();
      await store.write({ intervals: batches, events: [] });
    }
    await store.maintain(MIDNIGHT_MS + count * EVERY_MS);
    const [measured] = await store.summaries({ ...ALL, stepMs: 0 });
    expect(measured?.intervals.length).toBeLessThan(count / 2);
    expect(measured?.intervals.at(-1)?.fromMs).toBe(MIDNIGHT_MS + (count - 1) * EVERY_MS);
    expect(await countIn(store, 900_000)).toBe(count);
    await store.close();
    expect(statSync(file).size).toBeLessThan(2 * maxBytes);
  });
});
