/** Pages, pictures and tables of results that were written before, and what happens when one cannot be made. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonReport } from '../../src/report/json.ts';
import { pingResult } from '../report/ping-results.ts';
import { cleanResult, thinResult } from '../report/report-results.ts';
import { echolot, Program, ROOT } from './program.ts';

let directory: string;
let clean: string;
let thin: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'echolot-report-'));
  clean = join(directory, 'clean.json');
  thin = join(directory, 'thin.json');
  await writeFile(clean, jsonReport(cleanResult()));
  await writeFile(thin, jsonReport(thinResult()));
});

afterAll(() => rm(directory, { recursive: true }));

describe('report', () => {
  test('makes a page, drawings and images at once', async () => {
    const [page, drawings, images] = ['page.html', 'new/drawings', 'images'].map((name) =>
      join(directory, name),
    );
    await mkdir(join(directory, 'new'));
    const { code, stdout, stderr } = await echolot(
      ...['report', clean, thin, '--html', page ?? '', '--svg', drawings ?? '', '--png', images ?? ''],
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^echolot: no picture anatomy-2: the engine node has no kernel stamps\n$/);
    expect(await readFile(page ?? '', 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    const names = ['anatomy-1', 'goodput-by-size', 'rtt-by-size', 'rtt-distribution'];
    names.push('rtt-over-time-1', 'rtt-over-time-2', 'rtt-percentiles');
    expect((await readdir(drawings ?? '')).sort()).toEqual(names.map((name) => `${name}.svg`));
    expect((await readdir(images ?? '')).sort()).toEqual(names.map((name) => `${name}.png`));
  });

  test('prints tables as Markdown, and figures as CSV', async () => {
    const markdown = await echolot('report', clean, '--markdown');
    expect(markdown.stdout).toMatch(/^# TCP echo measurement of echo.example port 9900\n/);
    const csv = await echolot('report', clean, '--csv');
    expect(csv.stdout).toMatch(/^result,started_at,host,.*\n1,/);
    expect([markdown.code, csv.code]).toEqual([0, 0]);
  });

  test('prints the report of a saved run again, as deep as it is asked for', async () => {
    const usual = await echolot('report', clean);
    expect(usual).toMatchObject({ code: 0, stderr: '' });
    expect(usual.stdout).toMatch(/^TCP echo measurement of echo\.example port 9900\n/);
    const brief = await echolot('report', clean, '--brief');
    expect(brief.stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
    expect(usual.stdout.startsWith(brief.stdout)).toBe(true);
    const full = await echolot('report', clean, '--full');
    expect(full.stdout).toContain('How the numbers are computed');
  });

  test('judges a saved run: exit code, a line, and a file for CI', async () => {
    const junit = join(directory, 'junit.xml');
    const args = ['--fail-if', 'rtt.median > 1ns', '--junit', junit, '--brief'];
    const { code, stderr } = await echolot('report', clean, ...args);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^failed: rtt\.median > 1ns: rtt /m);
    expect(await readFile(junit, 'utf8')).toContain('<failure message="failed: rtt.median &gt; 1ns');
    expect((await echolot('report', clean, '--fail-if', 'rtt.median > 1m')).code).toBe(0);
    expect((await echolot('report', clean, '--fail-if', 'rtt.p99.99 > 1m')).code).toBe(1);
    expect(await echolot('report', clean, '--junit', junit)).toMatchObject({ code: 2, stdout: '' });
  });

  test('prints Markdown as deep as it is asked for', async () => {
    const [brief, all] = await Promise.all([
      echolot('report', clean, '--markdown', '--brief'),
      echolot('report', clean, '--markdown'),
    ]);
    expect(brief).toMatchObject({ code: 0, stderr: '' });
    expect(brief.stdout).toMatch(/^# TCP echo measurement/);
    expect(brief.stdout).not.toContain('## Round-trip time');
    expect(all.stdout.startsWith(brief.stdout.trimEnd())).toBe(true);
  });

  test.each([
    [['--csv', '--markdown'], /both go to standard output/],
    [['--csv', '--brief'], /--brief is of the report, and --csv prints none; .*--brief goes with --markdown/],
    [['--html', 'page.html', '--full'], /--full is of the report, and --html prints none/],
    [['--svg', 'pictures', '--brief'], /--brief is of the report, and --svg prints none/],
  ])('with %j is a wrong command line', async (options, complaint) => {
    const { code, stdout, stderr } = await echolot('report', clean, ...options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^echolot: usage: /);
    expect(stderr).toMatch(complaint);
  });

  test('says of which records there are pictures and tables of statistics', async () => {
    const ping = join(directory, 'ping.json');
    await writeFile(ping, jsonReport(pingResult()));
    const pictures = await echolot('report', ping, '--svg', directory);
    expect(pictures.stderr).toMatch(
      /^echolot: usage: pictures are of measurements, loads, .* and this is none; --html and --markdown show/,
    );
    const table = await echolot('report', ping, '--csv');
    expect(table.stderr).toMatch(
      /^echolot: usage: tables are of measurements, loads, .* and this is none; --html and --markdown show/,
    );
    expect([pictures.code, table.code]).toEqual([2, 2]);
  });

  test('scores no application by a record that carried nothing', async () => {
    const { code, stdout, stderr } = await echolot('report', clean, '--qoo', 'voice');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^echolot: usage: a Quality of Outcome is of loads, and .* is none; leave out --qoo/,
    );
  });

  test('leaves a page as it was when one of the results is damaged', async () => {
    const page = join(directory, 'kept.html');
    const damaged = join(directory, 'damaged.json');
    await writeFile(page, 'as it was');
    await writeFile(damaged, '{"format":"echolot-result"');
    const { code, stderr } = await echolot('report', clean, damaged, '--html', page);
    expect(code).toBe(2);
    expect(stderr).toContain('damaged.json');
    expect(await readFile(page, 'utf8')).toBe('as it was');
  });

  test('says so when its directory is a file', async () => {
    const { code, stderr } = await echolot('report', clean, '--svg', clean);
    expect(code).toBe(2);
    expect(stderr).toMatch(/cannot make the directory .*clean\.json/);
  });
});

describe('without the optional packages', () => {
  let place = '';
  const program = (...args: readonly string[]): Program =>
    new Program(process.execPath, [join(place, 'dist/cli/bin.js'), ...args]);

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'echolot-plain-'));
    await cp(join(ROOT, 'dist'), join(place, 'dist'), { recursive: true });
    await cp(join(ROOT, 'package.json'), join(place, 'package.json'));
    const modules = join(place, 'node_modules');
    await mkdir(modules);
    for (const name of await readdir(join(ROOT, 'node_modules'))) {
      const isOptional = ['echarts', '@resvg', 'dejavu-fonts-ttf'].includes(name);
      if (!isOptional && !name.startsWith('.'))
        await symlink(join(ROOT, 'node_modules', name), join(modules, name));
    }
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  test('a page cannot be made, and what to install is told', async () => {
    await using run = program('report', clean, '--html', join(place, 'page.html'));
    const { code, stderr } = await run.ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^echolot: usage: pictures need echarts@\S+: .*; npm install echarts@\S+,/);
    expect(await readdir(place)).not.toContain('page.html');
  });

  test('tables can', async () => {
    await using run = program('report', clean, '--markdown');
    const { code, stdout } = await run.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('## Round-trip time');
  });
});
