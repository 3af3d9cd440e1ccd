/**
 * A monitor and a real Prometheus: one that takes native histograms, and one that does not. What is scraped is what was measured, the
 * rules hold, and each query of the dashboard has an answer.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../../src/index.ts';
import { type RunningMonitor, startMonitor, startWeb, type Web } from '../../../src/monitors.ts';
import { NanosecondHistogram } from '../../../src/stats/histogram.ts';
import { dashboardQueries } from '../../monitor/metrics/dashboard-queries.ts';

const HAS_PROMETHEUS = spawnSync('prometheus', ['--version']).status === 0;
const RULES = resolve('examples/prometheus/echolot-alerts.yml');
const HOSTILE = 'evil"} 1 # echolot_up{target="\\';
const NS_PER_S = 1e9;
/** Runs of the measured target before anybody is asked. */
const RUNS = 15;
const PATIENCE_MS = 90_000;
/** Kinds of trouble that there is none of here. */
const QUIET = /echolot_(doubts|goodput)/;

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: readonly Series[] };
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** Where there is none, all of it is left out, and named so. */
describe.skipIf(!HAS_PROMETHEUS)('a real Prometheus (needs prometheus)', () => {
  const measured = new NanosecondHistogram();
  const scrapers: Scraper[] = [];
  let folder: string;
  let server: Awaited<ReturnType<typeof serve>>;
  let monitor: RunningMonitor;
  let web: Web;
  let runs = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'echolot-prometheus-'));
    server = await serve({ host: '127.0.0.1', port: 0 });
    const port = server.endpoints[0]?.port ?? 0;
    const target = { host: '127.0.0.1', port, intervalMs: 1_000 };
    monitor = await startMonitor({
      targets: [
        { ...target, name: 'good' },
        { ...target, name: HOSTILE, kind: 'ping', labels: { site: 'fra' } },
        { ...target, name: 'closed', port: await freePort() },
      ],
      store: undefined,
      onNews(news) {
        if (news.kind !== 'interval' || news.target.name !== 'good') return;
        runs++;
        if (news.interval.layers.application !== undefined) measured.merge(news.interval.layers.application);
      },
    });
    web = await startWeb({
      ...{ port: 0, store: monitor.store, live: monitor.live, title: 'monitor', version: monitor.version },
      pictures: { drawer: null, png: null, advice: '' },
      metrics: (accept) => monitor.metrics(accept),
    });
    const page = `localhost:${web.endpoints[0]?.port}`;
    scrapers.push(
      await startPrometheus(join(folder, 'native'), page, ['--enable-feature=native-histograms']),
    );
    scrapers.push(await startPrometheus(join(folder, 'classic'), page, []));
    await until(async () => {
      const floors = await Promise.all(scrapers.map(({ query }) => query('echolot_noise_floor_seconds')));
      return runs >= RUNS && floors.every(({ length }) => length === 1);
    });
  }, PATIENCE_MS + 10_000);

  afterAll(async () => {
    for (const { stop } of scrapers) await stop();
    await web?.close();
    await monitor?.stop();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const MEDIANS = [
    ['native histograms', 0, 'histogram_quantile(0.5, echolot_rtt_seconds{layer="application"})', 1.15],
    ['classic ones', 1, 'histogram_quantile(0.5, echolot_rtt_seconds_bucket{layer="application"})', 2.5],
  ] as const;

  test.each(MEDIANS)('has the median of what was measured, by %s', async (_, at, query, within) => {
    const [found] = await scrapers[at]!.query(query);
    expect(found?.metric['target']).toBe('good');
    const ratio = (Number(found?.value[1]) * NS_PER_S) / measured.quantile(0.5);
    expect(ratio).toBeGreaterThan(1 / within);
    expect(ratio).toBeLessThan(within);
  });

  test('has every probe that was answered, in either histogram', async () => {
    const answered = 'echolot_probes_answered_total{target="good"}';
    const counts = [
      'histogram_count(echolot_rtt_seconds{layer="application"})',
      'echolot_rtt_seconds_count{layer="application"}',
    ];
    for (const [at, count] of counts.entries()) {
      const [found] = await scrapers[at]!.query(`${count} == on (target) ${answered}`);
      expect(Number(found?.value[1])).toBeGreaterThanOrEqual(20 * (RUNS - 3));
    }
  });

  test.each([0, 1])('knows each target by its name and state, whatever it is called (%i)', async (at) => {
    const found = await scrapers[at]!.query('echolot_up');
    const states = Object.fromEntries(found.map(({ metric, value }) => [metric['target'], value[1]]));
    expect(states).toEqual({ good: '1', [HOSTILE]: '1', closed: '0' });
  });

  test('has an answer to each query of the dashboard', async () => {
    for (const { title, expr } of dashboardQueries()) {
      const query = expr.replaceAll(/\$(instance|target)/g, '.*').replaceAll('$__rate_interval', '10s');
      const answers = await Promise.all(scrapers.map((scraper) => scraper.query(query)));
      if (!QUIET.test(query))
        expect(Math.max(...answers.map(({ length }) => length)), title).toBeGreaterThan(0);
    }
  });

  test('has the round trip of the loopback, which is that of a target on this machine', async () => {
    const [found] = await scrapers[0]!.query('echolot_noise_floor_seconds');
    const ratio = (Number(found?.value[1]) * NS_PER_S) / measured.quantile(0.5);
    expect(ratio).toBeGreaterThan(1 / 4);
    expect(ratio).toBeLessThan(4);
  });

  test('finds no fault with the metrics in the format that promtool reads', async () => {
    const response = await fetch(`http://localhost:${web.endpoints[0]?.port}/metrics`, {
      headers: { Accept: 'text/plain;version=0.0.4' },
    });
    const { status, stdout, stderr } = promtool(['check', 'metrics'], await response.text());
    expect(stdout + stderr).toBe('');
    expect(status).toBe(0);
  });
});

