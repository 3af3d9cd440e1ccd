/** The compiled program keeps its compiled code in a folder of the user's own, and nowhere else. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let home = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'echolot-'));
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

test('the program itself leaves nothing in the folder for temporary files', () => {
  const temporary = join(home, 'tmp');
  mkdirSync(temporary);
  const bin = new URL('../../dist/cli/bin.js', import.meta.url);
  const { PATH } = process.env;
  const env = { PATH, HOME: home, TMPDIR: temporary };
  expect(spawnSync(process.execPath, [bin.pathname, '--version'], { env }).status).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
  expect(readdirSync(join(home, '.cache/echolot'))).not.toEqual([]);
});
