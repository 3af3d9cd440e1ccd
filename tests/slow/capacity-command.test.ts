/** A search for a capacity as a user runs it: to its end, cut short, judged, and read again. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CapacityResult } from '../../src/index.ts';
import { echolot, type Program, start } from '../e2e/program.ts';

const HOST = '127.0.0.1';
/** Easy, and short: what figures are worth is tested elsewhere. */
const EASY = [
  ...['--while', 'response.p50 < 2s', '--duration', '200ms', '--engine', 'node'],
  ...['--from', '100/s', '--max-rate', '100/s'],
] as const;

let served: Program;
let port: number;
let folder: string;

beforeAll(async () => {
  served = start('serve', '--host', HOST, '--port', 0, '--quiet', '--engine', 'node');
  port = await served.port();
  folder = mkdtempSync(join(tmpdir(), 'echolot-capacity-'));
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test('each try is a line, the answer comes last, and the record is read, shown and judged again', async () => {
  const file = join(folder, 'capacity.json');
  const page = join(folder, 'capacity.html');
  const { code, stdout, stderr } = await echolot(
    ...['capacity', HOST, port, ...EASY, '-o', file, '--html', page, '--fail-if', 'capacity < 50/s'],
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^127\.0\.0\.1 port \d+: the highest rate while response\.p50 < 2s, uniform; /m);
  expect(stdout).toMatch(/^ +\d+\.\d s {2}100\/s {2}held/m);
  expect(stdout).toMatch(/^Capacity +at least 100\/s/m);
  const record: CapacityResult = JSON.parse(readFileSync(file, 'utf8'));
  expect(record).toMatchObject({ format: 'echolot-capacity', outcome: { status: 'complete' } });
  expect(readFileSync(page, 'utf8')).toContain('id="capacity-by-rate"');
  const again = await echolot('report', file);
  expect(stdout.endsWith(again.stdout)).toBe(true);
  const judged = await echolot('report', file, '--brief', '--fail-if', 'capacity >= 100/s');
  expect(judged.code).toBe(3);
  const table = await echolot('report', file, '--csv');
  expect(table.code).toBe(0);
  expect(table.stdout.trimEnd().split('\n')).toHaveLength(1 + record.tries.length);
});

test('Ctrl-C in the middle tells what was known', async () => {
  await using run = start('capacity', HOST, port, ...EASY.slice(0, 6), '--from', '100/s', '--max-time', '1m');
  await run.until('the second rate', ({ stdout }) => / {2}200\/s {2}/.test(stdout), 20_000);
  run.kill('SIGINT');
  const { code, stdout, stderr } = await run.endsWithin(5_000);
  expect(code).toBe(130);
  expect(stdout).toContain('Incomplete: the search was cancelled');
  expect(stdout).toMatch(/^Capacity +/m);
  expect(stderr).toContain('cancelled');
});

test('Ctrl-C in the first try tells which it was', async () => {
  await using run = start('capacity', HOST, port, '--from', '100/s', '--duration', '20s', '--engine', 'node');
  await run.until('the headline', ({ stdout }) => stdout.includes('the highest rate while'), 20_000);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  run.kill('SIGINT');
  const { code, stdout } = await run.endsWithin(5_000);
  expect(code).toBe(130);
  expect(stdout).toMatch(/^Capacity +not known +the first try, at 100\/s, had not come to its end after/m);
});

test('a condition that holds at no rate is no success, for a script that goes on with it', async () => {
  const never = ['--while', 'response.p50 < 1ns', '--duration', '200ms', '--from', '100/s'];
  const { code, stdout, stderr } = await echolot('capacity', HOST, port, ...never, '--engine', 'node');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^Capacity +below 100\/s/m);
  expect(stderr).toContain('held at no rate that was tried; take a lower --from');
});

test('a server that is not there is an error, with no report of nothing', async () => {
  const { code, stdout, stderr } = await echolot('capacity', HOST, 1, ...EASY);
  expect(code).not.toBe(0);
  expect(stderr).toContain('refused');
  expect(stdout).not.toContain('Capacity');
});
