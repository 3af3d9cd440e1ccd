/**
 * Programs as a user runs them: the built echolot and the assignment's Python, with their exit code and all that
 * they print. No program outlives its test, and no wait is without an end.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));
const BIN: string = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));

const END_TIMEOUT_MS = 45_000;
const LINE_TIMEOUT_MS = 10_000;

export interface Finished {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program under way; leaving the block of an `await using` kills it by its id. */
export class Program implements AsyncDisposable {
  stdout = '';
  stderr = '';
  /** Rejects when the program has not ended in time. */
  readonly ended: Promise<Finished>;
  readonly child: ChildProcess;
  private readonly watchers = new Set<() => void>();

  constructor(command: string, args: readonly string[], timeoutMs: number = END_TIMEOUT_MS) {
    this.child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.look();
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.look();
    });
    this.ended = new Promise((resolve, reject) => {
      const what = [command, ...args].join(' ');
      const timer = setTimeout(() => {
        this.kill('SIGKILL');
        reject(new Error(`still running after ${timeoutMs} ms: ${what}\n${this.stdout}\n${this.stderr}`));
      }, timeoutMs);
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => {
        clearTimeout(timer);
        this.look();
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
    // Whoever never asks for the end must not be killed by a rejection nobody awaited.
    this.ended.catch(() => {});
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the program did not start');
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits until what the program has printed fulfils the condition. */
  async until(
    what: string,
    condition: (printed: Program) => boolean,
    timeoutMs: number = LINE_TIMEOUT_MS,
  ): Promise<void> {
    if (condition(this)) return;
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.watchers.delete(look);
      };
      const fail = (why: string): void => {
        stop();
        reject(new Error(`${why} while waiting for ${what}:\n${this.stdout}\n${this.stderr}`));
      };
      const timer = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs);
      const look = (): void => {
        if (condition(this)) {
          stop();
          resolve();
        } else if (!this.running) fail('the program ended');
      };
      this.watchers.add(look);
    });
  }

  /** The number at the end of the first line: every server here prints its port there. */
  async port(): Promise<number> {
    await this.until('the first line', ({ stdout }) => stdout.includes('\n'));
    const port = /(\d+)$/.exec(this.stdout.slice(0, this.stdout.indexOf('\n')))?.[1];
    if (port === undefined) throw new Error(`no port at the end of the first line: ${this.stdout}`);
    return Number(port);
  }

  /** The end, which has to come this soon. */
  async endsWithin(timeoutMs: number): Promise<Finished> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`still running after ${timeoutMs} ms:\n${this.stdout}\n${this.stderr}`)),
        timeoutMs,
      );
    });
    try {
      return await Promise.race([this.ended, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.running) this.kill('SIGKILL');
    await this.ended.catch(() => {});
  }

  private look(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}

/** The built program with these arguments as the words of a command. */
export function programCommand(...args: readonly (string | number)[]): string[] {
  return [process.execPath, BIN, ...args.map(String)];
}

/** Starts the built program. */
export function start(...args: readonly (string | number)[]): Program {
  return new Program(process.execPath, [BIN, ...args.map(String)]);
}

/** Runs the built program to its end. */
export async function echolot(...args: readonly (string | number)[]): Promise<Finished> {
  await using program = start(...args);
  return await program.ended;
}

/** The built program with these arguments as a line for a shell. */
export function programLine(...args: readonly (string | number)[]): string {
  return programCommand(...args)
    .map((word) => `'${word}'`)
    .join(' ');
}

/** Runs a line of bash in which `"$@"` is the built program with these arguments. */
export async function shell(line: string, ...args: readonly (string | number)[]): Promise<Finished> {
  await using program = new Program('bash', ['-c', line, 'bash', ...programCommand(...args)]);
  return await program.ended;
}

/** Waits until the condition holds. */
export async function eventually(
  what: string,
  condition: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether the process with this id is there and not only waiting to be buried. */
export async function isAlive(pid: number): Promise<boolean> {
  await using ps = new Program('ps', ['-o', 'stat=', '-p', String(pid)]);
  const { stdout } = await ps.ended;
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

/** The ids of a process's children. */
export async function childrenOf(pid: number): Promise<number[]> {
  await using ps = new Program('ps', ['-o', 'pid=', '--ppid', String(pid)]);
  const { stdout } = await ps.ended;
  return stdout.trim().split(/\s+/).filter(Boolean).map(Number);
}
