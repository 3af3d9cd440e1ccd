/** Servers that speak something else, or nothing, or go in the middle: whose fault it is, and what to try. */
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { rawOf } from '../analysis/recordings.ts';
import { echolot, type Finished, start } from './program.ts';
import { deaf, garbage, goesAfter, Stranger, silent, webServer } from './strangers.ts';

const HOST = '127.0.0.1';
const SMALL_RUN = ['--type', 'rtt', '--sizes', '10', '--probes', '10'] as const;
const ONE_LINE = /^echolot: [^\n]+\n$/;

function measure(port: number, ...args: readonly string[]): Promise<Finished> {
  return echolot('measure', HOST, port, ...SMALL_RUN, ...args);
}

describe.concurrent('a server of another dialect', () => {
  test.each(['probes-first', 'hello'])('%s is found without being named', async (dialect) => {
    await using server = start('serve', '--dialect', dialect, '--host', HOST, '--port', 0, '--quiet');
    const port = await server.port();
    const [human, json] = [await measure(port), await measure(port, '--json')];
    expect(human).toMatchObject({ code: 0, stderr: '' });
    expect(human.stdout).toContain(`dialect ${dialect},`);
    const found = `found after size-first.*: --dialect ${dialect} goes straight to it`;
    expect(human.stdout.replace(/\s+/g, ' ')).toMatch(new RegExp(found));
    const { dialect: record, blocks }: Result = JSON.parse(json.stdout);
    expect(record).toMatchObject({ requested: 'auto', spoken: dialect });
    expect(record.attempts[0]).toMatchObject({ dialect: 'size-first', error: { code: 'peer' } });
    expect(rawOf(blocks[0]).rttNs).toHaveLength(10);
  });

  test('a plain echo server is recognised, with the option that measures it', async () => {
    await using server = start('serve', '--echo', '--host', HOST, '--port', 0, '--quiet');
    const port = await server.port();
    const [wrong, right] = [await measure(port), await measure(port, '--plain')];
    expect({ code: wrong.code, stdout: wrong.stdout }).toEqual({ code: 1, stdout: '' });
    expect(wrong.stderr).toMatch(ONE_LINE);
    expect(wrong.stderr).toMatch(
      /^echolot: peer: .*; it is a plain echo server: try echolot measure --plain\n$/,
    );
    expect(right).toMatchObject({ code: 0, stderr: '' });
    expect(right.stdout).toContain('plain echo');
    expect(right.stdout).toMatch(/^ +10 B +10 /m);
  });
});

describe.concurrent('a server of no dialect', () => {
  test('a web server is named as one at the first dialect, and its words are shown', async () => {
    await using stranger = await Stranger.listen(webServer);
    const { code, stdout, stderr } = await measure(stranger.port);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^echolot: peer: this is a web server, and no echo server [^\n]*HTTP\/1\.1 400[^\n]*echolot ping[^\n]*\n$/,
    );
    expect(stranger.connections).toBe(1);
    expect(stderr).not.toMatch(/answered to/);
  });

  test('a web server is no echo server either', async () => {
    await using stranger = await Stranger.listen(webServer);
    const { port } = stranger;
    const [measured, sent] = await Promise.all([measure(port, '--plain'), echolot('send', HOST, port)]);
    for (const { code, stderr } of [measured, sent]) {
      expect(code).toBe(1);
      expect(stderr).toMatch(/^echolot: peer: [^\n]+\n$/);
    }
  });

  test('a silent server costs the time-out for each dialect and no more', async () => {
    await using stranger = await Stranger.listen(silent);
    const { port } = stranger;
    const startMs = performance.now();
    const { code, stdout, stderr } = await measure(port, '--timeout', '200ms');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^echolot: timeout: [^\n]+\n( {2}[^\n]+: no answer within 200 ms [^\n]+\n){3}$/);
    expect(stranger.connections).toBe(3);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  test('an echo that is not one cannot write to the terminal', async () => {
    await using stranger = await Stranger.listen(garbage);
    const { code, stderr } = await measure(stranger.port, '--dialect', 'size-first');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^echolot: peer: [^\n]*\\x1b\[2J[^\n]*\n$/);
    expect(stderr).not.toContain('\u001b');
    expect(stderr).toContain('expected "m abcdefghij 1');
  });

  test('a server that reads no more does not hold the program beyond the time-out', async () => {
    await using stranger = await Stranger.listen(deaf);
    await using program = start(
      ...['measure', HOST, stranger.port, '--type', 'rtt', '--sizes', '16M', '--timeout', '300ms'],
      ...['--dialect', 'size-first'],
    );
    await program.until('the error', (printed) => printed.stderr.includes('echolot: timeout: '));
    expect((await program.endsWithin(3_000)).code).toBe(1);
  });
});

describe.concurrent('a server that goes in the middle of a probe', () => {
  test('the report of what was measured is printed, then the error', async () => {
    await using stranger = await Stranger.listen(goesAfter(4));
    const { code, stdout, stderr } = await measure(stranger.port);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ +10 B +4 /m);
    expect(stderr).toMatch(/^echolot: peer: [^\n]*closed the connection[^\n]*probe 5[^\n]*\n$/);
    // It closed in the middle of an echo; it did not close "to" anything.
    expect(stderr).not.toMatch(/closed the connection to/);
  });

  test('the doubts speak of the samples there are, not of those that were planned', async () => {
    await using stranger = await Stranger.listen(goesAfter(4));
    const { stdout } = await measure(stranger.port);
    expect(stdout).toMatch(/^ +10 B +4 .*\n\nNo figures of the slow tail: p90 needs 50 probes/m);
  });

  test('--json keeps the samples and says how it ended', async () => {
    await using stranger = await Stranger.listen(goesAfter(4));
    const { code, stdout } = await measure(stranger.port, '--json');
    expect(code).toBe(1);
    const { blocks, outcome }: Result = JSON.parse(stdout);
    expect(rawOf(blocks[0]).rttNs).toHaveLength(4);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'peer', phase: 'measurement' } });
  });

  test('before the first echo: there is nothing to report, and no empty table', async () => {
    await using stranger = await Stranger.listen(goesAfter(0));
    const { code, stdout, stderr } = await measure(stranger.port, '--dialect', 'size-first');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^echolot: peer: [^\n]+\n$/);
  });
});
