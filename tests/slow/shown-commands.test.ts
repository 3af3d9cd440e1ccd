/**
 * Command lines of the documents, run as they stand there: those that are over within seconds. Only where they lead is another
 * place: a server of this test. All others are parsed (`tests/docs/shown-commands.test.ts`).
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { serve } from '../../src/index.ts';
import { shownLines } from '../docs/shown-commands.ts';

const RUN = /^(token|report|merge|check localhost|measure|compare before-1\.json|\w+ --config) /;
/** What takes long, or needs what a test has not: a token that a server knows, a plain echo server, a monitor's store. */
const LEFT_OUT = /--(rate|connections|precision|token|plain|store|server-delay)\b/;
/** A server that runs until it is stopped. */
const ENDLESS = /^\w+ --config \S+$/;
const TARGET = /^(?:[\w.-]+\.example|localhost|10\.\d+\.\d+\.\d+)(?::9900)?$/;
/** Not before they have run are these there; each is a run of its own. */
const RECORDS = ['run', 'run-1', 'run-2', 'before-1', 'before-2', 'after-1', 'after-2'];
const COPIES = { monday: 'run-1', tuesday: 'run-2', 'delay-1': 'before-1', 'delay-2': 'before-2' } as const;
const EXAMPLES = ['load', 'comparison'];

const texts = shownLines().map(({ where, line, args }) => ({ where, line, args, text: args.join(' ') }));
const lines = [...new Map(texts.map((line) => [line.text, line])).values()].filter(
  ({ text }) => RUN.test(text) && !LEFT_OUT.test(text) && !ENDLESS.test(text),
);

describe('a command line of a document', () => {
  const folder = mkdtempSync(join(tmpdir(), 'echolot-shown-'));
  let server: Awaited<ReturnType<typeof serve>>;
  let port: string;

  beforeAll(async () => {
    server = await serve({ port: 0 });
    port = String(server.endpoints[0]?.port);
    const short = ['--type', 'rtt', '--sizes', '100', '--probes', '100'];
    for (const name of RECORDS)
      await echolot(['measure', 'localhost', '9900', ...short, '-o', `${name}.json`]);
    for (const [name, of] of Object.entries(COPIES)) copyFileSync(file(of), file(name));
    for (const name of EXAMPLES) copyFileSync(absolute(`tests/docs/examples/${name}.json`), file(name));
    for (const name of ['server', 'monitor']) {
      const document = name === 'server' ? 'docs/public-server.md' : 'docs/monitor.md';
      const [, toml = ''] = /```toml\n(.*?)```/s.exec(readFileSync(absolute(document), 'utf8')) ?? [];
      writeFileSync(join(folder, `${name}.toml`), toml);
    }
  });

  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  function file(name: string): string {
    return join(folder, `${name}.json`);
  }

  /** @returns the exit code, and what was complained of */
  function echolot(args: readonly string[]): Promise<{ code: number; stderr: string }> {
    const led = args.map((word) => (TARGET.test(word) ? '127.0.0.1' : word === '9900' ? port : word));
    const at = led.indexOf('127.0.0.1');
    if (at >= 0 && args[at]?.includes(':')) led.splice(at + 1, 0, port);
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [absolute('dist/cli/bin.js'), ...led],
        { cwd: folder },
        (error, _out, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stderr }),
      );
    });
  }

  test.each(lines)('$where: $line', async ({ args }) => {
    const { code, stderr } = await echolot(args);
    // A condition may be fulfilled, or not to be told of so few probes.
    const may = args.includes('--fail-if') ? [0, 1, 3] : [0];
    expect(may, stderr).toContain(code);
  });

  test('and there are many', () => expect(lines.length).toBeGreaterThan(25));
});