describe.skipIf(!HAS_PROMETHEUS)('the alert rules (needs promtool)', () => {
  test('are rules', () => {
    const { status, stdout, stderr } = promtool(['check', 'rules', RULES]);
    expect(stdout + stderr).toContain('7 rules found');
    expect(status).toBe(0);
  });

  test('hold when they should, and only then', () => {
    const folder = mkdtempSync(join(tmpdir(), 'echolot-rules-'));
    try {
      const file = join(folder, 'rules.json');
      writeFileSync(file, JSON.stringify(ruleTests()));
      const { status, stdout, stderr } = promtool(['test', 'rules', file]);
      expect(status, stdout + stderr).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function promtool(args: readonly string[], input = '') {
  return spawnSync('promtool', args, { input, encoding: 'utf8', timeout: 100_000 });
}

/** A day that is well, then a quarter of an hour or more of one kind of trouble each. A sample a minute. */
function ruleTests(): object {
  const series = (name: string, values: string, labels = ''): object => ({
    series: `${name}{job="echolot",instance="a"${labels}}`,
    values,
  });
  const target = ',target="t"';
  const buckets = (within2Ms: string): object[] => [
    series('echolot_rtt_seconds_bucket', '0+0x1560', `${target},layer="application",le="0.001"`),
    series('echolot_rtt_seconds_bucket', within2Ms, `${target},layer="application",le="0.002"`),
    series('echolot_rtt_seconds_bucket', '0+20x1560', `${target},layer="application",le="0.005"`),
    series('echolot_rtt_seconds_bucket', '0+20x1560', `${target},layer="application",le="+Inf"`),
  ];
  const well = [
    series('echolot_targets', '1x1560'),
    series('echolot_store_trouble', '0x1560'),
    series('echolot_up', '1x1560', target),
    series('echolot_runs_total', '0+6x1560', target),
    series('echolot_probes_total', '0+120x1560', target),
  ];
  const answered = (values: string): object => series('echolot_probes_answered_total', values, target);
  const firing = (inputs: readonly object[], alerts: readonly string[]): object => ({
    interval: '1m',
    input_series: inputs,
    promql_expr_test: [
      {
        expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
        eval_time: '1500m',
        exp_samples: alerts.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
      },
    ],
  });
  const allAnswered = answered('0+120x1560');
  const fast = buckets('0+20x1560');
  return {
    rule_files: [RULES],
    evaluation_interval: '5m',
    tests: [
      firing([...well, allAnswered, ...fast], []),
      firing(
        [
          ...well.slice(0, 2),
          series('echolot_up', '1x1440 0x120', target),
          ...well.slice(3),
          allAnswered,
          ...fast,
        ],
        ['EcholotTargetDown'],
      ),
      firing([...well, answered('0+120x1440 172800+100x120'), ...fast], ['EcholotProbesLost']),
      firing([...well, allAnswered, ...buckets('0+20x1440 28800+0x120')], ['EcholotTargetSlow']),
      firing(
        [
          ...well,
          allAnswered,
          ...fast,
          series('echolot_doubts_total', '0+0x1440 0+5x120', `${target},check="generator-late"`),
        ],
        ['EcholotDoubtful'],
      ),
      firing(
        [well[0]!, series('echolot_store_trouble', '0x1440 1x120'), ...well.slice(2), allAnswered, ...fast],
        ['EcholotStoreTrouble'],
      ),
      firing([series('echolot_targets', '1x1440')], ['EcholotMonitorGone']),
    ],
  };
}

interface Scraper {
  readonly query: (expr: string) => Promise<readonly Series[]>;
  readonly stop: () => Promise<void>;
}

async function startPrometheus(folder: string, page: string, flags: readonly string[]): Promise<Scraper> {
  const port = await freePort();
  const config = `${folder}.yml`;
  const scrape = { job_name: 'echolot', static_configs: [{ targets: [page] }] };
  const global = { scrape_interval: '1s', evaluation_interval: '1s' };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ global, rule_files: [RULES], scrape_configs: [scrape] }));
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...flags,
    ],
    { stdio: 'ignore' },
  );
  return { query: (expr) => ask(port, expr), stop: () => ended(child) };
}

/** Nothing while it does not answer yet. @throws Error for a query that cannot be */
async function ask(port: number, expr: string): Promise<readonly Series[]> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: expr }),
  }).catch(() => undefined);
  if (response === undefined || response.status === 503) return [];
  const { status, error, data } = (await response.json()) as Answer;
  if (status !== 'success') throw new Error(`${expr}: ${error}`);
  return data.result;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error('it took too long');
    await sleep(500);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
