/** The whole assignment with one command, as a student runs it: what is printed, what is kept, what is refused. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { echolot, eventually, type Finished, type Program, start } from './program.ts';

const HOST = '127.0.0.1';
const SOON_MS = 5_000;

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'echolot-assignment-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

function serve(...args: readonly (string | number)[]): Program {
  return start('serve', '--host', HOST, '--port', 0, '--quiet', ...args);
}

/** How many tables of round-trip time have a row of `probes` for each of the six sizes. */
function tables(stdout: string, probes: number): number {
  return [...stdout.matchAll(/round-trip time in .+\n\n.+\n((?: +[\d,]+ B .+\n){6})/g)].filter(
    ([, rows = '']) => rows.match(new RegExp(` B +${probes} `, 'g'))?.length === 6,
  ).length;
}

describe.concurrent('the assignment', () => {
  test('is run with each delay, reported, drawn, and kept for later', async () => {
    await using server = serve();
    const [html, csv, keep] = ['report.html', 'results.csv', 'kept'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    const { code, stdout, stderr } = await echolot(
      ...['assignment', HOST, await server.port(), '--delays', '2ms,0', '-n', 10],
      ...['--html', html, '--csv', csv, '--keep', keep],
    );
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'measuring 12 sizes with each of 2 server delays: 1 s at least, more on a slow path\n',
    });
    expect(tables(stdout, 10)).toBe(2);
    // Which of the two depends on what else this machine does meanwhile.
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /With a server delay of 2 ms a round trip takes (?:\d+(?:\.\d+)? ms longer than without|about as long as without: no difference was shown)/,
    );
    const page = await readFile(html, 'utf8');
    for (const part of ['<!doctype html>', '<svg', 'server delay none, 2 ms', 'What this shows']) {
      expect(page).toContain(part);
    }
    const delays = (await readFile(csv, 'utf8')).matchAll(/^([\d.]+),(?:rtt|throughput),/gm);
    const shortestFirst = [0, 2].flatMap((delayMs) => Array(12).fill(String(delayMs)));
    expect([...delays].map(([, delayMs]) => delayMs)).toEqual(shortestFirst);
    expect((await readdir(keep)).sort()).toEqual(['delay-0.json', 'delay-2ms.json']);
    const { plan, outcome } = JSON.parse(await readFile(join(keep, 'delay-2ms.json'), 'utf8')) as Result;
    expect({ delay: plan.serverDelayNs, status: outcome.status }).toEqual({
      delay: 2_000_000,
      status: 'complete',
    });
  });

  test('that meets a refused delay keeps what was measured with the others', async () => {
    await using server = serve('--max-delay', '1ms');
    const keep = join(directory, 'refused');
    const { code, stdout, stderr } = await echolot(
      ...['assignment', HOST, await server.port(), '--delays', '0,50ms', '-n', 10, '--keep', keep],
    );
    expect(code).toBe(1);
    expect(tables(stdout, 10)).toBe(1);
    expect(stderr).toContain('echolot: limit: the server refused a delay of 50 ms');
    expect(stderr).toContain('--max-delay');
    expect(await readdir(keep)).toEqual(['delay-0.json']);
  });

  test('that is interrupted reports what was measured until then', async () => {
    await using server = serve();
    const keep = join(directory, 'interrupted');
    await using run = start(
      ...['assignment', HOST, await server.port(), '--delays', '0,500ms', '-n', 10, '--keep', keep],
    );
    const isKept = async (): Promise<boolean> => existsSync(join(keep, 'delay-0.json'));
    await eventually('the first result is kept', isKept, SOON_MS);
    run.kill('SIGINT');
    const { code, stdout, stderr } = await run.endsWithin(SOON_MS);
    expect(code).toBe(130);
    expect(stderr).toContain('cancelled');
    expect(tables(stdout, 10)).toBe(1);
  });
});

describe.concurrent('what cannot be is refused before anything is sent', () => {
  // Nothing is sent, so nothing needs to listen here.
  const refused = (...args: readonly string[]): Promise<Finished> => echolot('assignment', HOST, 9, ...args);

  test.each<[what: string, args: readonly string[], complaint: string]>([
    ['no delay', ['--delays', ''], 'Expected a time with its unit'],
    ['a negative delay', ['--delays', '-1ms'], 'Expected a time with its unit'],
    ['a delay named twice', ['--delays', '1s,1000ms'], 'Expected each time once'],
    [
      'too many delays',
      ['--delays', '0,1ms,2ms,3ms,4ms,5ms,6ms,7ms,8ms,9ms,10ms'],
      'Expected 10 times at most',
    ],
    ['more blocks than probes', ['-n', '5', '--blocks', '6'], '5 probes do not make 6 blocks'],
    ['too few probes for the dialect', ['-n', '10', '--dialect', 'hello-numeric'], 'ask for 20 or more'],
  ])('%s', async (_what, args, complaint) => {
    const { code, stdout, stderr } = await refused(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(complaint);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('a page or a directory that cannot be written', async () => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');
    for (const args of [
      ['--html', directory],
      ['--html', join(directory, 'nowhere', 'report.html')],
      ['--csv', directory],
      ['--keep', file],
      ['--keep', join(directory, 'nowhere', 'kept')],
    ]) {
      const { code, stdout, stderr } = await refused(...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(
        /^echolot: usage: cannot [^\n]+; choose another [^\n]+ with --(html|csv|keep)\n$/,
      );
    }
  });
});
