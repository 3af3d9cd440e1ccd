/**
 * What a row of the benchmark is: the raw numbers of each repetition, in base units, and a target to hold them
 * against. The table and the JSON file are both made from this and nothing else.
 */
import type { Compiled } from './compile.ts';
import type { OurEngine } from './echolot.ts';
import type { Processes } from './processes.ts';

export type Unit = 'ns' | 'requestsPerSecond' | 'bytesPerSecond' | 'bytes';

export interface Target {
  /** Whether the median of the pair ratios or the median of our own values is held against the bound. */
  readonly of: 'ratio' | 'value';
  /** `within`: at most `limit` away from a ratio of 1 or a value of 0, to either side. */
  readonly bound: 'atMost' | 'atLeast' | 'within';
  readonly limit: number;
}

export interface Row {
  readonly name: string;
  readonly unit: Unit;
  /** One value for each repetition. */
  readonly ours: readonly number[];
  readonly referenceName: string;
  /** The value of the same repetition, index by index; empty for a row without a reference. */
  readonly reference: readonly number[];
  /** Undefined for a row that only informs. */
  readonly target: Target | undefined;
  /** Further numbers of the same repetitions, for the JSON file only. */
  readonly also?: Readonly<Record<string, readonly number[]>>;
}

export interface BenchContext {
  readonly processes: Processes;
  /** The built command, as a path for node. */
  readonly cli: string;
  /** Whether that build can be told which engine to use; an old one, taken for a comparison, cannot. */
  readonly choosesEngine: boolean;
  /** What the rows about the native engine measure: another engine through the same rows is a comparison too. */
  readonly engine: OurEngine;
  /** One short line on stderr for whoever watches; results never go there. */
  progress(text: string): void;
  /** Part of a group cannot be had on this machine, which is no failure. */
  skip(reason: string): void;
}

/** A whole group cannot be had on this machine. */
export class Skipped extends Error {}

/** A group of rows that share their programs. It runs alone: two groups at once would measure each other. */
export type RowGroup =
  | { readonly letter: string; readonly title: string; readonly needsC: false; run: RunWithoutC }
  | { readonly letter: string; readonly title: string; readonly needsC: true; run: RunWithC };

/** Rows come one by one, so that those before a failure are kept. */
type RunWithoutC = (context: BenchContext) => AsyncIterable<Row>;
type RunWithC = (context: BenchContext, compiled: Compiled) => AsyncIterable<Row>;
