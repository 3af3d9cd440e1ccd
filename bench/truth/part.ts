/** A part of the examination: questions with known answers, and how often or how nearly they were found. */
import { Path, type PathOptions, pathUnavailable } from '../../tests/path/path.ts';
import type { Pair } from '../namespaces.ts';
import type { Processes, RunningServer, RunOptions } from '../processes.ts';
import { Skipped } from '../row.ts';

/** Of each full packet that a shaper counts, with its Ethernet, IP and TCP headers, the payload. */
export const PAYLOAD_SHARE: number = 1_448 / 1_514;

export interface TruthContext {
  readonly processes: Processes;
  /** The built command, as a path for node. */
  readonly cli: string;
  /** How often whole processes are repeated where a share is counted. */
  readonly repeats: number;
  /** What takes many minutes is to take few. */
  readonly isQuick: boolean;
  /** One short line on stderr for whoever watches. */
  progress(text: string): void;
}

export interface Finding {
  /** What was asked. */
  readonly question: string;
  /** What was found, in words with its numbers. */
  readonly found: string;
  readonly target: string;
  readonly met: boolean;
  /** Everything that the words are made of, for the JSON file. */
  readonly numbers: Readonly<Record<string, number | readonly number[]>>;
}

export interface Part {
  readonly name: string;
  /** Where it is not that of all; an option overrides both. */
  readonly defaultRepeats?: number;
  /** What its runs are made with, where its questions do not say so. */
  readonly setting?: string;
  run(context: TruthContext): AsyncIterable<Finding>;
}

/** Runs the command and reads the JSON it prints; a change of its form fails where it is used. */
export async function runJson<T>(
  { processes, cli }: TruthContext,
  args: readonly string[],
  options: Pick<RunOptions, 'namespace' | 'onStart'> & { readonly timeoutMs: number },
): Promise<T> {
  return JSON.parse(await processes.run(process.execPath, [cli, ...args, '--json'], options)) as T;
}

/**
 * @returns undefined of a run that did not end well, which is told, and right about nothing
 * @throws what interrupted it: nothing was found then, and nothing follows
 */
export async function unlessFailed<T>(
  { processes }: TruthContext,
  what: string,
  run: Promise<T>,
): Promise<T | undefined> {
  try {
    return await run;
  } catch (error) {
    processes.throwIfInterrupted();
    console.log(`${what} failed: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** A server of ours, and from where it is reached. */
export interface Reached extends AsyncDisposable {
  /** Of the server's process. */
  readonly pid: number;
  readonly host: string;
  readonly port: string;
  /** Of the client; undefined where that is the machine's own. */
  readonly namespace: string | undefined;
}

/** @throws Skipped where there can be no emulated path */
export async function reach(
  context: TruthContext,
  over: PathOptions | 'loopback',
  serverFlags: readonly string[] = [],
): Promise<Reached> {
  if (over === 'loopback') {
    return reached(await serveAt(context, '127.0.0.1', serverFlags), '127.0.0.1', undefined);
  }
  const reason = pathUnavailable();
  if (reason !== undefined) throw new Skipped(reason);
  await using stack = new AsyncDisposableStack();
  const path = stack.use(await Path.make(over));
  const server = stack.use(await reachWithin(context, path, serverFlags));
  const owned = stack.move();
  const dispose = async (): Promise<void> => await owned.disposeAsync();
  return { ...server, [Symbol.asyncDispose]: dispose };
}

/** A server in a namespace of its own, and a client in another, which belong to the caller. */
export async function reachWithin(
  context: TruthContext,
  { client, server, serverAddress }: Omit<Pair, typeof Symbol.dispose>,
  serverFlags: readonly string[] = [],
): Promise<Reached> {
  return reached(await serveAt(context, serverAddress, serverFlags, server), serverAddress, client);
}

async function serveAt(
  { processes, cli }: TruthContext,
  host: string,
  flags: readonly string[],
  namespace?: string,
): Promise<RunningServer> {
  const args = [cli, 'serve', '--quiet', '--host', host, '--port', '0', ...flags];
  return await processes.serve(process.execPath, args, namespace === undefined ? {} : { namespace });
}

function reached(server: RunningServer, host: string, namespace: string | undefined): Reached {
  const dispose = async (): Promise<void> => await server[Symbol.asyncDispose]();
  return { pid: server.pid, host, port: String(server.port), namespace, [Symbol.asyncDispose]: dispose };
}

export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** The middle one, as it came; NaN of none. */
export function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

export function standardDeviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
