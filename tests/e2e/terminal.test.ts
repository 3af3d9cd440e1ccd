/** On a terminal: a progress line while it runs, and a screen with nothing but the report when it is done. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { childrenOf, eventually, isAlive, Program, programLine, start } from './program.ts';

const HOST = '127.0.0.1';

function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
}

const noScript = !hasScript();
if (noScript) console.log('the terminal tests are left out: there is no script(1) of util-linux here');

/** Runs the built program on a terminal of so many columns and gives all that it wrote to it. */
async function onTerminal(columns: number, ...args: readonly (string | number)[]): Promise<string> {
  const line = `stty cols ${columns}; exec ${programLine(...args)}`;
  await using program = new Program('script', ['-qec', line, '/dev/null']);
  const { code, stdout } = await program.ended;
  expect(code).toBe(0);
  return stdout;
}

/** What stands on the screen in the end: carriage returns and "erase to the end of the line" carried out. */
function screenOf(written: string): string[] {
  return written.split('\n').map((line) => {
    let shown = '';
    let at = 0;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are no part of the words
    const plain = line.replace(/\u001b\[\d+m/g, '');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what moves the cursor
    for (const [part] of plain.matchAll(/\r|\u001b\[K|[^\r\u001b]+/g)) {
      if (part === '\r') at = 0;
      else if (part === '\u001b[K') shown = shown.slice(0, at);
      else {
        shown = shown.slice(0, at) + part + shown.slice(at + part.length);
        at += part.length;
      }
    }
    return shown;
  });
}

function slowRun(columns: number, port: number): Promise<string> {
  return onTerminal(
    columns,
    ...['measure', HOST, port, '--type', 'rtt', '--sizes', '1,10', '--probes', 15, '--server-delay', '20ms'],
  );
}

describe.skipIf(noScript)('measure on a terminal', () => {
  test('shows how far it is, and takes that away before the report', async () => {
    await using server = start('serve', '--host', HOST, '--port', 0, '--quiet');
    const written = await slowRun(100, await server.port());
    expect(written).toMatch(/\[#+-+\] +\d+ % {2}block 1 of 2, rtt 1 B/);
    const screen = screenOf(written);
    expect(screen[0]).toMatch(/^TCP echo measurement of 127\.0\.0\.1 port \d+$/);
    expect(screen.filter((line) => line.includes('block 1 of 2'))).toEqual([]);
  });

  test('on a terminal that does not tell its width, too', async () => {
    await using server = start('serve', '--host', HOST, '--port', 0, '--quiet');
    const written = await slowRun(0, await server.port());
    expect(written).toMatch(/\[#+-+\] +\d+ % {2}block 1 of 2, rtt 1 B/);
  });

  test('on a narrow terminal the line does not wrap', async () => {
    await using server = start('serve', '--host', HOST, '--port', 0, '--quiet');
    const written = await slowRun(30, await server.port());
    const progress = written.split('\r').filter((line) => line.includes(' %  '));
    expect(progress.length).toBeGreaterThan(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequence takes no room
    for (const line of progress) expect(line.replace(/\u001b\[K/, '').length).toBeLessThan(30);
  });
});

describe.skipIf(noScript)('a terminal that is hung up', () => {
  test('ends the run, and what was measured is in its file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'echolot-hangup-'));
    try {
      const file = join(directory, 'run.json');
      await using server = start('serve', '--host', HOST, '--port', 0, '--quiet');
      const line = programLine(
        ...['measure', HOST, await server.port(), '--type', 'rtt', '--sizes', 10, '--probes', 1_000],
        ...['--blocks', 1, '--server-delay', '20ms', '--json', '-o', file],
      );
      await using script = new Program('script', ['-qec', `exec ${line}`, '/dev/null']);
      await script.until('the progress line', ({ stdout }) => stdout.includes('block 1 of 1'));
      const [pid = 0] = await childrenOf(script.pid);
      script.kill('SIGKILL');
      await eventually('the program ends', async () => !(await isAlive(pid)), 10_000);
      const { outcome, blocks }: Result = JSON.parse(await readFile(file, 'utf8'));
      expect(outcome.status).toBe('cancelled');
      expect(blocks).toHaveLength(1);
      expect(await readdir(directory)).toEqual(['run.json']);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
