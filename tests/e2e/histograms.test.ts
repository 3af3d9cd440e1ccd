/** A long run on the command line need not be a large file: histograms in place of each probe, in every form that has them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { echolot, type Finished, type Program, start } from './program.ts';

const HOST = '127.0.0.1';

let server: Program;
let port: number;
let directory: string;

beforeAll(async () => {
  server = start('serve', '--host', HOST, '--port', 0, '--quiet');
  directory = await mkdtemp(join(tmpdir(), 'echolot-histograms-'));
  port = await server.port();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

function measured(...args: readonly (string | number)[]): Promise<Finished> {
  return echolot('measure', HOST, port, '--short', '--histograms', ...args);
}

describe.concurrent('a run that keeps histograms', () => {
  test('has a record that hardly grows with its probes, each of which is in its figures', async () => {
    const probes = [500, 5_000] as const;
    const [few, many] = [
      await measured('--blocks', 1, '--probes', probes[0], '--json'),
      await measured('--blocks', 1, '--probes', probes[1], '--json'),
    ];
    for (const [i, { code, stdout, stderr }] of [few, many].entries()) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const { series, blocks }: Result = JSON.parse(stdout);
      expect(series.map(({ statistics }) => statistics?.rttNs.n)).toEqual([probes[i], probes[i]]);
      expect(blocks.map(({ samples }) => samples.form)).toEqual(['histograms', 'histograms']);
    }
    expect(many.stdout.length).toBeLessThan(2 * few.stdout.length);
  });

  test('is reported from its file as it was at its end', async () => {
    const file = join(directory, 'run.json');
    const run = await measured('--probes', 120, '--output', file);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/^ +1000 B +120 +\d/m);
    expect(await echolot('report', file)).toMatchObject({ code: 0, stdout: run.stdout, stderr: '' });
    const { stdout } = await echolot('report', file, '--markdown');
    expect(stdout).toContain('unknown: the record keeps histograms of the probes, not each of them');
  });

  test('is a table of seconds as CSV, with each probe that counts in one row', async () => {
    const { code, stdout, stderr } = await measured('--probes', 120, '--blocks', 4, '--csv');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [header = '', ...rows] = stdout.trimEnd().split('\n');
    const columns = header.split(',');
    const cells = rows.map((row) => new Map(row.split(',').map((cell, i) => [columns[i], cell])));
    const number = (row: (typeof cells)[number], name: string): number => Number(row.get(name));
    for (const kind of ['rtt', 'throughput']) {
      const own = cells.filter((row) => row.get('measurement') === kind);
      expect(own.reduce((sum, row) => sum + number(row, 'probes'), 0)).toBe(120);
    }
    for (const row of cells) {
      expect(number(row, 'to_at_ns') - number(row, 'from_at_ns')).toBe(1_000_000_000);
      const figures = ['min_ns', 'p50_ns', 'p90_ns', 'p99_ns', 'max_ns'].map((name) => number(row, name));
      expect(figures[0]).toBeGreaterThan(0);
      expect(figures).toEqual(figures.toSorted((a, b) => a - b));
    }
  });
});
