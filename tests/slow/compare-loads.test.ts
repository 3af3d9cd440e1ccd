/** `echolot compare --load` as a user runs it: two settings in turns, saved loads, conditions, Ctrl-C. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoadComparison } from '../../src/index.ts';
import { echolot, type Program, start } from '../e2e/program.ts';

const HOST = '127.0.0.1';
/** Short: what figures are worth is tested elsewhere. */
const SHORT = ['--duration', '600ms', '--engine', 'node'] as const;
const TURNS = ['--load', '--rounds', 5, ...SHORT] as const;

let served: Program;
let port: number;
let target: string;
let folder: string;

beforeAll(async () => {
  served = start('serve', '--host', HOST, '--port', 0, '--quiet', '--engine', 'node');
  port = await served.port();
  target = `${HOST}:${port}`;
  folder = mkdtempSync(join(tmpdir(), 'echolot-compare-'));
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** One load at a time is what a server takes: they run one after the other. */
describe('two settings', () => {
  test('are loaded in turns: verdicts, tables, a record that reports and conditions take up again', async () => {
    const file = join(folder, 'comparison.json');
    const asked = [...TURNS, '--phases', 'down', '--rate', '40M,4M', '--seed', 7, '-o', file];
    const failIf = ['--fail-if', 'down.goodput < 0.9x', '--junit', join(folder, 'tests.xml')];
    const { code, stdout, stderr } = await echolot('compare', target, ...asked, ...failIf);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^failed: down\.goodput < 0\.9x: 0\.\d+x$/m);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      `Comparison under load: ${target} --rate 40M (A) with ${target} --rate 4M (B) 5 pairs of loads in turns`,
    );
    expect(stdout).toMatch(/^Goodput, down +B carries less +by \d+ % \(\d+–\d+\)$/m);
    const comparison: LoadComparison = JSON.parse(readFileSync(file, 'utf8'));
    expect(comparison).toMatchObject({
      ...{ format: 'echolot-load-comparison', interleaved: true, turns: { rounds: 5, seed: 7 } },
      a: { plan: { bitsPerSecond: 40e6 } },
      b: { plan: { bitsPerSecond: 4e6 } },
    });
    expect(comparison.b.loads.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5]);
    expect((await echolot('report', file)).stdout).toBe(stdout);
    expect((await echolot('report', file, '--markdown')).stdout).toContain('## Answer');
    expect((await echolot('report', file, '--fail-if', 'down.goodput > 2x')).code).toBe(0);
    expect((await echolot('report', file, '--csv')).stderr).toContain('tables are of measurements');
  });

  test('of a server that takes no loads are refused in one sentence', async () => {
    await using other = start('serve', '--host', HOST, '--port', 0, '--quiet', '--no-load');
    const { code, stdout, stderr } = await echolot(
      ...['compare', `${HOST}:${await other.port()}`, ...TURNS, '--rate', '40M,4M'],
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^echolot: .*\n$/);
  });

  test('cut short by Ctrl-C have what the pairs until then have shown', async () => {
    const file = join(folder, 'cut.json');
    const asked = ['--load', '--phases', 'down', '--rounds', 500, ...SHORT, '--rate', '40M,4M', '--json'];
    await using program = start('compare', target, ...asked, '-o', file);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    program.kill('SIGINT');
    const { code, stdout } = await program.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('Incomplete: the comparison was cancelled');
    const comparison: LoadComparison = JSON.parse(readFileSync(file, 'utf8'));
    expect(comparison.a.loads.length).toBe(comparison.b.loads.length);
  });
});

describe('saved loads', () => {
  test('several a side are compared, and not with a measurement', async () => {
    const saved = async (name: string, rate: string): Promise<string> => {
      const file = join(folder, name);
      const asked = ['load', HOST, port, ...SHORT, '--phases', 'down', '--rate', rate, '-q', '-o', file];
      expect((await echolot(...asked)).code).toBe(0);
      return file;
    };
    const before = [await saved('a1.json', '40M'), await saved('a2.json', '40M')];
    const after = [await saved('b1.json', '4M'), await saved('b2.json', '4M')];
    const { code, stdout, stderr } = await echolot('compare', ...before, '--', ...after);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Goodput, down +(B carries less|too uncertain)/m);
    expect(stdout).toContain('2 loads of A and 2 of B');
    const [first = '', second = ''] = [before[0], after[0]];
    expect((await echolot('compare', first, second)).stdout).toMatch(
      /^Goodput, down +cannot tell +too few loads/m,
    );
    expect((await echolot('compare', first, first, '--json')).stderr).toContain('hold the same load');
    expect((await echolot('compare', first, '--', ...after, first)).stderr).toContain(
      'cannot be of one side: the rate',
    );
    const measured = join(folder, 'measured.json');
    await echolot(
      'measure',
      HOST,
      port,
      '-s',
      10,
      '-n',
      5,
      '--type',
      'rtt',
      '--engine',
      'node',
      '-o',
      measured,
    );
    const mixed = await echolot('compare', first, measured);
    expect([mixed.code, mixed.stderr.replaceAll(`${folder}/`, '')]).toEqual([
      2,
      expect.stringMatching(
        /^echolot: usage: a1.json is a load, and measured.json is .*; compare loads with loads, .*\n$/,
      ),
    ]);
  });
});
