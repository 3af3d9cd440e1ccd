/** `echolot compare`: files, one or several a side, or two targets or settings measured in turns; prints ratios and a verdict. */
import { existsSync } from 'node:fs';
import { type EcholotError, usage } from '../../core/errors.ts';
import {
  CompareError,
  type CompareOptions,
  type Comparison,
  compare,
  type MeasureOptions,
  type Result,
} from '../../index.ts';
import { familyOf, inBrackets, readHost, refuseUrl } from '../../options.ts';
import type { LabelledResult, mergeResults } from '../../records.ts';
import { comparisonDocument } from '../../report/document/comparison.ts';
import { jsonReport } from '../../report/json.ts';
import type { CompareArguments } from '../commands/compare.ts';
import { deliver } from '../deliver.ts';
import { EXIT } from '../exit-codes.ts';
import { cancelOnInterrupt } from '../interrupt.ts';
import { type Given, given } from '../options/given.ts';
import { differences, givenNames, sideOptions } from '../options/paired.ts';
import { requireReport } from '../options/together.ts';
import { type Output, openOutput } from '../output.ts';
import { type Judge, prepareJudge } from '../show/judge.ts';
import { progressDisplay } from '../show/progress.ts';
import { ProgressLine } from '../show/progress-line.ts';
import { documentPieces } from '../show/reading.ts';
import { reportError } from '../streams.ts';
import { sidesOf } from './compare-sides.ts';

export async function compareCommand(options: CompareArguments): Promise<number> {
  const { a, b } = sidesOf(options.subjects);
  const [first = '', second] = [a[0], b[0]];
  const oneEach = a.length === 1 && b.length <= 1;
  if (oneEach && (second === undefined || (isTarget(first) && isTarget(second)))) {
    return await compareLive(options, first, second);
  }
  const named = [...a, ...b];
  const target = named.find(isTarget);
  if (target !== undefined) {
    const file = named.find((other) => !isTarget(other));
    throw mixed(target, file);
  }
  const places = placesOf(options);
  return await finish(await compareFiles(a, b, options), options, places);
}

function mixed(target: string, other: string | undefined): EcholotError {
  if (other === undefined) {
    return usage('only files may be several a side', 'compare two targets, HOST:PORT, each named once');
  }
  return usage(
    `${target} is a target, and ${other} is none`,
    'compare two targets, HOST:PORT, or two files that echolot measure --json wrote',
  );
}

async function compareFiles(
  a: readonly string[],
  b: readonly string[],
  options: CompareArguments,
): Promise<Comparison> {
  const [given] = liveOnly(options);
  if (given !== undefined) throw usage(`${given} is for targets, and these are files`, 'leave it out');
  // What targets are measured for needs none of this, and need not wait for it.
  const { compareRecords, mergeResults, refuseSameRun } = await import('../../records.ts');
  const { readResultFiles } = await import('./read-records.ts');
  const results = await readResultFiles([...a, ...b]);
  refuseSameRun(results, [...a, ...b]);
  const [resultsOfA, resultsOfB] = [results.slice(0, a.length), results.slice(a.length)];
  return compareRecords(sideOfFiles(resultsOfA, a, mergeResults), sideOfFiles(resultsOfB, b, mergeResults));
}

/** All runs of all files of one side. */
function sideOfFiles(
  results: readonly Result[],
  files: readonly string[],
  merge: typeof mergeResults,
): LabelledResult {
  const [only, ...others] = results;
  const [name = ''] = files;
  if (only !== undefined && others.length === 0) return { label: name, files, result: only };
  const label = `${name} and ${others.length} more ${others.length === 1 ? 'file' : 'files'}`;
  return { label, files, result: merge(results, files) };
}

/** What was asked of a measurement, and would be passed over in silence where there is none. */
function liveOnly(options: CompareArguments): string[] {
  const { sizes, precision, blocks, probes, seed, protocol, delayUnit } = options;
  const asked = {
    '--sizes': sizes,
    '--precision': precision,
    '--blocks': blocks,
    '--probes': probes,
    '--seed': seed,
    '--dialect': protocol,
    '--delay-unit': delayUnit,
  };
  const names = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  return [...names, ...givenNames(options)];
}

