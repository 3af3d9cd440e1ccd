/** A run in blocks on the command line: its intervals, its order, its end, and what cannot be asked together. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { echolot, type Finished, type Program, start } from './program.ts';

const HOST = '127.0.0.1';

let server: Program;
let port: number;

beforeAll(async () => {
  server = start('serve', '--host', HOST, '--port', 0, '--quiet');
  port = await server.port();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe('a run in blocks', () => {
  const blocks = (...args: readonly (string | number)[]): Promise<Finished> =>
    echolot('measure', HOST, port, '--type', 'rtt', '--sizes', '10,1000', '--spread', 0, ...args);

  test('has an interval for each median, made of as many blocks as asked for', async () => {
    const { code, stdout, stderr } = await blocks('--blocks', 6, '--probes', 120);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ +size +n +median +95 % interval +mean/m);
    expect(stdout).toMatch(/^ +1000 B +120 +[\d.,]+ +[\d.,]+–[\d.,]+ /m);
    expect(stdout).toContain('made of 6 blocks a size');
  });

  test('runs in the same order again when it is given the same seed', async () => {
    const order = async (): Promise<unknown> => {
      const { stdout } = await blocks('--blocks', 8, '--probes', 80, '--seed', 7, '--json');
      const { plan, blocks: records } = JSON.parse(stdout) as Result;
      expect(plan.seed).toBe(7);
      return records.map(({ kind, round, workload }) => [kind, round, workload]);
    };
    const first = await order();
    // Two sizes to warm up, and eight blocks of each.
    expect(first).toHaveLength(2 + 2 * 8);
    expect(await order()).toEqual(first);
  });

  test('ends at its precision or at its time limit, and says which', async () => {
    const { code, stdout } = await blocks('--precision', '50%', '--max-time', '3s');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^(precision reached|stopped by the time limit) after \d+ rounds?: medians known to within /m,
    );
  });

  test('that asks for a precision and for a number of blocks is told that it cannot have both', async () => {
    for (const number of ['--blocks', '--probes']) {
      const { code, stdout, stderr } = await blocks('--precision', '2%', number, 20);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^echolot: usage: a precision decides [^\n]*; leave out either [^\n]*\n$/);
    }
  });

  test('fails where a condition says so, after its report, with a line for each one', async () => {
    const { code, stdout, stderr } = await blocks(
      ...['--probes', 20, '--fail-if', 'rtt.median > 1ns', '--fail-if', 'rtt.median > 1m'],
    );
    expect(code).toBe(3);
    expect(stdout).toContain('things were checked');
    expect(stderr).toMatch(/^(failed: rtt\.median > 1ns: rtt (10|1000) B: [\d.,]+ \S+\n){2}$/);
  });

  test('is not begun where its probes could not answer a condition', async () => {
    const { code, stdout, stderr } = await blocks('--probes', 20, '--fail-if', 'rtt.p99 > 2ms');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^echolot: usage: "rtt\.p99 > 2ms" needs 500 probes [^\n]*\n$/);
  });
});
