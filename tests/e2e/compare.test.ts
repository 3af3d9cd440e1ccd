/** `echolot compare` as a user runs it: two targets, one target in two ways, files, wrong uses, Ctrl-C. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/index.ts';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { echolot, Program, programCommand, start } from './program.ts';

const HOST = '127.0.0.1';
const SOON_MS = 3_000;
/** The servers outlive all tests of this file. */
const SERVERS_TIMEOUT_MS = 120_000;
/** A second in all: five pairs of ten probes. */
const SHORT = ['--blocks', 5, '-n', 50] as const;
const RATIO = String.raw`\d+\.?\d*x`;
const MEDIAN_ROW = new RegExp(`100 B +median +[\\d.,]+ +[\\d.,]+ +${RATIO} +${RATIO}–${RATIO} +\\w`);

const notNative = nativeUnavailable();

let servers: readonly Program[];
let first: string;
let second: string;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'echolot-'));
  const [node = '', ...serve] = programCommand('serve', '--host', HOST, '--port', 0, '--quiet');
  servers = [0, 1].map(() => new Program(node, serve, SERVERS_TIMEOUT_MS));
  const ports = await Promise.all(servers.map((server) => server.port()));
  [first, second] = ports.map((port) => `${HOST}:${port}`) as [string, string];
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  await rm(directory, { recursive: true });
});

describe('two targets', () => {
  test('are measured in turns: a table with intervals, a verdict in words, exit code 0', async () => {
    const { code, stdout, stderr } = await echolot('compare', first, second, ...SHORT);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`TCP echo comparison: ${first} (A) with ${second} (B)\nblocks in turns; `);
    expect(stdout).toMatch(MEDIAN_ROW);
    expect(stdout).toMatch(/^RTT, 100 B +(B is (faster|slower)|no difference shown|too noisy)/m);
    expect(stdout).toContain('5 pairs of blocks');
  });

  test('as JSON are one comparison, and with --output the tables are printed as well', async () => {
    const file = join(directory, 'comparison.json');
    const args = [...SHORT, '--json', '--seed', 5, '--output', file];
    const { code, stdout, stderr } = await echolot('compare', first, second, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(MEDIAN_ROW);
    const comparison: Comparison = JSON.parse(await readFile(file, 'utf8'));
    expect(comparison).toMatchObject({
      ...{ format: 'echolot-comparison', version: 2, interleaved: true },
      a: { label: first, plan: { seed: 5 } },
      b: { label: second, plan: { seed: 5 } },
      series: [{ workload: { kind: 'rtt', payloadBytes: 100 }, pairs: 5 }],
      stop: { reason: 'blocks', rounds: 5 },
    });
  });

  test('of which one does not answer end with 1 and say which', async () => {
    const { code, stdout, stderr } = await echolot('compare', first, `${HOST}:1`, ...SHORT);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^echolot: network: 127\.0\.0\.1:1: connection refused/);
  });
});

describe('one target', () => {
  test('in two ways is labelled by what differs, and a server delay is found', async () => {
    const { code, stdout, stderr } = await echolot('compare', first, '--server-delay', '1ms,6ms', ...SHORT);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      `${first} --server-delay 1ms (A) with ${first} --server-delay 6ms (B)`,
    );
    expect(stdout).toMatch(/^RTT, 100 B +B is slower +by/m);
  });

  test.skipIf(notNative !== undefined)('is waited for in two ways', async () => {
    const { code, stdout, stderr } = await echolot(
      'compare',
      first,
      '--wait',
      'block,spin',
      '--json',
      ...SHORT,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const comparison: Comparison = JSON.parse(stdout);
    expect([comparison.a.label, comparison.b.label]).toEqual([
      `${first} --wait block`,
      `${first} --wait spin`,
    ]);
    expect([comparison.a.engine.wait, comparison.b.engine.wait]).toEqual(['block', 'spin']);
  });

  test('with an option that has one value for both keeps it on both sides', async () => {
    const args = ['--server-delay', '1ms,2ms', '--engine', 'node', '--json', ...SHORT];
    const { stdout } = await echolot('compare', first, ...args);
    const { a, b }: Comparison = JSON.parse(stdout);
    expect([a.engine.name, b.engine.name]).toEqual(['node', 'node']);
    expect([a.plan.serverDelayNs, b.plan.serverDelayNs]).toEqual([1_000_000, 2_000_000]);
  });
});