async function compareLive(
  options: CompareArguments,
  first: string,
  second: string | undefined,
): Promise<number> {
  const places = placesOf(options);
  const run = compare(liveOptions(options, first, second));
  const stopListening = cancelOnInterrupt(() => run.cancel());
  const progress = new ProgressLine(process.stderr);
  const show = progressDisplay(progress, false);
  try {
    for await (const event of run) show(event);
    const { comparison } = await run.result;
    progress.end();
    return await finish(comparison, options, places);
  } catch (error) {
    progress.end();
    if (error instanceof CompareError && error.result !== undefined) {
      const { comparison } = error.result;
      // Both are told; the exit code is that of the run.
      await finish(comparison, options, places).catch((lost) => reportError(lost, options.debug));
    }
    throw error;
  } finally {
    progress.end();
    stopListening();
  }
}

/** Where it all goes: found before anything is measured. */
interface Places {
  readonly file: Output;
  readonly judge: Judge;
}

function placesOf(options: CompareArguments): Places {
  requireReport(options);
  return { file: openOutput(options.output), judge: prepareJudge(options) };
}

async function finish(
  comparison: Comparison,
  { form, failIf, depth }: CompareArguments,
  { file, judge }: Places,
): Promise<number> {
  const record = form === 'json' ? jsonReport(comparison) : undefined;
  const document = comparisonDocument(comparison, depth);
  await deliver(file, documentPieces(document, file.named && form === 'human'), record);
  const name = `${comparison.a.label} against ${comparison.b.label}`;
  if (failIf.length === 0) return EXIT.done;
  const { checkRatios } = await import('../../records.ts');
  return await judge([{ name, findings: checkRatios(comparison, failIf) }]);
}

/** @throws EcholotError `usage` when not exactly one thing differs */
function liveOptions(options: CompareArguments, first: string, second: string | undefined): CompareOptions {
  const different = differences(options);
  const a = targetOf(first);
  const b = second === undefined ? a : targetOf(second);
  const [option, ...others] = different;
  if (others.length > 0) {
    const names = different.map(({ name }) => name).join(' and ');
    throw usage(
      `${names} differ`,
      'let one option differ at a time, or nobody could tell which of them it was',
    );
  }
  if (second !== undefined && option !== undefined) {
    throw usage(`both the targets and ${option.name} differ`, 'let one of them differ at a time');
  }
  if (second === undefined && option === undefined) {
    throw usage('there is nothing to compare it with', 'name a second target, or give an option two values');
  }
  const label = (side: 0 | 1): string =>
    option === undefined ? ([first, second][side] ?? '') : `${first} ${option.name} ${option.texts[side]}`;
  const common = commonOptions(options);
  return {
    a: { label: label(0), options: { ...a, ...common, ...sideOptions(options, 0) } },
    b: { label: label(1), options: { ...b, ...common, ...sideOptions(options, 1) } },
  };
}

function commonOptions(options: CompareArguments): Given<Omit<MeasureOptions, 'host' | 'port'>> {
  const { type, sizes, precision, maxTimeMs, blocks, probes, seed, protocol, delayUnit, timeoutMs } = options;
  return given({ type, sizes, precision, maxTimeMs, blocks, probes, seed, protocol, delayUnit, timeoutMs });
}

/** `HOST:PORT`, `[ADDRESS]:PORT`; a file of that name takes precedence. @throws EcholotError `usage` for a URL */
function isTarget(subject: string): boolean {
  if (existsSync(subject)) return false;
  refuseUrl(subject);
  if (familyOf(subject) === 6) {
    throw usage(
      `${subject}: no port can be told from an IPv6 address without brackets`,
      `write ${inBrackets(subject)}`,
    );
  }
  return TARGET.test(subject);
}

const TARGET = /^(?:\[[^\]]*\]|[^:]+):\d+$/;

function targetOf(subject: string): { host: string; port: number } {
  const { host, port } = isTarget(subject) ? readHost(subject) : { host: subject, port: undefined };
  if (port !== undefined) return { host, port };
  throw usage(
    `${subject} is no target`,
    'write HOST:PORT, or [ADDRESS]:PORT for IPv6; two files are compared with each other',
  );
}
