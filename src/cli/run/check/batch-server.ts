/** One server of a batch: started on a free port, checked, and ended with all that it started. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CheckError, type CheckResult, check } from '../../../check.ts';
import { EcholotError } from '../../../core/errors.ts';
import type { CheckArguments } from '../../commands/check.ts';
import { given } from '../../options/given.ts';
import { StartedCommand } from './started-command.ts';

const HOST = '127.0.0.1';
/** Some languages compile before they listen. */
const START_MS = 20_000;
/** What a command has put into the background and cannot be found may listen all the same. */
const UNFOUND_MS = 3_000;
const LOOK_MS = 50;
/** A listener that takes nobody in would let a connection wait for minutes. */
const CONNECT_MS = 1_000;

export interface Entry {
  readonly name: string;
  /** With a place for the port. */
  readonly command: string;
}

export interface Outcome {
  readonly name: string;
  /** Undefined when it could not be checked. */
  readonly result: CheckResult | undefined;
  /** Why it could not be checked; of its processes, what is to be known beside the rules. */
  readonly remarks: readonly string[];
}

/** In the place of the rules of a server that was not come to. */
export const INTERRUPTED = 'not run: interrupted';

export async function checkServer(
  { name, command }: Entry,
  options: CheckArguments,
  signal: AbortSignal,
): Promise<Outcome> {
  const port = await freePort();
  const started = new StartedCommand(command, port);
  const remarks: string[] = [];
  let result: CheckResult | undefined;
  try {
    await untilListening(started, port, signal);
    result = await checked(port, options, signal);
    if (started.isOver && !(await answers(port)))
      remarks.push(`it ended by itself ${await started.ending()}`);
  } catch (error) {
    if (!(error instanceof EcholotError)) throw error;
    remarks.push(error.code === 'cancelled' ? INTERRUPTED : `not checked: ${error.message}`);
  } finally {
    await started.end();
  }
  return { name, result, remarks: [...remarks, ...(await leftRunning(started, port))] };
}

/** What was found until then, where there is anything. @throws EcholotError where there is nothing */
async function checked(port: number, options: CheckArguments, signal: AbortSignal): Promise<CheckResult> {
  const { dialect, timeoutMs } = options;
  try {
    return await check({ host: HOST, port, dialect, signal, ...given({ timeoutMs }) }).result;
  } catch (error) {
    if (error instanceof CheckError && error.result.rules.length > 0) return error.result;
    throw error;
  }
}

/** @throws EcholotError when all of it ends, or does not listen in time */
async function untilListening(started: StartedCommand, port: number, signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + START_MS;
  let overMs: number | undefined;
  while (performance.now() < endMs && !signal.aborted) {
    if (started.isOver) {
      overMs ??= performance.now();
      // With success, as the first process of a daemon does.
      const isHidden = started.exitCode === 0 && performance.now() < overMs + UNFOUND_MS;
      if (!isHidden) throw new EcholotError('peer', `it ended before it listened ${await started.ending()}`);
    }
    if (await answers(port)) return;
    await sleep(LOOK_MS);
  }
  if (signal.aborted) throw new EcholotError('cancelled', 'the check was cancelled');
  throw new EcholotError('timeout', `it did not listen on port ${port} within ${START_MS / 1_000} s`);
}

/** What is left of it: its processes, or somebody on its port who is none of those. */
async function leftRunning(started: StartedCommand, port: number): Promise<string[]> {
  const { running } = started;
  if (running.length > 0) return [`left running: processes ${running.join(', ')}, which do not end`];
  if (!(await answers(port))) return [];
  return [`left running: a process that listens on port ${port} and could not be found`];
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: HOST, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
