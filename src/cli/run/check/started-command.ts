/**
 * A command that is started for a check, in a shell and a group of its own, and ended with all that it started: also with
 * what went into the background, where that can be found (Linux).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { usage } from '../../../core/errors.ts';
import { printable } from '../../../text/printable.ts';
import { newMark, runningProcesses, signalled } from './processes.ts';

const PLACE = '{port}';
/** How long after a request to end it is ended. */
const GRACE_MS = 1_000;
/** Who starts processes faster than they can be ended, or waits for a disk, is told of, and not waited for. */
const KILL_MS = 2_000;
const LOOK_MS = 20;
/** What was printed last may come after the end. */
const WORDS_MS = 200;
const MOST_PRINTED = 4_096;

/** @throws EcholotError `usage` for a command that has no place for the port */
export function requirePlace(command: string): void {
  if (command.includes(PLACE)) return;
  throw usage(`there is no ${PLACE} in ${command}`, `write ${PLACE} where the command takes its port`);
}

export class StartedCommand {
  private readonly child: ChildProcess;
  private readonly mark: string;
  /** The last of what it printed. */
  private readonly printed = { stdout: '', stderr: '' };
  private readonly exited: Promise<unknown>;
  private readonly closed: Promise<unknown>;
  /** However the program ends, nothing is left behind. */
  private readonly atExit = (): void => this.signal('SIGKILL');

  constructor(command: string, port: number) {
    const { name, value } = newMark();
    this.mark = value;
    const child = spawn('/bin/sh', ['-c', command.replaceAll(PLACE, String(port))], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, [name]: value },
    });
    this.child = child;
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        this.printed[stream] = (this.printed[stream] + text).slice(-MOST_PRINTED);
      });
    }
    this.exited = once(child, 'exit').catch((error: Error) => {
      this.printed.stderr = error.message;
    });
    this.closed = once(child, 'close').catch(() => {});
    process.once('exit', this.atExit);
  }

  /** Null while its first process runs, and where a signal ended that. */
  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** Whether its first process has ended, and all that could be found of what it started. */
  get isOver(): boolean {
    const { pid, exitCode, signalCode } = this.child;
    if (pid === undefined) return true;
    if (exitCode === null && signalCode === null) return false;
    return process.platform === 'linux' ? this.running.length === 0 : !signalled(-pid, 0);
  }

  /** Ids of its processes that can be found. */
  get running(): number[] {
    const { pid } = this.child;
    return pid === undefined ? [] : runningProcesses(pid, this.mark);
  }

  /** How its first process ended, with its last words: `(exit code 1): No such file`. */
  async ending(): Promise<string> {
    await Promise.race([this.closed, sleep(WORDS_MS, undefined, { ref: false })]);
    const { exitCode, signalCode } = this.child;
    const how = signalCode ?? (exitCode === null ? 'it could not be started' : `exit code ${exitCode}`);
    const { stdout, stderr } = this.printed;
    const words = lastLine(stderr) || lastLine(stdout);
    return `(${how})${words === '' ? '' : `: ${words}`}`;
  }

  /** Waits for the end of its first process. */
  async exit(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = (): void => resolve();
    signal.addEventListener('abort', stop, { once: true });
    await Promise.race([this.exited, promise]);
    signal.removeEventListener('abort', stop);
  }

  /** Ends it and all that it started. {@link running} tells what would not. */
  async end(): Promise<void> {
    this.signal('SIGTERM');
    await this.over(GRACE_MS, () => {});
    // What it starts meanwhile is found in the next round.
    await this.over(KILL_MS, () => this.signal('SIGKILL'));
    process.off('exit', this.atExit);
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  private async over(ms: number, nudge: () => void): Promise<void> {
    const endMs = performance.now() + ms;
    while (!this.isOver && performance.now() < endMs) {
      nudge();
      await sleep(LOOK_MS);
    }
  }

  private signal(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    signalled(-pid, signal);
    for (const id of this.running) signalled(id, signal);
  }
}

/** Runs it to its end, or until it is not wanted any more. @returns how it ended by itself; '' where it did not */
export async function runCommand(command: string, port: number, signal: AbortSignal): Promise<string> {
  const started = new StartedCommand(command, port);
  try {
    await started.exit(signal);
    return signal.aborted ? '' : await started.ending();
  } finally {
    await started.end();
  }
}

function lastLine(text: string): string {
  return printable(text.trim().split('\n').at(-1) ?? '');
}
