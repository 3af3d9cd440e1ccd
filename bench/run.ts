/**
 * The benchmark: `npm run bench`. Measures the built command against C references and other tools on loopback and in
 * network namespaces of its own, prints the machine and one table, and ends by itself within minutes. It is no test:
 * a missed target is a line in the table, and only something that could not run makes the exit code 1.
 * bench/README.md says how to read it.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Compilation, compileAll } from './compile.ts';
import { describeMachine, machineText } from './machine.ts';
import { noiseText, watchOthers } from './noise.ts';
import { Processes } from './processes.ts';
import { markdownText, type Outcome } from './report.ts';
import { type BenchContext, type RowGroup, Skipped } from './row.ts';
import { bulkEcho } from './rows/bulk.ts';
import { captured } from './rows/capture.ts';
import { clientRtt } from './rows/client-rtt.ts';
import { closedLoopRate } from './rows/closed-loop.ts';
import { defaultModes } from './rows/default-modes.ts';
import { idleMemory } from './rows/idle-memory.ts';
import { loadProbes, loadRate } from './rows/load.ts';
import { networkOnLoopback, networkOnVeth, networkUnderLoad } from './rows/network-rtt.ts';
import { serverDelay } from './rows/server-delay.ts';
import { nativeServerRate, nodeServerRate } from './rows/server-rate.ts';
import { spinning } from './rows/spinning.ts';
import { stampCost } from './rows/stamps.ts';
import { startUp } from './rows/start-up.ts';
import { tableText } from './table.ts';

/** A whole run takes about two thirds of it on the machines it was written on. */
const LIMIT_MS = 900_000;

const GROUPS: readonly RowGroup[] = [
  { letter: 'A', title: 'node client RTT', needsC: true, run: clientRtt },
  { letter: 'B', title: 'node server requests', needsC: true, run: nodeServerRate },
  { letter: 'C', title: 'start-up', needsC: false, run: startUp },
  { letter: 'D', title: 'idle memory', needsC: false, run: idleMemory },
  { letter: 'E', title: 'spinning ends', needsC: true, run: spinning },
  { letter: 'F', title: 'default modes', needsC: false, run: defaultModes },
  { letter: 'G', title: 'network RTT, loopback', needsC: false, run: networkOnLoopback },
  { letter: 'H', title: 'network RTT, veth', needsC: false, run: networkOnVeth },
  { letter: 'I', title: 'network RTT, busy', needsC: true, run: networkUnderLoad },
  { letter: 'J', title: 'capture', needsC: true, run: captured },
  { letter: 'K', title: 'cost of the stamps', needsC: true, run: stampCost },
  { letter: 'L', title: 'native server requests', needsC: true, run: nativeServerRate },
  { letter: 'M', title: '1 MiB messages', needsC: true, run: bulkEcho },
  { letter: 'N', title: 'server delay', needsC: false, run: serverDelay },
  { letter: 'O', title: 'load', needsC: false, run: loadRate },
  { letter: 'P', title: 'probes of a load', needsC: false, run: loadProbes },
  { letter: 'Q', title: 'closed loop at its limit', needsC: true, run: closedLoopRate },
];
const LETTERS = GROUPS.map(({ letter }) => letter).join(',');

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    markdown: { type: 'string' },
    rows: { type: 'string', default: LETTERS },
    engine: { type: 'string', default: 'native' },
    cli: { type: 'string', default: join(import.meta.dirname, '..', 'dist', 'cli', 'bin.js') },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (options.help) {
  console.log(`usage: node bench/run.ts [--rows ${LETTERS}] [--json FILE] [--markdown FILE]
                         [--engine native|node] [--cli dist/cli/bin.js]`);
  for (const { letter, title } of GROUPS) console.log(`  ${letter}  ${title}`);
} else if (!existsSync(options.cli)) {
  console.error(`${options.cli} is not there: run "npm run build" first`);
  process.exitCode = 1;
} else {
  process.exitCode = await main(options.cli, options.rows.toUpperCase().split(','));
}

async function main(cli: string, letters: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
  }
  const late = AbortSignal.timeout(LIMIT_MS);
  const processes = new Processes(AbortSignal.any([interrupted.signal, late]));
  process.once('exit', () => processes.killAll());

  const startedAt = new Date().toISOString();
  const machine = describeMachine(await processes.succeeds('taskset', ['-c', '0-1023', 'true']), cli);
  processes.pinning = machine.pinning;
  console.log(`${machineText(machine)}\n`);

  const compilation = await compileAll(processes);
  const outcome: Outcome = { rows: [], skipped: [], failed: [], othersCpuShare: {} };
  const context: BenchContext = {
    processes,
    cli,
    choosesEngine: await choosesEngine(processes, cli),
    engine: options.engine === 'node' ? 'node' : 'native',
    progress,
    skip: (reason) => outcome.skipped.push(reason),
  };
  for (const group of GROUPS.filter(({ letter }) => letters.includes(letter))) {
    await runGroup(group, context, compilation, outcome);
  }
  progress('');

  if (outcome.rows.length > 0) console.log(`${tableText(outcome.rows)}\n`);
  const noise = noiseText(outcome.othersCpuShare);
  if (noise !== undefined) console.log(noise);
  for (const line of outcome.skipped) console.log(`skipped ${line}`);
  for (const line of outcome.failed) console.log(`FAILED ${line}`);
  if (options.json !== undefined) {
    const record = { startedAt, engine: context.engine, machine, ...outcome };
    writeFileSync(options.json, `${JSON.stringify(record, undefined, 2)}\n`);
  }
  if (options.markdown !== undefined) writeFileSync(options.markdown, markdownText(machine, outcome));
  if (interrupted.signal.aborted) return 130;
  return outcome.failed.length > 0 ? 1 : 0;
}

async function choosesEngine(processes: Processes, cli: string): Promise<boolean> {
  const help = processes.run(process.execPath, [cli, 'serve', '--help']);
  // A command that cannot even tell its options fails in each row, by the row's name.
  return await help.then(
    (text) => text.includes('--engine'),
    () => false,
  );
}

/** A group that fails costs its own rows and no others. */
async function runGroup(group: RowGroup, context: BenchContext, compilation: Compilation, into: Outcome) {
  const name = `row ${group.letter} (${group.title})`;
  const othersShare = watchOthers();
  try {
    if (!group.needsC) {
      for await (const row of group.run(context)) into.rows.push(row);
    } else if ('programs' in compilation) {
      for await (const row of group.run(context, compilation.programs)) into.rows.push(row);
    } else {
      into.skipped.push(`${name}: ${compilation.reason}`);
    }
  } catch (error) {
    const list = error instanceof Skipped ? into.skipped : into.failed;
    list.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const share = othersShare();
  if (share !== undefined) into.othersCpuShare[group.letter] = share;
}

/** Where somebody watches: one line on stderr that replaces itself. In a log or a pipe: nothing. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
