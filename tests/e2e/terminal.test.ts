/** On a terminal: a progress line while it runs, and a screen with nothing but the report when it is done. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { Program, programLine, start } from './program.ts';

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
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what moves the cursor
    for (const [part] of line.matchAll(/\r|\u001b\[K|[^\r\u001b]+/g)) {
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
    expect(written).toMatch(/\[#+-+\] +\d+ % {2}block 1 of 2: round-trip time, 1 B/);
    const screen = screenOf(written);
    expect(screen[0]).toMatch(/^echolot \S+: 127\.0\.0\.1 port \d+, /);
    expect(screen.filter((line) => line.includes('block 1 of 2'))).toEqual([]);
  });

  test('on a terminal that does not tell its width, too', async () => {
    await using server = start('serve', '--host', HOST, '--port', 0, '--quiet');
    const written = await slowRun(0, await server.port());
    expect(written).toMatch(/\[#+-+\] +\d+ % {2}block 1 of 2: round-trip time, 1 B/);
  });

  test('on a narrow terminal the line does not wrap', async () => {
    await using server = start('serve', '--host', HOST, '--port', 0, '--quiet');
    const written = await slowRun(30, await server.port());
    const progress = written.split('\r').filter((line) => line.includes('[#'));
    expect(progress.length).toBeGreaterThan(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequence takes no room
    for (const line of progress) expect(line.replace(/\u001b\[K/, '').length).toBeLessThan(30);
  });
});
