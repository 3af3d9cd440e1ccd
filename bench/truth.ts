/**
 * The examination: `npm run bench:truth`. Asks the built command what is known beforehand, many times over, and
 * counts how often it is right: whether intervals hold the median, whether verdicts are true, whether known delays
 * and rates are found. Takes three hours, or a few minutes for each of its parts (`--parts files --repeats 20`), on
 * loopback and in namespaces of its own, and ends by itself. docs/method.md has its figures.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeMachine, machineText } from './machine.ts';
import { watchOthers } from './noise.ts';
import { Processes } from './processes.ts';
import { Skipped } from './row.ts';
import { blame } from './truth/blame.ts';
import { coverage, coverageDefault, coverageDelay, coveragePath } from './truth/coverage.ts';
import { files } from './truth/files.ts';
import { delays, rate } from './truth/known.ts';
import { loadBounceback } from './truth/load/bounceback.ts';
import { loadCompare } from './truth/load/compare.ts';
import { loadFair } from './truth/load/fair.ts';
import { loadIdle } from './truth/load/idle.ts';
import { loadMemory } from './truth/load/memory.ts';
import { loadQueue } from './truth/load/queue.ts';
import { loadRate } from './truth/load/rate.ts';
import { million } from './truth/million.ts';
import { burst } from './truth/paced/burst.ts';
import { paceMemory } from './truth/paced/memory.ts';
import { pace } from './truth/paced/pace.ts';
import { stall } from './truth/paced/stall.ts';
import type { Finding, TruthContext } from './truth/part.ts';
import { tailsPath, verdicts, verdictsPath } from './truth/verdicts.ts';

const PARTS = [
  ...[delays, rate, million],
  ...[verdicts, verdictsPath, tailsPath, files],
  ...[coverage, coverageDefault, coverageDelay, coveragePath],
  blame,
  ...[loadRate, loadQueue, loadFair, loadIdle, loadMemory, loadBounceback, loadCompare],
  ...[pace, stall, burst, paceMemory],
];
const NAMES = PARTS.map(({ name }) => name).join(',');
const DEFAULT_REPEATS = 100;
/** All parts, a hundred times each, take three hours. */
const LIMIT_MS = 4 * 3_600_000;

const { values: options } = parseArgs({
  options: {
    parts: { type: 'string', default: NAMES },
    repeats: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    markdown: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const cli = join(import.meta.dirname, '..', 'dist', 'cli', 'bin.js');

if (options.help) {
  console.log(
    `usage: node bench/truth.ts [--parts ${NAMES}] [--repeats N] [--quick] [--json FILE] [--markdown FILE]`,
  );
} else if (existsSync(cli)) {
  process.exitCode = await main(
    options.parts.split(','),
    options.repeats === undefined ? undefined : Number(options.repeats),
  );
} else {
  console.error(`${cli} is not there: run "npm run build" first`);
  process.exitCode = 1;
}

async function main(names: readonly string[], askedRepeats: number | undefined): Promise<number> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
  }
  const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(LIMIT_MS)]);
  const processes = new Processes(signal);
  process.once('exit', () => processes.killAll());
  const startedAt = new Date().toISOString();
  const machine = describeMachine(false, cli);
  console.log(`${machineText(machine)}\n`);
  const findings: (Finding & { part: string; setting: string | null; othersCpuShare: number | undefined })[] =
    [];
  let failed = false;
  for (const part of PARTS.filter(({ name }) => names.includes(name))) {
    if (signal.aborted) break;
    const repeats = askedRepeats ?? part.defaultRepeats ?? DEFAULT_REPEATS;
    if (part.setting !== undefined) console.log(`${part.name}, ${repeats} of each: ${part.setting}`);
    const context: TruthContext = { processes, cli, repeats, isQuick: options.quick, progress };
    const othersShare = watchOthers();
    const own: Finding[] = [];
    try {
      for await (const finding of part.run(context)) own.push(finding);
    } catch (error) {
      // What ended a program of ours may be on its way to us.
      await setImmediate();
      const message = error instanceof Error ? error.message : String(error);
      progress('');
      const end = signal.aborted ? 'ended' : error instanceof Skipped ? 'skipped' : 'FAILED';
      console.log(`${end} ${part.name}: ${message}`);
      failed ||= !(error instanceof Skipped);
    }
    progress('');
    const othersCpuShare = othersShare();
    const { name, setting = null } = part;
    findings.push(...own.map((finding) => ({ ...finding, part: name, setting, othersCpuShare })));
    for (const { question, found, target, met } of own) {
      console.log(`${met ? 'met   ' : 'MISSED'} ${question}: ${found} (${target})`);
    }
  }
  if (options.json !== undefined) {
    writeFileSync(
      options.json,
      `${JSON.stringify({ startedAt, repeats: askedRepeats ?? null, machine, findings }, undefined, 2)}\n`,
    );
  }
  if (options.markdown !== undefined) writeFileSync(options.markdown, markdown(findings));
  return signal.aborted ? 130 : failed ? 1 : 0;
}

function markdown(findings: readonly Finding[]): string {
  const rows = findings.map(
    ({ question, found, target, met }) =>
      `| ${question} | ${found} | ${target} | ${met ? 'met' : 'missed'} |`,
  );
  return `${['| asked | found | target | |', '| --- | --- | --- | --- |', ...rows].join('\n')}\n`;
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
