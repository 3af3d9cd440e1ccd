/**
 * Starts the programs of the benchmark, each with a time limit and on its own CPU where that is possible, and
 * ends exactly those: every child is held by its handle, nothing is ever looked up or killed by name.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pinning } from './machine.ts';

export interface StartOptions {
  /** Whose CPU it gets; without a side it runs wherever the system puts it. */
  readonly side?: keyof Pinning;
  /** The network namespace it lives in, by name; default: the one of this process. */
  readonly namespace?: string | undefined;
}

export interface RunOptions extends StartOptions {
  readonly timeoutMs?: number;
  /** Is told the id of its process, for whoever watches it from outside. */
  readonly onStart?: ((pid: number) => void) | undefined;
}

/** A server that said where it listens. Disposing of it ends it and waits until it is gone. */
export interface RunningServer extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
}

/** Far above any single step here; a step that takes longer hangs. */
const DEFAULT_TIMEOUT_MS = 20_000;
const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 3_000;
const LISTEN_POLL_MS = 10;
/** Enough of what a dying program said to tell why. */
const STDERR_CHARACTERS = 2_000;

export class Processes {
  pinning: Pinning | undefined;
  private readonly signal: AbortSignal;
  private readonly alive = new Set<ChildProcess>();

  /** When the signal aborts, every child is killed and whatever waits for one fails with the signal's reason. */
  constructor(signal: AbortSignal) {
    this.signal = signal;
    signal.addEventListener('abort', () => this.killAll());
  }

  /** Runs a program to its end and gives its standard output; any other end than exit code 0 is an error. */
  async run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
    const child = this.start(command, args, options);
    if (child.process.pid !== undefined) options.onStart?.(child.process.pid);
    let stdout = '';
    child.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const timer = setTimeout(() => killNow(child.process), timeoutMs);
    try {
      const [code, killedBy] = await once(child.process, 'close');
      this.signal.throwIfAborted();
      if (code === 0) return stdout;
      const end = killedBy === null ? `exit code ${code}` : `${killedBy} (limit ${timeoutMs} ms)`;
      throw new Error(`${command} ${args.join(' ')}: ${end}\n${child.stderr()}`.trimEnd());
    } finally {
      clearTimeout(timer);
    }
  }

  /** For whoever would go on after a run that failed. */
  throwIfInterrupted(): void {
    this.signal.throwIfAborted();
  }

  async succeeds(command: string, args: readonly string[]): Promise<boolean> {
    return await this.run(command, args).then(
      () => true,
      () => false,
    );
  }

  /** Starts a server and waits for its first line, which ends in the port it listens on. */
  async serve(
    command: string,
    args: readonly string[],
    options: StartOptions = { side: 'server' },
  ): Promise<RunningServer> {
    const child = this.start(command, args, options);
    const { stdout, pid } = child.process;
    const stop = async (): Promise<void> => await this.stop(child.process);
    const timer = setTimeout(() => killNow(child.process), START_TIMEOUT_MS);
    try {
      if (stdout === null || pid === undefined) throw new Error(`${command} did not start`);
      const line = await firstLine(stdout);
      stdout.resume(); // whatever else it prints must not fill the pipe and stop it
      const port = Number(/(\d+)\s*$/.exec(line)?.[1]);
      if (!Number.isInteger(port)) throw new Error(`no port at the end of its first line "${line}"`);
      return { pid, port, [Symbol.asyncDispose]: stop };
    } catch (error) {
      await stop();
      this.signal.throwIfAborted();
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`${command} ${args.join(' ')}: ${message}\n${child.stderr()}`.trimEnd());
    } finally {
      clearTimeout(timer);
    }
  }

  /** Starts a server that does not say when it listens, and waits until the kernel shows that it does. */
  async serveAt(
    port: number,
    command: string,
    args: readonly string[],
    options: StartOptions = { side: 'server' },
  ): Promise<RunningServer> {
    const child = this.start(command, args, options);
    const stop = async (): Promise<void> => await this.stop(child.process);
    child.process.stdout.resume();
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!listens(child.process.pid, port)) {
      if (performance.now() > deadline || !this.alive.has(child.process)) {
        await stop();
        throw new Error(`${command} ${args.join(' ')}: it does not listen\n${child.stderr()}`.trimEnd());
      }
      await sleep(LISTEN_POLL_MS, undefined, { signal: this.signal });
    }
    return { pid: child.process.pid ?? 0, port, [Symbol.asyncDispose]: stop };
  }

  /** Starts a program that says nothing and runs until it is disposed of. */
  background(command: string, args: readonly string[], cpu: number | undefined): AsyncDisposable {
    const child = this.start(...onCpu(cpu, command, args), {});
    child.process.stdout.resume();
    return { [Symbol.asyncDispose]: async (): Promise<void> => await this.stop(child.process) };
  }

  killAll(): void {
    for (const child of this.alive) killNow(child);
  }

  private start(command: string, args: readonly string[], { side, namespace }: StartOptions) {
    this.signal.throwIfAborted();
    // taskset and ip replace themselves by the program, so the child's pid is the program's own.
    const cpu = side === undefined ? undefined : this.pinning?.[side];
    const pinned = onCpu(cpu, command, args);
    const [file, all] =
      namespace === undefined
        ? pinned
        : (['ip', ['netns', 'exec', namespace, pinned[0], ...pinned[1]]] as const);
    const process = spawn(file, all, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.alive.add(process);
    process.once('close', () => this.alive.delete(process));
    let stderr = '';
    process.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_CHARACTERS);
    });
    // Without a listener a failed spawn would end the harness; the 'close' that follows tells the caller.
    process.on('error', (error) => {
      stderr += error.message;
    });
    return { process, stderr: (): string => stderr };
  }

  private async stop(child: ChildProcess): Promise<void> {
    if (!this.alive.has(child)) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    const timer = setTimeout(() => killNow(child), STOP_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
  }
}

/** Also lets go of its pipes: a child of the child may hold them open, and their end is what is waited for. */
function killNow(child: ChildProcess): void {
  child.kill('SIGKILL');
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function onCpu(cpu: number | undefined, command: string, args: readonly string[]): [string, string[]] {
  return cpu === undefined ? [command, [...args]] : ['taskset', ['-c', String(cpu), command, ...args]];
}

/**
 * From the kernel's list of the sockets of that process's namespace: connecting to find out would be a client that the
 * server has to digest.
 */
function listens(pid: number | undefined, port: number): boolean {
  const at = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return [`/proc/${pid}/net/tcp`, `/proc/${pid}/net/tcp6`].some((path) => {
    const sockets = linesOf(path);
    // The second field is the local address, the fourth the state; 0A is LISTEN, see proc_net_tcp in the kernel.
    return sockets.some((line) => {
      const [, local, , state] = line.trim().split(/\s+/);
      return state === '0A' && local?.endsWith(at) === true;
    });
  });
}

/** None of a file that is not there, or of a process that is gone. */
function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** Also one that is killed has its end: its pipe is closed, while the lines of a pipe that was destroyed go on. */
async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input: stream });
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(stream, 'close').then(() => {
      throw new Error('it ended before it listened');
    }),
  ]);
  lines.close();
  return String(line);
}
