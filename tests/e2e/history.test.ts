/** What a monitor has kept, as an operator asks for it: `history`, `compare --between` and `measure --store`, out of one store. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../src/monitor/store/sqlite/sqlite-store.ts';
import { EVERY_MS, intervalAt, measured, seriesKey } from '../monitor/store/measured.ts';
import { echolot, type Finished, type Program, start } from './program.ts';

const HOST = '127.0.0.1';
const HOUR_MS = 3_600_000;
/** A whole second, so that spans written in hours ago hold whole intervals. */
const NOW_MS = Math.floor(Date.now() / EVERY_MS) * EVERY_MS;

let folder = '';
let store = '';
/** Free when it was found. */
let port = 0;

/** `near` became twice as slow an hour ago; `other` was measured with another size. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'echolot-history-'));
  store = join(folder, 'monitor.sqlite');
  {
    await using server = start('serve', '--host', HOST, '--port', 0, '--quiet');
    port = await server.port();
  }
  const near = { ...seriesKey('near', HOST), port };
  const large = { ...seriesKey('large', HOST), port, workload: '1000 B, 20 probes' };
  const writing = await openSqliteStore(store, { mode: 'write' });
  const intervals = Array.from({ length: (3 * HOUR_MS) / EVERY_MS }, (_, i) => {
    const atMs = NOW_MS - 3 * HOUR_MS + i * EVERY_MS;
    const ns = (atMs < NOW_MS - HOUR_MS ? 1e12 : 2e12) * (1 + 0.01 * Math.sin(i * i));
    return [measured(near, intervalAt(atMs, [ns, ns, ns])), measured(large, intervalAt(atMs, [ns]))];
  }).flat();
  const told = { target: 'near', facts: {} };
  await writing.write({
    intervals,
    events: [
      { ...told, atMs: NOW_MS - 2 * HOUR_MS, kind: 'down', text: 'near does not answer: refused' },
      { ...told, atMs: NOW_MS - 2 * HOUR_MS + 60_000, kind: 'up', text: 'near answers again' },
    ],
  });
  await writing.maintain(NOW_MS);
  await writing.close();
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function run(...args: readonly (string | number)[]): Promise<Finished> {
  return await echolot(...args, '--store', store);
}

describe('history', () => {
  test('of a target answers in its first line, and has all that belongs to it', async () => {
    const { code, stdout, stderr } = await run('history', 'near', '--since', '4h');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^near: median .*, p99 .*, 100 % of runs answered, 1 outage \(1 min\)/);
    for (const part of [
      'Over time',
      'Events',
      'near does not answer: refused',
      'next day cannot be said yet',
    ]) {
      expect(stdout).toContain(part);
    }
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test('of all targets has a row each', async () => {
    const { code, stdout } = await run('history');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 targets in 7 d, 1 of them with outages\n/);
    expect(stdout).toMatch(/^ {2}large .*\n {2}near /m);
  });

  test('is data for programs: JSON with its format, and a row for each interval', async () => {
    const json = JSON.parse((await run('history', 'near', '--since', '4h', '--json')).stdout);
    expect(json).toMatchObject({ format: 'echolot-history', version: 1, targets: [{ target: 'near' }] });
    expect(json.targets[0].total.runs).toBe(1_080);
    const file = join(folder, 'past.csv');
    const { stdout } = await run('history', 'near', '--since', '4h', '--output', file);
    expect(stdout).toMatch(/^near: median/);
    const rows = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(rows).toHaveLength(json.targets[0].intervals.length + 1);
  });

  test('is a page with pictures', async () => {
    const file = join(folder, 'past.html');
    expect((await run('history', 'near', '--html', file)).code).toBe(0);
    const page = await readFile(file, 'utf8');
    expect(page).toContain('<title>near: median');
    expect(page).toContain('<svg');
  });

  test.each([
    [['nearr'], 'there is no target nearr in'],
    [['--since', '9:61'], 'Expected a moment such as 7d'],
    [['--since', '2999-01-01'], 'that time has not come yet'],
    [['near', '--since', '1h', '--until', '2h'], 'the time ends before it begins'],
  ])('%j is refused in a line', async (args, told) => {
    const { code, stdout, stderr } = await run('history', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(told);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('a name that is not there is answered with those that are', async () => {
    expect((await run('history', 'naer')).stderr).toContain('there is near, large');
  });

  test('of a store that is not there is an error, and makes none', async () => {
    const none = join(folder, 'none.sqlite');
    expect((await echolot('history', '--store', none)).code).toBe(2);
    await expect(readFile(none)).rejects.toThrow('ENOENT');
    expect((await echolot('history', '--store', 'memory')).stderr).toContain('ends with it');
  });
});

describe('compare --between', () => {
  const spans = ['--between', '2h..1h', '1h..now'];

  test('answers in words, with a table of each layer', async () => {
    const { code, stdout } = await run('compare', 'near', ...spans);
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /^near: the median of .* is 2\.0\d times that of .*; it differs /,
    );
    expect(stdout).toMatch(/echo +p99s .*B is slower/);
  });

  test('is data for programs, whatever the order of its words', async () => {
    const json = JSON.parse((await run('compare', ...spans, 'near', '--json')).stdout);
    expect(json).toMatchObject({ format: 'echolot-between', version: 1, target: 'near' });
    expect(json.ratios[0]).toMatchObject({ layer: 'application', p: 0.5, verdict: 'slower' });
  });

  test('of a time without answers is no answer, for scripts, too', async () => {
    const { code, stdout } = await run('compare', 'near', '--between', '30d..29d', '1h..now');
    expect(code).toBe(1);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/has no answer, so there is nothing to compare/);
  });

  test.each([
    ['rtt.p50 > 1.1x', 3],
    ['rtt.p99 > 3x', 0],
  ])('fails a script by its condition: %s gives %s', async (condition, code) => {
    expect((await run('compare', 'near', ...spans, '--fail-if', condition)).code).toBe(code);
  });

  test.each([
    [['near', ...spans, '--sizes', '100'], '--sizes is for targets, and --between measures nothing'],
    [['near', '--between', '2h..1h'], '--between takes two spans, and one target'],
    [['near', '--between', '2h..1h', 'soon'], '"near" is no span'],
    [['near', '--between', '1h..2h', '1h..now'], 'ends before it begins'],
    [['far', ...spans], 'there is no target far'],
    [['near', ...spans, '--fail-if', 'down.goodput < 0.9x'], 'nothing that a history is asked for'],
    [['a.json', 'b.json'], '--store is of --between'],
  ])('%j is refused', async (args, told) => {
    const { code, stderr } = await run('compare', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(told);
  });
});

describe('measure --store', () => {
  /** A server of its own, which no other test waits for. */
  async function serving(): Promise<Program> {
    const server = start('serve', '--host', HOST, '--port', port, '--quiet');
    await server.port();
    return server;
  }
  const short = ['--type', 'rtt', '--probes', 20];

  test('says how it stands to the history of the same path and size', async () => {
    await using _server = await serving();
    const { code, stdout } = await run('measure', HOST, port, ...short, '--sizes', 100);
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /this run is faster than \d+ % of the last 3 h.* 95 % interval \d+ to \d+ %; 1,080 intervals of near/,
    );
  });

  test('says so of probes that do not wait for each other, too', async () => {
    await using _server = await serving();
    const { stdout } = await run('measure', HOST, port, '--rate', '100/s', '--duration', '300ms');
    expect(stdout).toContain('this run is faster than');
  });

  test('leaves a record for programs as it is, and tells on standard error', async () => {
    await using _server = await serving();
    const { stdout, stderr } = await run('measure', HOST, port, ...short, '--sizes', 100, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ format: 'echolot-result' });
    expect(stderr).toContain('echolot: this run is faster than');
  });

  test('says nothing of a size that has no history', async () => {
    await using _server = await serving();
    const { stdout } = await run('measure', HOST, port, ...short, '--sizes', 7);
    expect(stdout).toContain('of another workload');
    expect(stdout).not.toContain('this run is');
  });

  test('a store that is not there is told before anything is sent', async () => {
    const { code, stdout } = await echolot('measure', HOST, port, ...short, '--store', join(folder, 'none'));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
