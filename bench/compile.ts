/**
 * Compiles the C references with the machine's own compiler. They are built here and not shipped, because a
 * reference is only fair when it was made for the machine it runs on.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Processes } from './processes.ts';

export interface Compiled {
  readonly pingPong: string;
  readonly echoServer: string;
  readonly load: string;
  readonly inFlight: string;
  readonly pacer: string;
  readonly busy: string;
  readonly capture: string;
  readonly storm: string;
}

/** The programs, or the reason why there are none: a missing compiler skips rows, it does not fail the run. */
export type Compilation = { readonly programs: Compiled } | { readonly reason: string };

export async function compileAll(processes: Processes): Promise<Compilation> {
  if (!(await processes.succeeds('cc', ['--version']))) return { reason: 'no C compiler (cc) found' };
  const out = join(import.meta.dirname, 'build');
  mkdirSync(out, { recursive: true });

  const compile = async (name: string): Promise<string> => {
    const program = join(out, name);
    const source = join(import.meta.dirname, 'c', `${name}.c`);
    await processes.run('cc', ['-O2', '-Wall', '-Wextra', '-o', program, source], { timeoutMs: 30_000 });
    return program;
  };
  try {
    return {
      programs: {
        pingPong: await compile('ping-pong'),
        echoServer: await compile('echo-server'),
        load: await compile('load'),
        inFlight: await compile('in-flight'),
        pacer: await compile('pacer'),
        busy: await compile('busy'),
        capture: await compile('capture'),
        storm: await compile('storm'),
      },
    };
  } catch (error) {
    // epoll is Linux: elsewhere the compiler's own message says so better than a list of systems would.
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
