/** Output that is lost in the middle: a full disk, a reader that leaves, a hangup. No file is. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PingResult, Result } from '../../src/index.ts';
import { type Program, shell, start } from './program.ts';

const HOST = '127.0.0.1';
const SOON_MS = 5_000;
const QUICK = ['--short', '--probes', 20, '--spread', 0] as const;

let directory: string;
let server: Program;
let port: number;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'echolot-lost-'));
  server = start('serve', '--host', HOST, '--port', 0, '--quiet');
  port = await server.port();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

async function read<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8'));
}

describe.concurrent('a full disk', () => {
  test('costs a file, but not the tables, and is told with its name', async () => {
    const { code, stdout, stderr } = await start(
      ...['measure', HOST, port, ...QUICK, '--json', '-o', '/dev/full'],
    ).ended;
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ +1000 B +20 /m);
    expect(stderr).toMatch(/^echolot: limit: cannot write to \/dev\/full: ENOSPC: .*\n$/);
  });

  test('behind standard output is an error, not a success', async () => {
    const { code, stderr } = await shell('"$@" > /dev/full', 'measure', HOST, port, ...QUICK, '--csv');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^echolot: limit: cannot write to standard output: ENOSPC: .*\n$/);
  });
});

describe.concurrent('a reader that leaves', () => {
  test('costs no file of a series with an end: it is whole', async () => {
    const file = join(directory, 'counted.json');
    const { code, stdout } = await shell(
      'set -o pipefail; "$@" | head -1',
      ...['ping', HOST, port, '--count', 4, '--interval', '50ms', '--json', '-o', file],
    );
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect((await read<PingResult>(file)).replies).toHaveLength(4);
  });

  test('ends a series without one, whose file has what was measured', async () => {
    const file = join(directory, 'endless.json');
    const { code } = await shell(
      'set -o pipefail; "$@" | head -2',
      ...['ping', HOST, port, '--interval', '50ms', '--json', '-o', file],
    );
    expect(code).toBe(0);
    expect((await read<PingResult>(file)).replies.length).toBeGreaterThan(0);
  });

  test('hides no condition that is fulfilled', async () => {
    const line = 'set -o pipefail; "$@" | true';
    const { code } = await shell(line, 'measure', HOST, port, ...QUICK, '--fail-if', 'rtt.median > 1ns');
    expect(code).toBe(3);
  });
});

describe.concurrent('a hangup', () => {
  test('ends a run as Ctrl-C does, also when the kernel and the shell both tell it', async () => {
    const file = join(directory, 'hangup.json');
    await using run = start(
      ...['measure', HOST, port, '--type', 'rtt', '--sizes', 10, '--probes', 1_000, '--blocks', 1],
      ...['--server-delay', '20ms', '--verbose', '--json', '-o', file],
    );
    await run.until('a probe', ({ stderr }) => stderr.includes('<-- m'));
    run.kill('SIGHUP');
    run.kill('SIGHUP');
    const { code, stdout } = await run.endsWithin(SOON_MS);
    expect(code).toBe(130);
    expect(stdout).toMatch(/^ +10 B +\d+ /m);
    expect((await read<Result>(file)).outcome.status).toBe('cancelled');
  });
});

describe('whatever was lost', () => {
  test('no draft of a file is left', async () => {
    expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
