/** An open loop as a user runs it: against a server of ours and of others, to its end and cut short. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PacedResult } from '../../src/index.ts';
import { echolot, type Program, start } from '../e2e/program.ts';

const HOST = '127.0.0.1';
/** Short: what figures are worth is tested elsewhere. */
const SHORT = ['--duration', '600ms', '--engine', 'node'] as const;

let served: Program;
let port: number;
let folder: string;

beforeAll(async () => {
  served = start('serve', '--host', HOST, '--port', 0, '--quiet', '--engine', 'node');
  port = await served.port();
  folder = mkdtempSync(join(tmpdir(), 'echolot-paced-'));
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe('a server of ours', () => {
  test('two settings in turns, with a verdict that a condition is held against', async () => {
    const { code, stdout, stderr } = await echolot(
      ...['compare', `${HOST}:${port}`, '--rate', '50/s', '--server-delay', '0,20ms', '--engine', 'node'],
      ...['--rounds', 5, '--duration', '400ms', '--fail-if', 'response.p50 > 2x'],
    );
    expect(code).toBe(3);
    expect(stderr).toMatch(/^failed: response\.p50 > 2x: [\d.]+x/m);
    expect(stdout).toMatch(/^Response p50 +B is slower/m);
    expect(stdout).toMatch(/^5 pairs of runs, A and B in random order$/m);
  });

  test('what comes, the answer, its tables, exit code 0', async () => {
    const { code, stdout, stderr } = await echolot(
      ...['measure', HOST, port, ...SHORT, '--rate', '200/s', '--connections', 2],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^127\.0\.0\.1 port \d+: 200\/s uniform, 600 ms; 2 connections × 1,024 in flight; engine node$/m,
    );
    expect(stdout).toMatch(/^Open loop to 127\.0\.0\.1 port \d+$/m);
    for (const name of ['Asked', 'Response, p50', 'Service, p50', 'Late', 'Backlog', 'Lost'])
      expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
  });

  test('a record that reports, pages, pictures and rows are made of, also later', async () => {
    const file = join(folder, 'paced.json');
    const page = join(folder, 'paced.html');
    const asked = ['measure', HOST, port, ...SHORT, '--rate', '100/s,300/s', '--arrivals', 'poisson'];
    const { code, stdout } = await echolot(...asked, '-o', file, '--html', page, '--brief');
    expect(code).toBe(0);
    const record: PacedResult = JSON.parse(readFileSync(file, 'utf8'));
    expect(record).toMatchObject({ format: 'echolot-paced', outcome: { status: 'complete' } });
    expect(record.steps.map(({ askedPerSecond }) => askedPerSecond)).toEqual([100, 300]);
    expect(readFileSync(page, 'utf8')).toContain('id="paced-by-rate"');
    const again = await echolot('report', file, '--brief');
    expect(again.stderr).toBe('');
    expect(stdout.endsWith(again.stdout)).toBe(true);
    const figures = await echolot('report', file, '--csv');
    expect(figures.stdout).toMatch(/^[^,]+,127\.0\.0\.1,\d+,2,300,response_ns,p50,\d/m);
    expect((await echolot('report', file, '--markdown')).stdout).toContain('## Answer');
    const drawn = await echolot('report', file, '--svg', join(folder, 'svg'));
    expect(drawn.code).toBe(0);
    expect(readdirSync(join(folder, 'svg')).sort()).toEqual([
      'paced-by-rate.svg',
      'paced-over-time.svg',
      'paced-percentiles.svg',
    ]);
    const judged = await echolot('report', file, '--fail-if', 'response.p50 > 1ns');
    expect(judged.code).toBe(3);
  });

  test('rows of probes, and lines as it happens', async () => {
    const asked = ['measure', HOST, port, ...SHORT, '--connections', 2, '--in-flight', 2] as const;
    const rows = await echolot(...asked, '--csv');
    const [head, first] = rows.stdout.split('\n');
    expect(head).toBe('step,asked_per_second,connection,due_at_ns,sent_at_ns,service_ns,response_ns');
    expect(first).toMatch(/^1,,[12],\d+,\d+,\d+,\d+$/);
    const lines = await echolot(...asked, '--ndjson');
    const kinds = lines.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).kind);
    expect(kinds.slice(0, 2)).toEqual(['opened', 'step']);
    expect(kinds).toContain('progress');
    expect(kinds.slice(-2)).toEqual(['step-end', 'statistics']);
  });

  test('conditions are judged at once', async () => {
    const judged = await echolot(
      ...['measure', HOST, port, ...SHORT, '--rate', '200/s', '--brief'],
      ...['--fail-if', 'response.p50 > 1ns', '--fail-if', 'rtt.p50 > 10s'],
    );
    expect(judged.code).toBe(3);
    expect(judged.stderr).toMatch(/^failed: response\.p50 > 1ns: [\d.,]+ (µs|ms)$/m);
    expect(judged.stderr).not.toContain('rtt.p50');
  });

  test('Ctrl-C reports what there is', async () => {
    await using run = start(
      'measure',
      HOST,
      port,
      '--rate',
      '200/s,400/s',
      '--duration',
      '2s',
      '--engine',
      'node',
    );
    await run.until('the second step', ({ stdout }) => / {2}400\/s {2}/.test(stdout), 20_000);
    run.kill('SIGINT');
    const { code, stdout } = await run.endsWithin(5_000);
    expect(code).toBe(130);
    expect(stdout).toContain('Incomplete: the run was cancelled; 1 of 2 steps ran to the end, ended within');
    expect(stdout).toMatch(/^ +200\/s /m);
  });

  test('what makes no sense is refused before anything is sent', async () => {
    for (const words of [
      ['--rate', '200/s', '--blocks', 3],
      ['--duration', '1s'],
      ['--rate', '200/s', '--fail-if', 'throughput.p50 < 1Mbit/s'],
      ['--fail-if', 'response.p50 > 1ms'],
    ]) {
      const { code, stdout } = await echolot('measure', HOST, port, ...words);
      expect({ words, code, stdout }).toEqual({ words, code: 2, stdout: '' });
    }
  });
});

test('plain echo takes many under way, too', async () => {
  const plain: Server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  await new Promise<void>((resolve) => plain.listen(0, HOST, resolve));
  try {
    const { code, stdout } = await echolot(
      ...['measure', HOST, (plain.address() as AddressInfo).port, '--plain', ...SHORT],
      ...['--in-flight', 8, '--brief'],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Closed loop to 127\.0\.0\.1/m);
    expect(stdout).toMatch(/^Answered .*8 under way at most$/m);
  } finally {
    plain.close();
  }
});

test('a measurement writes a page beside its report', async () => {
  const page = join(folder, 'run.html');
  const asked = ['measure', HOST, port, '--type', 'rtt', '--sizes', '100', '--blocks', 2, '--engine', 'node'];
  const { code, stdout } = await echolot(...asked, '--html', page, '--spread', '0');
  expect(code).toBe(0);
  expect(stdout).toContain('RTT, 100 B');
  expect(readFileSync(page, 'utf8')).toContain('id="rtt-percentiles"');
});
