/**
 * The storm: `npm run bench:storm`. Thousands of hostile clients from hundreds of addresses against one server, of each
 * kind alone and all together, and one of each kind alone; beside them a client of good faith, and the server's memory
 * before, within and after. Takes some minutes and ends by itself. `--server '--max-sessions 4096'` gives the server
 * further words.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { compileAll } from './compile.ts';
import { residentBytes } from './proc.ts';
import { Processes, type RunningServer } from './processes.ts';
import { Skipped } from './row.ts';
import { type Beside, beside } from './storm/beside.ts';
import { makeLoopback, makeNamespaces, type Scene, SOURCES } from './storm/scene.ts';

const KINDS = ['silent', 'slow', 'garbage', 'pipeline', 'deaf', 'mix'];
const LIMIT_MS = 3_600_000;
/** By then all have come who are let in. */
const GATHERING_MS = 3_000;

const { values: options } = parseArgs({
  options: {
    server: { type: 'string', default: '' },
    engine: { type: 'string', default: 'native' },
    kinds: { type: 'string', default: KINDS.join(',') },
    scenes: { type: 'string', default: 'loopback,namespaces' },
    connections: { type: 'string', default: '10000,1' },
    seconds: { type: 'string', default: '15' },
    recovery: { type: 'string', default: '60' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const cli = join(import.meta.dirname, '..', 'dist', 'cli', 'bin.js');

/** What one storm did to a server. */
interface Weather {
  readonly scene: Scene['name'];
  readonly kind: string;
  readonly connections: number;
  /** As the program of the storm counted. */
  readonly storm: unknown;
  readonly good: readonly {
    readonly from: string;
    readonly alone: Beside;
    readonly within: Beside;
  }[];
  readonly residentBytes: { readonly before: number; readonly most: number; readonly after: number };
}

if (options.help) {
  console.log(
    `usage: node bench/storm.ts [--server WORDS] [--engine native|node] [--kinds ${KINDS.join(',')}] [--scenes loopback,namespaces] [--connections 10000,1] [--seconds 15] [--recovery 60] [--json FILE]`,
  );
} else if (existsSync(cli)) {
  process.exitCode = await main();
} else {
  console.error(`${cli} is not there: run "npm run build" first`);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
  }
  const processes = new Processes(AbortSignal.any([interrupted.signal, AbortSignal.timeout(LIMIT_MS)]));
  process.once('exit', () => processes.killAll());
  const compilation = await compileAll(processes);
  if ('reason' in compilation) {
    console.log(`skipped: ${compilation.reason}`);
    return 0;
  }
  const found: Weather[] = [];
  for (const name of options.scenes.split(',')) {
    try {
      using scene = name === 'loopback' ? makeLoopback() : makeNamespaces();
      for (const connections of options.connections.split(',').map(Number)) {
        for (const kind of options.kinds.split(',')) {
          if (connections === 1 && kind === 'mix') continue;
          const weather = await endure(processes, compilation.programs.storm, scene, kind, connections);
          found.push(weather);
          console.log(weatherText(weather));
        }
      }
    } catch (error) {
      if (!(error instanceof Skipped)) throw error;
      console.log(`skipped ${name}: ${error.message}`);
    }
  }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(found, undefined, 2)}\n`);
  return 0;
}

async function endure(
  processes: Processes,
  program: string,
  scene: Scene,
  kind: string,
  connections: number,
): Promise<Weather> {
  await using server = await serve(processes, scene);
  const each = async (): Promise<Beside[]> => {
    const seen: Beside[] = [];
    for (const from of scene.good) seen.push(await beside(processes, cli, scene, server.port, from));
    return seen;
  };
  // Both ends are warm before it counts.
  await each();
  const alone = await each();
  const before = residentBytes(server.pid);
  const milliseconds = Number(options.seconds) * 1_000;
  const to = [scene.server.address, `${server.port}`, kind, `${connections}`, `${milliseconds}`];
  const storm = processes.run(program, [...to, scene.firstSource, `${SOURCES}`], {
    namespace: scene.client.namespace,
    timeoutMs: milliseconds + 30_000,
  });
  storm.catch(() => {});
  let most = before;
  const look = setInterval(() => {
    most = Math.max(most, residentBytes(server.pid));
  }, 100);
  try {
    await sleep(GATHERING_MS);
    const within = await each();
    const said = await storm;
    clearInterval(look);
    await sleep(Number(options.recovery) * 1_000);
    processes.throwIfInterrupted();
    return {
      scene: scene.name,
      kind,
      connections,
      storm: JSON.parse(said.trimEnd().split('\n').at(-1) ?? ''),
      good: scene.good.map((from, i) => ({ from, alone: alone[i] as Beside, within: within[i] as Beside })),
      residentBytes: { before, most, after: residentBytes(server.pid) },
    };
  } finally {
    clearInterval(look);
  }
}

async function serve(processes: Processes, scene: Scene): Promise<RunningServer> {
  const words = options.server.split(' ').filter(Boolean);
  const at = ['--engine', options.engine, '--host', scene.server.address, '--port', '0', '--quiet'];
  return await processes.serve(process.execPath, [cli, 'serve', ...at, ...words], {
    namespace: scene.server.namespace,
  });
}

function weatherText({ scene, kind, connections, storm, good, residentBytes: rss }: Weather): string {
  const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  const lines = good.map(({ from, alone, within }) => {
    const letIn = `let in within ${(within.longestAdmissionNs / 1e6).toFixed(1)} ms, ${within.refused} times not`;
    if (alone.rtt === undefined || within.rtt === undefined) return `  ${from}: ${letIn}; no round trips`;
    const ratio = (name: string, own: number, before: number): string =>
      `${name} ${(own / 1e3).toFixed(1)} of ${(before / 1e3).toFixed(1)} us x${(own / before).toFixed(2)}`;
    const p50 = ratio('p50', within.rtt.p50Ns, alone.rtt.p50Ns);
    const p99 = ratio('p99', within.rtt.p99Ns, alone.rtt.p99Ns);
    return `  ${from}: ${p50}, ${p99}, longest ${(within.rtt.longestNs / 1e6).toFixed(1)} ms; ${letIn}`;
  });
  const memory = `  server ${mb(rss.before)}, within ${mb(rss.most)}, after ${mb(rss.after)} x${(rss.after / rss.before).toFixed(2)}`;
  return [`${scene}, ${kind} x ${connections}: ${JSON.stringify(storm)}`, ...lines, memory].join('\n');
}