describe('files', () => {
  async function measured(name: string, ...args: readonly (string | number)[]): Promise<string> {
    const file = join(directory, name);
    const [host = '', port = ''] = first.split(':');
    const spread = ['--spread', '0', '--type', 'rtt', '--json', '--output', file];
    const { code, stderr } = await echolot('measure', host, port, ...spread, ...SHORT, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return file;
  }

  test('of one run each have ratios and no verdict, and a condition on them is no success', async () => {
    const [a, b] = await Promise.all([measured('a.json', '-s', '100,1'), measured('b.json', '-s', '100,7')]);
    const { code, stdout, stderr } = await echolot('compare', a, b, '--fail-if', 'rtt.median > 10x');
    expect(stdout).toContain('separate runs; measured');
    expect(stdout).toMatch(/100 B +median .*x +too few runs +cannot tell/);
    expect(stdout).toContain('one run each cannot tell');
    expect(stdout).toContain('not compared, only in A: RTT of 1 B\n');
    expect(stdout).toContain('not compared, only in B: RTT of 7 B\n');
    expect(code).toBe(1);
    expect(stderr).toContain('cannot tell: rtt.median > 10x: rtt 100 B: one run a side cannot tell');
  });

  test('of several runs a side are compared run by run, options before and behind them', async () => {
    const e = await measured('e.json');
    const text = await readFile(e, 'utf8');
    const later = async (name: string, startedAt: string): Promise<string> => {
      const file = join(directory, name);
      await writeFile(file, text.replace(/"startedAt": ?"[^"]*"/, `"startedAt": "${startedAt}"`));
      return file;
    };
    const f = await later('f.json', '2030-01-01T00:00:10.000Z');
    const g = await later('g.json', '2030-01-01T00:00:20.000Z');
    const h = await later('h.json', '2030-01-01T00:00:30.000Z');
    const { code, stdout, stderr } = await echolot('compare', e, f, '--', g, h, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { a, b, series }: Comparison = JSON.parse(stdout);
    expect([a.runs, a.files, b.runs, b.files]).toEqual([2, [e, f], 2, [g, h]]);
    expect(series[0]?.median.interval).toMatchObject({ method: 'run-welch', units: 2 });
    const twice = await echolot('compare', e, f, '--', f, h);
    expect(twice.code).toBe(2);
    expect(twice.stderr).toContain('hold the same run');
  });

  test('take no options of a measurement: they would be passed over in silence', async () => {
    for (const [name, value] of [
      ['--wait', 'spin'],
      ['--sizes', '100'],
    ] as const) {
      const { code, stdout, stderr } = await echolot('compare', 'a.json', 'b.json', name, value);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toBe(`echolot: usage: ${name} is for targets, and these are files; leave it out\n`);
    }
  });

  test('with nothing in common are refused, with what each of them has', async () => {
    const [a, b] = await Promise.all([measured('c.json', '-s', '1'), measured('d.json', '-s', '2')]);
    const { code, stderr } = await echolot('compare', a, b);
    expect(code).toBe(2);
    expect(stderr).toContain(`nothing to compare: ${a} has rtt 1 B; ${b} has rtt 2 B`);
  });
});

describe.concurrent('a wrong use ends with 2 and says what to do instead', () => {
  const wrong = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await echolot('compare', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^echolot: usage: [^\n]+\n$/);
    return stderr;
  };

  test('nothing at all', async () => {
    expect(await wrong()).toContain('see echolot compare --help');
  });

  test('one target and nothing that differs', async () => {
    expect(await wrong(first)).toContain('name a second target, or give an option two values');
    expect(await wrong(first, '--wait', 'spin,spin')).toContain('nothing to compare it with');
  });

  test('two options that differ', async () => {
    const stderr = await wrong(first, '--wait', 'block,spin', '--stamps', 'on,off');
    expect(stderr).toContain('--wait and --stamps differ; let one option differ at a time');
  });

  test('two targets and an option that differs', async () => {
    expect(await wrong(first, second, '--wait', 'block,spin')).toContain('let one of them differ at a time');
  });

  test('an option of three values, or of one and nothing', async () => {
    expect(await wrong(first, '--wait', 'block,spin,adaptive')).toContain('two separated by a comma');
    expect(await wrong(first, '--mss', '1000,')).toContain('--mss');
  });

  test('a target that is none', async () => {
    expect(await wrong('nonsense', '--wait', 'block,spin')).toContain(
      'nonsense is no target; write HOST:PORT',
    );
    expect(await wrong('::1:80', '--wait', 'block,spin')).toContain('write [::1]:80');
    expect(await wrong(`${HOST}:70000`, first)).toContain('"70000" is no port');
  });

  test('several targets a side', async () => {
    expect(await wrong(first, '--', second, second)).toContain('only files may be several a side');
  });

  test('a target beside a file', async () => {
    const stderr = await wrong(first, 'before.json');
    expect(stderr).toContain(`${first} is a target, and before.json is none; compare two targets`);
  });

  test('a file that is not there', async () => {
    const missing = join(directory, 'missing.json');
    expect(await wrong(missing, missing)).toContain(`${missing}`);
  });

  test('a file of another format', async () => {
    const other = join(directory, 'other.json');
    await writeFile(other, JSON.stringify({ format: 'echolot-comparison', version: 1 }));
    expect(await wrong(other, other)).toContain(other);
    const text = join(directory, 'notes.txt');
    await writeFile(text, 'no JSON at all');
    expect(await wrong(text, text)).toContain(text);
  });
});

test('Ctrl-C in the middle prints what was compared until then, and ends with 130', async () => {
  await using server = start('serve', '--host', HOST, '--port', 0);
  const target = `${HOST}:${await server.port()}`;
  await using run = start('compare', target, '--server-delay', '1ms,3ms', '--precision', '0.1%');
  // Three lines for each session: two to warm up, and two in each round.
  await server.until('the first rounds', ({ stderr: log }) => log.split('\n').length > 30);
  run.kill('SIGINT');
  const { code, stdout, stderr } = await run.endsWithin(SOON_MS);
  expect(code).toBe(130);
  expect(stdout).toMatch(/^RTT, 100 B /m);
  expect(stdout).toContain('Incomplete: the run was cancelled');
  expect(stderr).toMatch(/^echolot: cancelled: /);
});
