/**
 * The program in one file beside the installed one: `npm run bench:single -- [REPETITIONS]`. Each repetition
 * runs both, in turn first, and ratios are taken within it: what the machine does meanwhile moves both alike. Tells what starts
 * cost, and whether what is measured and served is the same.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { compileAll } from './compile.ts';
import { readNumbers } from './numbers.ts';
import { Processes } from './processes.ts';
import { pairRatios, spreadOf } from './stats.ts';

const HOST = '127.0.0.1';
const USUAL_REPETITIONS = 15;
/** Its hot path is compiled before. */
const WARM_UP_MS = 500;
const MEASURED_MS = 500;
const SINGLE = fileURLToPath(new URL(`../dist-single/echolot-linux-${process.arch}`, import.meta.url));
const INSTALLED = fileURLToPath(new URL('../dist/cli/bin.js', import.meta.url));

type Command = readonly [command: string, ...words: string[]];
/** What is measured once, of a program that is started with these words. */
type Figure = (command: Command) => Promise<number>;

const single: Command = [SINGLE];
const installed: Command = [process.execPath, INSTALLED];
const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort(new Error('interrupted')));
const processes = new Processes(stopping.signal);
const repetitions = Number(process.argv[2] ?? USUAL_REPETITIONS);

await using server = await processes.serve(process.execPath, [
  ...[INSTALLED, 'serve', '--host', HOST, '--port', '0', '--quiet'],
]);
const probe = ['measure', HOST, String(server.port), '--type', 'rtt', '--blocks', '1'];
const rates = ['--engine', 'native', '--sizes', '100', '--probes', '20000', '--json'];

await compare('--help, ms', wallMs(['--help']));
await compare('one probe, from start to end, ms', wallMs([...probe, '--sizes', '32', '--probes', '1']));
await compare('the same with the node engine, ms', wallMs([...probe, '--probes', '1', '--engine', 'node']));
await compare('RTT p50 of its client, 100 B, us', async (command) => {
  return await rttP50Us(command, [...probe, ...rates]);
});
await compare('RTT p50 of its server, 100 B, us', async ([command, ...words]) => {
  const serving = [...words, 'serve', '--host', HOST, '--port', '0', '--quiet', '--engine', 'native'];
  await using other = await processes.serve(command, serving);
  const client = ['measure', HOST, String(other.port), '--type', 'rtt', '--blocks', '1', ...rates];
  return await rttP50Us(installed, client);
});
const compilation = await compileAll(processes);
if ('reason' in compilation)
  process.stdout.write(`rate of its server: not measured, ${compilation.reason}\n`);
else {
  const { load } = compilation.programs;
  await compare('echoes a second of its server, 16 connections of 100 B', async ([command, ...words]) => {
    const serving = [
      ...words,
      'serve',
      '--echo',
      '--host',
      HOST,
      '--port',
      '0',
      '--quiet',
      '--engine',
      'native',
    ];
    await using other = await processes.serve(command, serving);
    const turn = async (ms: number): Promise<string> =>
      await processes.run(load, [other.port, 16, 100, ms].map(String));
    await turn(WARM_UP_MS);
    return readNumbers(await turn(MEASURED_MS), ['requestsPerSecond']).requestsPerSecond;
  });
}

async function compare(what: string, figure: Figure): Promise<void> {
  // Both have their compiled code and their libraries from here on.
  for (const command of [single, installed]) await figure(command);
  const ours: number[] = [];
  const others: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const pairs = [[single, ours] as const, [installed, others] as const];
    for (const [command, figures] of i % 2 === 0 ? pairs : pairs.reverse()) {
      figures.push(await figure(command));
    }
  }
  const told = [ours, others, pairRatios(ours, others)].map((values, i) => {
    const { median = Number.NaN, min = Number.NaN, max = Number.NaN } = spreadOf(values) ?? {};
    const digits = i === 2 ? 2 : median < 1000 ? 1 : 0;
    return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
  });
  process.stdout.write(`${what}: one file ${told[0]}, installed ${told[1]}, ratio ${told[2]}\n`);
}

function wallMs(words: readonly string[]): Figure {
  return async ([command, ...before]) => {
    const startMs = performance.now();
    const child = spawn(command, [...before, ...words], { stdio: 'ignore' });
    const [code] = await once(child, 'close', { signal: stopping.signal });
    if (code !== 0) throw new Error(`${command} ${words.join(' ')}: exit code ${code}`);
    return performance.now() - startMs;
  };
}

async function rttP50Us([command, ...before]: Command, words: readonly string[]): Promise<number> {
  const result = JSON.parse(await processes.run(command, [...before, ...words], { timeoutMs: 60_000 }));
  return result.series[0].statistics.rttNs.median / 1_000;
}
