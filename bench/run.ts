/**
 * The benchmark: `npm run bench`. Measures the built command against C references on 127.0.0.1, prints the
 * machine and one table, and ends by itself within a few minutes. It is no test: a missed target is a line in the
 * table, and only something that could not run makes the exit code 1. bench/README.md says how to read it.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Compilation, compileAll } from './compile.ts';
import { describeMachine, machineText } from './machine.ts';
import { noiseText, watchOthers } from './noise.ts';
import { Processes } from './processes.ts';
import type { BenchContext, Row, RowGroup } from './row.ts';
import { clientRtt } from './rows/client-rtt.ts';
import { idleMemory } from './rows/idle-memory.ts';
import { serverRate } from './rows/server-rate.ts';
import { startUp } from './rows/start-up.ts';
import { tableText } from './table.ts';

/** A whole run takes about half of it on the machines it was written on. */
const LIMIT_MS = 180_000;

const GROUPS: readonly RowGroup[] = [
  { letter: 'A', title: 'client RTT', needsC: true, run: clientRtt },
  { letter: 'B', title: 'server requests', needsC: true, run: serverRate },
  { letter: 'C', title: 'start-up', needsC: false, run: startUp },
  { letter: 'D', title: 'idle memory', needsC: false, run: idleMemory },
];

interface Outcome {
  readonly rows: Row[];
  readonly skipped: string[];
  readonly failed: string[];
  /** By the letter of the group. */
  readonly othersCpuShare: Record<string, number>;
}

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    rows: { type: 'string', default: 'A,B,C,D' },
    cli: { type: 'string', default: join(import.meta.dirname, '..', 'dist', 'cli', 'bin.js') },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (options.help) {
  console.log('usage: node bench/run.ts [--rows A,B,C,D] [--json FILE] [--cli dist/cli/bin.js]');
} else if (!existsSync(options.cli)) {
  console.error(`${options.cli} is not there: run "npm run build" first`);
  process.exitCode = 1;
} else {
  process.exitCode = await main(options.cli, options.rows.toUpperCase().split(','), options.json);
}

async function main(cli: string, letters: readonly string[], jsonFile: string | undefined): Promise<number> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
  }
  const late = AbortSignal.timeout(LIMIT_MS);
  const processes = new Processes(AbortSignal.any([interrupted.signal, late]));
  process.once('exit', () => processes.killAll());

  const startedAt = new Date().toISOString();
  const machine = describeMachine(await processes.succeeds('taskset', ['-c', '0-1023', 'true']));
  processes.pinning = machine.pinning;
  console.log(`${machineText(machine)}\n`);

  const compilation = await compileAll(processes);
  const context: BenchContext = { processes, cli, progress };
  const outcome: Outcome = { rows: [], skipped: [], failed: [], othersCpuShare: {} };
  for (const group of GROUPS.filter(({ letter }) => letters.includes(letter))) {
    await runGroup(group, context, compilation, outcome);
  }
  progress('');

  if (outcome.rows.length > 0) console.log(`${tableText(outcome.rows)}\n`);
  const noise = noiseText(outcome.othersCpuShare);
  if (noise !== undefined) console.log(noise);
  for (const line of outcome.skipped) console.log(`skipped ${line}`);
  for (const line of outcome.failed) console.log(`FAILED ${line}`);
  if (jsonFile !== undefined) {
    writeFileSync(jsonFile, `${JSON.stringify({ startedAt, machine, ...outcome }, undefined, 2)}\n`);
  }
  if (interrupted.signal.aborted) return 130;
  return outcome.failed.length > 0 ? 1 : 0;
}

/** A group that fails costs its own rows and no others. */
async function runGroup(group: RowGroup, context: BenchContext, compilation: Compilation, into: Outcome) {
  const name = `row ${group.letter} (${group.title})`;
  const othersShare = watchOthers();
  try {
    if (!group.needsC) {
      into.rows.push(...(await group.run(context)));
    } else if ('programs' in compilation) {
      into.rows.push(...(await group.run(context, compilation.programs)));
    } else {
      into.skipped.push(`${name}: ${compilation.reason}`);
    }
  } catch (error) {
    into.failed.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const share = othersShare();
  if (share !== undefined) into.othersCpuShare[group.letter] = share;
}

/** Where somebody watches: one line on stderr that replaces itself. In a log or a pipe: nothing. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
