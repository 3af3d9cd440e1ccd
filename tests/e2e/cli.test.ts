/** A run on the command line: the forms of its report, the server it finds, and the server it does not find. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { rawOf } from '../analysis/recordings.ts';
import { echolot, type Finished, type Program, shell, start } from './program.ts';

const HOST = '127.0.0.1';
const PROBES = 12;
const WARMUP = 2;
const SAMPLES = PROBES + WARMUP;

let server: Program;
let port: number;

beforeAll(async () => {
  server = start('serve', '--host', HOST, '--port', 0, '--quiet');
  port = await server.port();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

function measured(...args: readonly (string | number)[]): Promise<Finished> {
  return echolot('measure', HOST, port, '--short', '--probes', PROBES, '--warmup', WARMUP, ...args);
}

function resultOf({ stdout }: Finished): Result {
  const result: Result = JSON.parse(stdout);
  return result;
}

describe.concurrent('the same run in every form', () => {
  test('tables for people: a row for each size, doubts marked and explained', async () => {
    const { code, stdout, stderr } = await measured();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^TCP echo measurement of 127\.0\.0\.1 port \d+\ndialect size-first, engine (native|node)\b/,
    );
    expect(stdout).toMatch(/^ +1000 B +12 +\d/m);
    expect(stdout).toMatch(/^ +2 KiB +12 +\d/m);
    expect(stdout).toContain('left out of all figures: 2 probes a size (warm-up)\n');
    expect(stdout).toMatch(/^No figures of the slow tail: p90 needs 50 probes a size/m);
    expect(stdout).toMatch(/^RTT, 1000 B +[\d.,]+ \S+/m);
    expect(stdout).toMatch(/^\d+ things were checked: /m);
    // Silence in a pipe: no progress line, no colour.
    expect(stdout).not.toContain('\u001b');
  });

  test('json, csv and ndjson parse, hold the same samples, and count them alike', async () => {
    const [json, csv, ndjson] = await Promise.all([
      measured('--json'),
      measured('--csv', '--with-warmup'),
      measured('--ndjson', '--with-warmup'),
    ]);
    for (const { code, stderr } of [json, csv, ndjson]) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
    const { format, version, blocks, series, outcome } = resultOf(json);
    expect({ format, version, outcome }).toEqual({
      format: 'echolot-result',
      version: 3,
      outcome: { status: 'complete', error: null },
    });
    expect(blocks.map((block) => rawOf(block).rttNs.length)).toEqual([SAMPLES, SAMPLES]);
    expect(series.map(({ statistics }) => statistics?.rttNs.n)).toEqual([PROBES, PROBES]);

    const [header, ...rows] = csv.stdout.trimEnd().split('\n');
    const columns = header?.split(',') ?? [];
    expect(rows).toHaveLength(2 * SAMPLES);
    const warmup = columns.indexOf('warmup');
    expect(rows.filter((row) => row.split(',')[warmup] === 'true')).toHaveLength(2 * WARMUP);

    const lines = ndjson.stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toHaveLength(2 * SAMPLES);
    expect(lines.filter((line) => (line as { warmup: boolean }).warmup)).toHaveLength(2 * WARMUP);
    expect(Object.keys(lines[0] as object)).toHaveLength(columns.length);
  });

  test('--output keeps every sample in a file and still shows the tables', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'echolot-'));
    try {
      const path = join(folder, 'run.json');
      const { code, stdout } = await measured('--json', '--output', path);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^ +1000 B +12 /m);
      const stored: Result = JSON.parse(await readFile(path, 'utf8'));
      expect(stored.blocks).toHaveLength(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('--verbose shows each message once, in order, on standard error', async () => {
    const { code, stdout, stderr } = await echolot(
      ...['measure', HOST, port, '--type', 'rtt', '--sizes', 3, '--probes', 10, '--verbose'],
    );
    expect(code).toBe(0);
    expect(stdout).not.toContain('-->');
    const contents = [...stderr.matchAll(/(?:ms {2}|<-- )(\S.*?) \(\d+ B\)/g)].map(([, content]) => content);
    const probes = Array.from({ length: 10 }, (_, i) => Array(2).fill(`m abc ${i + 1}\\n`)).flat();
    expect(contents).toEqual([
      's RTT 3 10 0\\n',
      '200 OK: Ready\\n',
      ...probes,
      't\\n',
      '200 OK: Closing Connection\\n',
    ]);
  });

  test('three probes are too few, and the report says so', async () => {
    const { code, stdout } = await echolot(
      ...['measure', HOST, port, '--type', 'rtt', '--sizes', 100, '--probes', 3],
    );
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/ 3 probes of a size; the assignment asks for at least 10/);
  });

  test('a disk that is full is told in one line, not as a fault of the program', async () => {
    const [printed, stored] = await Promise.all([
      shell(`"$@" > /dev/full`, 'measure', HOST, port, '--short', '--json', '--blocks', 1),
      echolot('measure', HOST, port, '--short', '--json', '--blocks', 1, '--output', '/dev/full'),
    ]);
    for (const { code, stderr } of [printed, stored]) {
      expect(code).toBe(1);
      expect(stderr).toMatch(/^echolot: (?!internal)\w+: [^\n]*no space left[^\n]*\n$/);
    }
  });
});

describe.concurrent('a server that is not there', () => {
  test.each(['measure', 'send'])('%s: a name that nobody has', async (command) => {
    const { code, stderr } = await echolot(command, 'nobody.invalid', 9900);
    expect(code).toBe(1);
    // Where there is no resolver at all, the name cannot be looked up.
    expect(stderr).toMatch(/^echolot: network: nobody\.invalid:9900: (unknown host|the name .*); [^\n]+\n$/);
  });

  test('measure: a port where nothing listens, with what to do about it', async () => {
    expect(await echolot('measure', HOST, 1)).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr:
        'echolot: network: 127.0.0.1:1: connection refused: nothing listens there; start a server there (echolot serve) or check the port\n',
    });
  });

  test('send: the same, after the first line of the transcript', async () => {
    const { code, stdout, stderr } = await echolot('send', HOST, 1);
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'Connecting to 127.0.0.1 port 1\n' });
    expect(stderr).toMatch(/^echolot: network: [^\n]+\n$/);
  });

  test('--json: the failure is data, and valid JSON', async () => {
    const finished = await echolot('measure', HOST, 1, '--json');
    expect(finished.code).toBe(1);
    expect(finished.stderr).toMatch(/^echolot: network: [^\n]+\n$/);
    const { blocks, series, outcome } = resultOf(finished);
    expect({ blocks, series }).toEqual({ blocks: [], series: [] });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'network', phase: 'connect' } });
  });

  test('a name with control characters in it cannot write to the terminal', async () => {
    const { code, stderr } = await echolot('measure', 'evil\u001b[2J\nname', 9900);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^echolot: network: [^\n]+\n$/);
    expect(stderr).not.toContain('\u001b');
  });

  test('serve: a port that is taken names the way out', async () => {
    const { code, stdout, stderr } = await echolot('serve', '--host', HOST, '--port', port);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^echolot: network: [^\n]*the port is taken; [^\n]*--port[^\n]*\n$/);
  });
});
