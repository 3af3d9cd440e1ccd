/** The parent's side of server-process.ts: starts it, asks for its state, and speaks of its death. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ServeOptions } from '../../src/server/plan.ts';

const MIB = 1024 * 1024;

export interface ServerState {
  /** Sessions that have begun and not ended. */
  readonly open: number;
  readonly ended: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

export class ServerChild implements AsyncDisposable {
  readonly port: number;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
  }

  static async start(
    options: Pick<ServeOptions, 'engine' | 'limits' | 'mode' | 'graceMs'> = {},
  ): Promise<ServerChild> {
    const path = fileURLToPath(new URL('./server-process.ts', import.meta.url));
    const child = fork(path, [JSON.stringify(options)], { execArgv: ['--expose-gc'] });
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new ServerChild(child, port);
  }

  /** Its state after a garbage collection. @throws Error when it is dead */
  async state(): Promise<ServerState> {
    if (this.child.exitCode !== null) throw new Error(`the server died with code ${this.child.exitCode}`);
    const answer = once(this.child, 'message');
    this.child.send('state');
    const [state] = (await answer) as [ServerState];
    return state;
  }

  /** Asks until the sessions have settled as wanted. */
  async stateWhen(wanted: (state: ServerState) => boolean, timeoutMs = 10_000): Promise<ServerState> {
    const deadlineMs = performance.now() + timeoutMs;
    for (;;) {
      const state = await this.state();
      if (wanted(state)) return state;
      if (performance.now() > deadlineMs) throw new Error(`the server stays at ${JSON.stringify(state)}`);
      await sleep(50);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.disconnect();
    await once(this.child, 'exit');
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

/** For the reader of the test run: numbers that are bounded, not fixed. */
export function tell(text: string): void {
  process.stdout.write(`  ${text}\n`);
}
