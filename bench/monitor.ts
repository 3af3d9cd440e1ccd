/**
 * A monitor at work: `node bench/monitor.ts [--parts jitter,scrape,ping] [--pairs N] [--seconds N] [--json FILE]`. Whether what it measures
 * is another thing while somebody looks at it, what a scrape of many targets takes and delays, and how many targets it can
 * ping. All over the loopback with a server of its own. By default it takes a quarter of an hour, and ends by itself.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { serve } from '../src/index.ts';
import { startOnlookers } from './monitor/onlookers.ts';
import { startWatched, type Told, type WatchedPlan } from './monitor/watched.ts';
import type { Row, Target } from './row.ts';
import { sampleAt } from './stats.ts';
import { tableText } from './table.ts';

const NS_PER_MS = 1_000_000;
const MS_PER_S = 1_000;
const NS_PER_S = 1_000_000_000;
/** Who looks at 100 targets, and how often metrics are fetched: oftener than anybody does. */
const LOOKED_AT = { watchers: 10, scrapeEveryMs: 5_000 } as const;
const SCRAPED = { watchers: 0, scrapeEveryMs: 1_000 } as const;
/** By then each target was measured once. */
const WARM_MS = 15_000;

const { values: options } = parseArgs({
  options: {
    parts: { type: 'string', default: 'jitter,scrape,ping' },
    pairs: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '60' },
    json: { type: 'string' },
  },
});
const pairs = Number(options.pairs);
const periodMs = Number(options.seconds) * MS_PER_S;
const folder = mkdtempSync(join(tmpdir(), 'echolot-bench-monitor-'));
const server = await serve({ host: '127.0.0.1', port: 0, limits: { maxSessions: 4_096 } });
const port = server.endpoints[0]?.port ?? 0;
const PARTS: Readonly<Record<string, () => Promise<Row[]>>> = { jitter, scrape, ping };
try {
  const rows: Row[] = [];
  for (const part of options.parts.split(',')) rows.push(...((await PARTS[part]?.()) ?? []));
  console.log(tableText(rows));
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(rows, null, 2));
} finally {
  await server.close();
  rmSync(folder, { recursive: true });
}

/** 100 targets every 10 s, looked at and kept in a file, beside a monitor that nobody looks at and that keeps nothing. */
async function jitter(): Promise<Row[]> {
  const plan = { targets: 100, kind: 'measure', intervalMs: 10_000, port } as const;
  const active: Told[] = [];
  const alone: Told[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    active.push(await period({ ...plan, store: join(folder, `${pair}.sqlite`) }, LOOKED_AT));
    alone.push(await period({ ...plan, store: null }, undefined));
    progress(`pair ${pair + 1} of ${pairs}: ${loopText(active.at(-1))}; alone ${loopText(alone.at(-1))}`);
  }
  const compared = (name: string, figure: (told: Told) => number, target?: Target): Row => ({
    ...{ name, unit: 'ns', ours: active.map(figure) },
    ...{ referenceName: 'alone', reference: alone.map(figure), target },
  });
  const atMost: Target = { of: 'ratio', bound: 'atMost', limit: 1.05 };
  return [
    compared('medians of 100 targets, deviation within each', deviationNs, atMost),
    compared('the same, p99 of all', (told) => sampleAt(told.mediansNs.flat(), 0.99), atMost),
    compared('the same, p50 of all', (told) => sampleAt(told.mediansNs.flat(), 0.5)),
  ];
}

async function period(
  plan: WatchedPlan,
  looks: Parameters<typeof startOnlookers>[1] | undefined,
): Promise<Told> {
  await using watched = await startWatched(plan);
  await sleep(WARM_MS);
  const onlookers = looks === undefined ? undefined : startOnlookers(watched.page, looks);
  try {
    await watched.told();
    await sleep(periodMs);
    return await watched.told();
  } finally {
    await onlookers?.stop();
  }
}

