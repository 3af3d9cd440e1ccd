/**
 * A command that is started for a check, in a shell and a group of its own, so that all that it started ends with it.
 * Linux and macOS; elsewhere the command alone is ended.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { usage } from '../../../core/errors.ts';

/** How long after a request to end it is ended. */
const GRACE_MS = 1_000;
const PLACE = '{port}';

export interface Started {
  readonly child: ChildProcess;
  /** The last of what it printed. */
  readonly printed: () => string;
  /** Ends it and all that it started. */
  readonly end: () => Promise<void>;
}

const MOST_PRINTED = 4_096;

/** @throws EcholotError `usage` for a command that has no place for the port */
export function requirePlace(command: string): void {
  if (command.includes(PLACE)) return;
  throw usage(`there is no ${PLACE} in ${command}`, `write ${PLACE} where the command takes its port`);
}

export function startCommand(command: string, port: number): Started {
  const child = spawn('/bin/sh', ['-c', command.replaceAll(PLACE, String(port))], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const keep = (text: string): void => {
    printed = (printed + text).slice(-MOST_PRINTED);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  child.on('error', (error) => keep(error.message));
  return { child, printed: () => printed, end: () => ended(child) };
}

/** Runs it to its end, or until it is not wanted any more. */
export async function runCommand(command: string, port: number, signal: AbortSignal): Promise<void> {
  const started = startCommand(command, port);
  try {
    if (!signal.aborted) await Promise.race([once(started.child, 'exit'), aborted(signal)]);
  } finally {
    await started.end();
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function ended(child: ChildProcess): Promise<void> {
  signalGroup(child, 'SIGTERM');
  const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
  await Promise.race([gone, sleep(GRACE_MS, undefined, { ref: false })]);
  // What it started may have outlived it.
  signalGroup(child, 'SIGKILL');
  await gone;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // All of it is gone.
  }
}
