/** What is fuzzed without sockets, on a thread of its own: there is one for each processor. Started by threads.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { Chance } from './chance.ts';
import { Found } from './found.ts';
import { Inputs } from './inputs.ts';
import { clientsInProcess, serverInProcess } from './phases.ts';
import type { FromThread, ThreadTask } from './threads.ts';

const { seed, serverSeconds, clientSeconds, corpus } = workerData as ThreadTask;
const stopped = new AbortController();
parentPort?.on('message', () => stopped.abort());

const chance = new Chance(seed);
const inputs = new Inputs(chance, corpus);
const found = new Found(seed, (line) => console.log(line));
const tools = { chance, inputs, found, signal: stopped.signal };
const result: FromThread = {
  counted: [await serverInProcess(serverSeconds, tools), await clientsInProcess(clientSeconds, tools)],
  classes: inputs.classes,
};
parentPort?.postMessage(result);
parentPort?.close();
