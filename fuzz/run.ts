/**
 * The fuzzer: `npm run fuzz -- --minutes N [--seed S] [--engine node|native|both]`. Inputs from the grammar, and changed ones,
 * go to the server without sockets, to clients, and over loopback to the servers of each engine, which must all come to the
 * same. What does not is made small and written to fuzz/corpus/found-*.txt, and the exit code is 1.
 */
import { parseArgs } from 'node:util';
import { nativeUnavailable } from '../src/net/native/available.ts';
import { Chance } from './chance.ts';
import { readCorpus } from './corpus.ts';
import { Found } from './found.ts';
import { Inputs } from './inputs.ts';
import { type Counted, overSockets, type PhaseTools } from './phases.ts';
import type { FuzzedEngine } from './real-servers.ts';
import { classesText, countedText, leftBehind } from './report.ts';
import { added, inThreads } from './threads.ts';

const ENGINES: Readonly<Record<string, readonly FuzzedEngine[]>> = {
  node: ['node'],
  native: ['native'],
  both: ['node', 'native'],
};
/** Of the time: most inputs a second are had without sockets, and what only sockets do needs its time. */
const SERVER_SHARE = 0.4;
const CLIENT_SHARE = 0.1;
const SOCKETS_SHARE = 0.5;

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    engine: { type: 'string', default: 'both' },
  },
});

const minutes = Number(options.minutes);
const seed = Number(options.seed);
const engines = ENGINES[options.engine];
if (!(minutes > 0) || !Number.isSafeInteger(seed) || engines === undefined) {
  console.error('usage: npm run fuzz -- --minutes N [--seed S] [--engine node|native|both]');
  process.exitCode = 2;
} else {
  process.exitCode = await main(minutes * 60, seed, engines).catch((error: unknown) => {
    // Such as servers that died: what they were given is written by then.
    console.log(error instanceof Error ? error.message : String(error));
    return 1;
  });
}

async function main(seconds: number, seed: number, engines: readonly FuzzedEngine[]): Promise<number> {
  console.log(`seed ${seed}, ${seconds} seconds`);
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
  const chance = new Chance(seed);
  const corpus = readCorpus().flatMap((entry) => (entry.kind === 'server' ? [entry.input] : []));
  const inputs = new Inputs(chance, corpus);
  const found = new Found(seed, (line) => console.log(line));
  const tools: PhaseTools = { chance, inputs, found, signal: interrupted.signal };
  const lack = nativeUnavailable();
  const able = engines.filter((engine) => engine === 'node' || lack === undefined);
  if (able.length < engines.length) console.log(`without the native engine: ${lack}`);
  const counted: Counted[] = [];
  const note = (count: Counted): void => {
    counted.push(count);
    console.log(countedText(count));
  };
  const task = {
    seed,
    serverSeconds: seconds * SERVER_SHARE,
    clientSeconds: seconds * CLIENT_SHARE,
    corpus,
  };
  const inProcess = await inThreads(task, interrupted.signal);
  for (const count of inProcess.counted) note(count);
  for (const engine of able) note(await overSockets(engine, (seconds * SOCKETS_SHARE) / able.length, tools));
  console.log(classesText(added(inProcess.classes, inputs.classes)));
  const left = counted.flatMap(leftBehind);
  for (const line of left) console.log(line);
  const differences = counted.reduce((sum, count) => sum + count.differences, 0);
  console.log(differences === 0 ? 'no differences' : `${differences} differences`);
  if (interrupted.signal.aborted) return 130;
  return differences === 0 && left.length === 0 ? 0 : 1;
}
