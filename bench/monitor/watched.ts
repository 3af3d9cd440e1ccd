/** Starts a monitor of the benchmark, and asks it what became of it. Exactly that process is ended, whatever happens. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface WatchedPlan {
  readonly targets: number;
  readonly kind: 'measure' | 'ping';
  readonly intervalMs: number;
  /** Of the server on 127.0.0.1 that all of them are. */
  readonly port: number;
  /** File of the store; null for memory. */
  readonly store: string | null;
}

/** Since it was asked before. */
export interface Told {
  readonly runs: number;
  /** With the doubt that this machine sent late. */
  readonly lateRuns: number;
  readonly leftOut: number;
  readonly failed: number;
  /** Of each target the medians of its intervals. */
  readonly mediansNs: readonly (readonly number[])[];
  /** From when a handshake was due to when it was told, without itself; null of echoes. */
  readonly lateness: { readonly p50Ns: number; readonly p99Ns: number } | null;
  readonly loopDelay: { readonly p99Ns: number; readonly longestNs: number };
  /** Of one processor, all threads together. */
  readonly processorShare: number;
}

export interface Watched extends AsyncDisposable {
  readonly page: string;
  readonly engine: string;
  told(): Promise<Told>;
}

const ALIVE = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of ALIVE) child.kill('SIGKILL');
});

/** @throws Error when it ends before it has begun */
export async function startWatched(plan: WatchedPlan): Promise<Watched> {
  const child = fork(join(import.meta.dirname, 'monitor-child.ts'), [JSON.stringify(plan)]);
  ALIVE.add(child);
  const ended = once(child, 'exit').then(([code]) => {
    ALIVE.delete(child);
    throw new Error(`the monitor ended with ${code}`);
  });
  ended.catch(() => {});
  const next = async (): Promise<unknown> => (await Promise.race([once(child, 'message'), ended]))[0];
  const { page, engine } = (await next()) as Pick<Watched, 'page' | 'engine'>;
  return {
    page,
    engine,
    async told() {
      const answer = next();
      child.send('tell');
      return (await answer) as Told;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended.catch(() => {});
    },
  };
}