/** What a scrape takes, and how late what measures becomes by it: one monitor, scraped each second and left alone by turns. */
async function scrape(): Promise<Row[]> {
  await using watched = await startWatched({
    targets: 1_000,
    kind: 'measure',
    intervalMs: 10_000,
    port,
    store: null,
  });
  await sleep(WARM_MS);
  const scraped: Told[] = [];
  const alone: Told[] = [];
  const scrapesNs: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    await watched.told();
    await sleep(periodMs / 2);
    alone.push(await watched.told());
    const onlookers = startOnlookers(watched.page, SCRAPED);
    await sleep(periodMs / 2);
    scraped.push(await watched.told());
    await onlookers.stop();
    scrapesNs.push(...onlookers.scrapesNs);
    progress(
      `scrapes of ${(onlookers.scrapeBytes / 1e6).toFixed(1)} MB: ${loopText(scraped.at(-1))}; alone ${loopText(alone.at(-1))}`,
    );
  }
  const compared = (name: string, figure: (told: Told) => number): Row => ({
    ...{ name, unit: 'ns', ours: scraped.map(figure) },
    ...{ referenceName: 'alone', reference: alone.map(figure), target: undefined },
  });
  return [
    one('scrape of 1,000 targets, p50', sampleAt(scrapesNs, 0.5)),
    one('scrape of 1,000 targets, p99', sampleAt(scrapesNs, 0.99), 200 * NS_PER_MS),
    compared('event loop late meanwhile, p99', ({ loopDelay }) => loopDelay.p99Ns),
    compared('event loop late meanwhile, longest', ({ loopDelay }) => loopDelay.longestNs),
    compared('medians of 1,000 targets, p99 of all', (told) => sampleAt(told.mediansNs.flat(), 0.99)),
  ];
}

/** 1,000 open ports, each once a second. */
async function ping(): Promise<Row[]> {
  await using watched = await startWatched({
    targets: 1_000,
    kind: 'ping',
    intervalMs: 1_000,
    port,
    store: join(folder, 'ping.sqlite'),
  });
  await sleep(WARM_MS);
  await watched.told();
  await sleep(periodMs);
  const told = await watched.told();
  progress(
    `with the ${watched.engine} engine: ${told.runs} runs, ${told.failed} failed, ${told.leftOut} starts left out`,
  );
  return [
    one('1,000 pings a second, processor time a second', told.processorShare * NS_PER_S, NS_PER_S),
    one('a handshake is told later than due by, p50', told.lateness?.p50Ns ?? Number.NaN),
    one('a handshake is told later than due by, p99', told.lateness?.p99Ns ?? Number.NaN),
  ];
}

/** Of the medians of each target from their mean, all targets together. */
function deviationNs({ mediansNs }: Told): number {
  let squares = 0;
  let free = 0;
  for (const medians of mediansNs) {
    const mean = medians.reduce((sum, ns) => sum + ns, 0) / medians.length;
    for (const ns of medians) squares += (ns - mean) ** 2;
    free += Math.max(0, medians.length - 1);
  }
  return Math.sqrt(squares / free);
}

function loopText(told: Told | undefined): string {
  if (told === undefined) return '';
  const { runs, lateRuns, leftOut, failed, loopDelay, processorShare } = told;
  const longest = `event loop late by ${(loopDelay.longestNs / NS_PER_MS).toFixed(0)} ms at most`;
  return `${runs} runs, ${lateRuns} late, ${failed} failed, ${leftOut} left out, ${(100 * processorShare).toFixed(0)} % of a processor, ${longest}`;
}

function one(name: string, value: number, limit?: number): Row {
  const target: Target | undefined =
    limit === undefined ? undefined : { of: 'value', bound: 'atMost', limit };
  return { name, unit: 'ns', ours: [value], referenceName: '', reference: [], target };
}

function progress(text: string): void {
  console.error(text);
}
