/** A part of the examination: questions with known answers, and how often or how nearly they were found. */
import type { Processes } from '../processes.ts';

export interface TruthContext {
  readonly processes: Processes;
  /** The built command, as a path for node. */
  readonly cli: string;
  /** How often whole processes are repeated where a share is counted. */
  readonly repeats: number;
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
  run(context: TruthContext): AsyncIterable<Finding>;
}

/** Runs the command and reads the JSON it prints; a change of its form fails where it is used. */
export async function runJson<T>(
  { processes, cli }: TruthContext,
  args: readonly string[],
  options: { readonly timeoutMs: number; readonly namespace?: string },
): Promise<T> {
  return JSON.parse(await processes.run(process.execPath, [cli, ...args, '--json'], options)) as T;
}

export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

export function standardDeviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
