/**
 * The soak: `npm run bench:soak`, an hour by default (`--minutes 1440` for a day). One server at about a fifth of a
 * processor, with clients that come and go in every way there is; beside them a client of good faith, whose round trips
 * are taken all the time. What a server must not do in an hour is change: its memory, its descriptors and the p99 of
 * those round trips are told for each tenth of the time. Ends by itself.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuNs, residentBytes } from './proc.ts';
import { Processes } from './processes.ts';
import { flatness, type Tenth, tenthsText } from './soak/tenths.ts';
import { window } from './soak/window.ts';

const cli = join(import.meta.dirname, '..', 'dist', 'cli', 'bin.js');
const HOST = '127.0.0.1';
const MS_PER_MINUTE = 60_000;
const NS_PER_MS = 1e6;
/** Memory that is still rising after its first tenth is a leak; what the first one brings is the warm-up. */
const WARM_UP_MS = 60_000;
/** The last look takes some seconds longer than its tenth. */
const BEYOND_MS = 20_000;

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    server: { type: 'string', default: '' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (options.help) {
  console.log('usage: node bench/soak.ts [--minutes 60] [--server WORDS] [--json FILE]');
} else if (existsSync(cli)) {
  process.exitCode = await main(Number(options.minutes) * MS_PER_MINUTE);
} else {
  console.error(`${cli} is not there: run "npm run build" first`);
  process.exitCode = 1;
}

async function main(soakMs: number): Promise<number> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
  }
  const limit = AbortSignal.timeout(soakMs + WARM_UP_MS + 5 * MS_PER_MINUTE);
  const processes = new Processes(AbortSignal.any([interrupted.signal, limit]));
  process.once('exit', () => processes.killAll());
  const words = options.server.split(' ').filter(Boolean);
  const at = ['--engine', 'native', '--host', HOST, '--port', '0', '--quiet'];
  await using server = await processes.serve(process.execPath, [cli, 'serve', ...at, ...words], {});
  const churn = join(import.meta.dirname, 'soak', 'churn-child.ts');
  const churning = processes.run(
    process.execPath,
    [churn, `${server.port}`, `${WARM_UP_MS + soakMs + BEYOND_MS}`],
    {
      timeoutMs: WARM_UP_MS + soakMs + BEYOND_MS + MS_PER_MINUTE,
    },
  );
  churning.catch(() => {});
  const tenths: Tenth[] = [];
  await until(performance.now() + WARM_UP_MS, () => window(processes, cli, HOST, server.port));
  const startMs = performance.now();
  for (let tenth = 0; tenth < 10; tenth++) {
    const cpuBefore = cpuNs(server.pid);
    const beganMs = performance.now();
    const p99Ns: number[] = [];
    const memory: number[] = [];
    const descriptors: number[] = [];
    await until(startMs + ((tenth + 1) * soakMs) / 10, async () => {
      p99Ns.push(await window(processes, cli, HOST, server.port));
      memory.push(residentBytes(server.pid));
      descriptors.push(readdirSync(`/proc/${server.pid}/fd`).length);
    });
    tenths.push({
      p99Ns,
      residentBytes: memory,
      descriptors,
      cpuShare: (cpuNs(server.pid) - cpuBefore) / ((performance.now() - beganMs) * NS_PER_MS),
    });
    console.log(tenthsText(tenths).split('\n').at(-1));
    processes.throwIfInterrupted();
  }
  const churned = await churning;
  console.log(`\n${tenthsText(tenths)}\n${churned.trim()}\n${flatness(tenths)}`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(tenths, undefined, 2)}\n`);
  return 0;
}

async function until(endMs: number, work: () => Promise<unknown>): Promise<void> {
  do await work();
  while (performance.now() < endMs);
}
