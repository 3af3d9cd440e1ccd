/** A monitor that is killed at any moment, while it writes or sums up. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../src/monitor/store/sqlite/sqlite-store.ts';
import { STEPS_MS, type Store } from '../../../src/monitor/store/store.ts';
import { EVERY_MS, MIDNIGHT_MS } from '../../monitor/store/measured.ts';

const CHILD = fileURLToPath(new URL('killed-store-child.ts', import.meta.url));
const KILLS = 100;
/** After the first that was acknowledged. */
const LONGEST_LIFE_MS = 150;

test('a monitor that is killed 100 times loses nothing that was acknowledged, and counts nothing twice', {
  timeout: 600_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'echolot-store-'));
  const file = join(folder, 'store.db');
  let next = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const acknowledged = await killedWhileWriting(file, next, Math.random() * LONGEST_LIFE_MS);
    next = acknowledged + 1;
    const db = new DatabaseSync(file);
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    db.close();
    if (kill % 10 < 9) continue;
    const store = await openSqliteStore(file, { mode: 'write' });
    await store.maintain(MIDNIGHT_MS + (next + 10) * EVERY_MS);
    const counts = await Promise.all(STEPS_MS.map((stepMs) => countOf(store, stepMs)));
    // The one that was under way may be there, too; it is written once more.
    expect(counts[0]).toBeGreaterThanOrEqual(next);
    expect(counts[0]).toBeLessThanOrEqual(next + 1);
    expect(new Set(counts).size).toBe(1);
    await store.close();
  }
  rmSync(folder, { recursive: true });
});

/** @returns the last that was acknowledged */
async function killedWhileWriting(file: string, from: number, lifeMs: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, file, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    if (text === '') setTimeout(() => child.kill('SIGKILL'), lifeMs);
    text += part;
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  return Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1));
}

async function countOf(store: Store, stepMs: (typeof STEPS_MS)[number]): Promise<number> {
  const found = await store.summaries({ target: 'a', fromMs: 0, toMs: 2 * MIDNIGHT_MS, stepMs });
  return found.flatMap(({ intervals }) => intervals).reduce((sum, { runs }) => sum + runs, 0);
}
