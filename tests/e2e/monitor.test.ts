/** `echolot monitor` as an operator runs it: its lines, its page, its metrics, its store, a configuration that changes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHistory } from '../../src/monitors.ts';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { echolot, type Program, start } from './program.ts';

const HOST = '127.0.0.1';
const ENGINES = ['native', 'node'] as const;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'echolot-monitor-'));
});
afterAll(() => rm(folder, { recursive: true }));

let stores = 0;
function newStore(): string {
  return join(folder, `store-${++stores}.sqlite`);
}

/** Of the page, from the first line. */
async function pageOf(monitor: Program): Promise<string> {
  await monitor.until('the first line', ({ stdout }) => stdout.includes('\n'));
  return /http:\/\/[^,\s]+/.exec(monitor.stdout)?.[0] ?? '';
}

async function metricsOf(page: string): Promise<string> {
  return await (await fetch(`${page}/metrics`)).text();
}

async function untilMetric(page: string, pattern: RegExp): Promise<string> {
  for (;;) {
    const text = await metricsOf(page);
    if (pattern.test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function monitor(...args: readonly (string | number)[]): Program {
  return start('monitor', '--page', `${HOST}:0`, '--interval', '1s', ...args);
}

describe.each(ENGINES)('with the %s engine', (engine) => {
  const lack = engine === 'native' ? nativeUnavailable() : undefined;

  test.skipIf(lack !== undefined)(
    `targets of each kind are measured, shown, told to a scraper, and kept ${lack ?? ''}`,
    async () => {
      await using server = start('serve', '--host', HOST, '--port', 0, '--quiet');
      const port = await server.port();
      const store = newStore();
      await using running = monitor(`${HOST}:${port}`, '--store', store, '--engine', engine);
      const page = await pageOf(running);
      const target = `${HOST}:${port}`;
      const metrics = await untilMetric(page, /echolot_probes_answered_total\{[^}]*\} [2-9]\d/);
      expect(metrics).toContain(`echolot_up{target="${target}"} 1`);
      expect(metrics).toMatch(
        /echolot_rtt_seconds_bucket\{target="[^"]+",layer="application",le="\+Inf"\} \d+/,
      );
      if (engine === 'native') expect(metrics).toContain('layer="kernel"');
      const shown = await (await fetch(page)).text();
      expect(shown).toContain(target);
      expect((await fetch(`${page}/healthz`)).status).toBe(200);
      running.kill('SIGTERM');
      expect(await running.endsWithin(10_000)).toMatchObject({ code: 0, stderr: '' });
      const kept = await openHistory(store);
      const [found] = await kept.summaries({ target, fromMs: 0, toMs: Date.now() + 60_000, stepMs: 0 });
      await kept.close();
      expect(found?.series).toMatchObject({ kind: 'measure', address: HOST, port });
      expect(found?.intervals.length).toBeGreaterThan(0);
      expect(found?.intervals[0]).toMatchObject({ probes: 20, answered: 20, failures: {} });
    },
  );
});

test('a target that is stopped is told with its reason, and again when it answers', async () => {
  const server = start('serve', '--host', HOST, '--port', 0, '--quiet');
  const port = await server.port();
  await using running = monitor(`${HOST}:${port}`, '--store', 'memory');
  await untilMetric(await pageOf(running), /echolot_up\{[^}]*\} 1/);
  server.kill('SIGTERM');
  await server.ended;
  await running.until('the outage', ({ stdout }) => / does not answer: /.test(stdout));
  expect(running.stdout).toMatch(
    new RegExp(`\\d\\d:\\d\\d:\\d\\d ${HOST}:${port} does not answer: connection refused`),
  );
  await using again = start('serve', '--host', HOST, '--port', port, '--quiet');
  await again.port();
  await running.until('the end of it', ({ stdout }) => / answers again/.test(stdout));
});

test('a changed configuration holds without a gap, and a broken one changes nothing', async () => {
  await using server = start('serve', '--host', HOST, '--port', 0, '--quiet');
  const port = await server.port();
  const file = join(folder, 'monitor.toml');
  const targetOf = (name: string): string =>
    `[[target]]\nname = "${name}"\naddress = "${HOST}:${port}"\ninterval = "1s"\n`;
  await writeFile(file, `store = "memory"\npage = "${HOST}:0"\n${targetOf('first')}`);
  await using running = start('monitor', '--config', file);
  const page = await pageOf(running);
  await untilMetric(page, /echolot_up\{target="first"\} 1/);
  await writeFile(file, `store = "memory"\npage = "${HOST}:0"\n${targetOf('first')}${targetOf('second')}`);
  running.kill('SIGHUP');
  const both = await untilMetric(page, /echolot_up\{target="second"\} 1/);
  expect(both).toContain('echolot_up{target="first"} 1');
  await writeFile(file, `${targetOf('first')}probes = "many"\n`);
  running.kill('SIGHUP');
  await running.until('the complaint', ({ stderr }) => stderr.includes(`${file}:5: Expected a whole number`));
  expect(await metricsOf(page)).toContain('echolot_targets 2');
});

test('a second monitor on the same store is told, and measures all the same', async () => {
  const store = newStore();
  await using first = monitor(`${HOST}:1`, '--store', store);
  await pageOf(first);
  await using second = monitor(`${HOST}:1`, '--store', store);
  await second.until('the news', ({ stdout }) => stdout.includes('the store cannot be written'));
  await untilMetric(await pageOf(second), /echolot_probe_failures_total\{[^}]*reason="refused"\} \d/);
});

describe('what cannot be', () => {
  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no target', [], /there is no target/],
    ['a target without a port', ['host.example'], /the port is missing/],
    ['a target twice', ['a:1', 'a:1'], /two targets are called a:1/],
    ['a file that is not there', ['--config', '/nowhere.toml'], /cannot be read/],
    [
      'a page that anybody could see',
      ['a:1', '--page', '0.0.0.0:0', '--store', 'memory'],
      /could be seen by anybody/,
    ],
    ['half a certificate', ['a:1', '--page-cert', '/x', '--store', 'memory'], /give both/],
  ];

  test.each(wrong)('%s is an error before anything is measured', async (_, args, message) => {
    const { code, stderr } = await echolot('monitor', ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('a port of the page that is taken is told, and nothing goes on', async () => {
    await using first = monitor(`${HOST}:1`, '--store', 'memory');
    const port = new URL(await pageOf(first)).port;
    const second = await echolot('monitor', `${HOST}:1`, '--store', 'memory', '--page', `${HOST}:${port}`);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/the port is taken/);
  });

  test('--check-config names each mistake with its line, and starts nothing', async () => {
    const file = join(folder, 'wrong.toml');
    await writeFile(file, '[[target]]\naddress = "a"\n\n[[target]]\naddress = "b:1"\ncolour = 1\n');
    const { code, stderr } = await echolot('monitor', '--config', file, '--check-config');
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}:2: a: the port is missing`);
    expect(stderr).toContain(`${file}:6: a target has no colour`);
  });
});
