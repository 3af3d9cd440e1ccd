import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openSqliteStore } from '../../../../src/monitor/store/sqlite/sqlite-store.ts';
import { describeStore } from '../suite.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describeStore('a store in a file', async (retention) => {
  const folder = mkdtempSync(join(tmpdir(), 'echolot-store-'));
  folders.push(folder);
  return openSqliteStore(join(folder, 'new', 'store.db'), { mode: 'write', retention });
});
