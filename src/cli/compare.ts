/** `echolot compare`: two files, or two targets or settings measured in turns; prints ratios and a verdict. */
import { existsSync } from 'node:fs';
import { compareResults } from '../analysis/compare.ts';
import { checkRatios } from '../analysis/threshold-check.ts';
import { EcholotError } from '../core/errors.ts';
import { CompareError, type CompareOptions, type Comparison, compare } from '../index.ts';
import { toolInfo } from '../measure/system.ts';
import { comparisonReport } from '../report/comparison.ts';
import { jsonReport } from '../report/json.ts';
import { differences, givenNames, sideOptions } from './compare-options.ts';
import { deliver } from './deliver.ts';
import { cancelOnInterrupt } from './measure.ts';
import type { CompareArguments } from './options.ts';
import { type Output, openOutput } from './output.ts';
import { ProgressLine, progressDisplay } from './progress.ts';
import { readResultFile } from './read-result.ts';
import { reportError } from './streams.ts';
import { thresholdExitCode, thresholdReport } from './threshold-report.ts';

export async function compareCommand(options: CompareArguments): Promise<number> {
  const { first, second } = options;
  if (second === undefined || (isTarget(first) && isTarget(second))) return await compareLive(options);
  if (isTarget(first) || isTarget(second)) throw mixed(first, second);
  return await finish(compareFiles(first, second, options), options, openOutput(options.output));
}

function mixed(first: string, second: string): EcholotError {
  const [target, other] = isTarget(first) ? [first, second] : [second, first];
  return usage(
    `${target} is a target, and ${other} is none`,
    'compare two targets, HOST:PORT, or two files that echolot measure --json wrote',
  );
}

function compareFiles(a: string, b: string, options: CompareArguments): Comparison {
  const [given] = liveOnly(options);
  if (given !== undefined) throw usage(`${given} is for targets, and these are files`, 'leave it out');
  return compareResults(
    { label: a, result: readResultFile(a) },
    { label: b, result: readResultFile(b) },
    { tool: toolInfo(), stop: null, outcome: { status: 'complete', error: null } },
  );
}

/** What was asked of a measurement, and would be passed over in silence where there is none. */
function liveOnly(options: CompareArguments): string[] {
  const { sizes, precision, blocks, probes, seed, protocol } = options;
  const asked = {
    '--sizes': sizes,
    '--precision': precision,
    '--blocks': blocks,
    '--probes': probes,
    '--seed': seed,
    '--dialect': protocol,
  };
  const names = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  return [...names, ...givenNames(options)];
}

async function compareLive(options: CompareArguments): Promise<number> {
  const file = openOutput(options.output);
  const run = compare(liveOptions(options));
  const stopListening = cancelOnInterrupt(() => run.cancel());
  const progress = new ProgressLine(process.stderr);
  const show = progressDisplay(progress, false);
  try {
    for await (const event of run) show(event);
    const { comparison } = await run.result;
    progress.clear();
    return await finish(comparison, options, file);
  } catch (error) {
    progress.clear();
    if (error instanceof CompareError && error.result !== undefined) {
      const { comparison } = error.result;
      // Both are told; the exit code is that of the run.
      await finish(comparison, options, file).catch((lost) => reportError(lost, options.debug));
    }
    throw error;
  } finally {
    progress.clear();
    stopListening();
  }
}

async function finish(
  comparison: Comparison,
  { form, failIf }: CompareArguments,
  file: Output,
): Promise<number> {
  const record = form === 'json' ? jsonReport(comparison) : undefined;
  await deliver(file, comparisonReport(comparison), record);
  const findings = checkRatios(comparison, failIf);
  process.stderr.write(thresholdReport(findings));
  return thresholdExitCode(findings);
}

/** @throws EcholotError `usage` when not exactly one thing differs */
function liveOptions(options: CompareArguments): CompareOptions {
  const { first, second } = options;
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

function commonOptions(options: CompareArguments) {
  const { type, sizes, precision, maxTimeMs, blocks, probes, seed, protocol, timeoutMs } = options;
  return {
    type,
    maxTimeMs,
    timeoutMs,
    ...(sizes === undefined ? {} : { sizes }),
    ...(precision === undefined ? {} : { precision }),
    ...(blocks === undefined ? {} : { blocks }),
    ...(probes === undefined ? {} : { probes }),
    ...(seed === undefined ? {} : { seed }),
    ...(protocol === undefined ? {} : { protocol }),
  };
}

/** `HOST:PORT`, `[ADDRESS]:PORT`; a file of that name takes precedence. */
function isTarget(subject: string): boolean {
  return TARGET.test(subject) && !existsSync(subject);
}

const TARGET = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/;

function targetOf(subject: string): { host: string; port: number } {
  const match = TARGET.exec(subject);
  if (match === null || existsSync(subject)) {
    throw usage(
      `${subject} is no target`,
      'write HOST:PORT, or [ADDRESS]:PORT for IPv6; two files are compared with each other',
    );
  }
  return { host: match[1] ?? match[2] ?? '', port: Number(match[3]) };
}

function usage(message: string, advice: string): EcholotError {
  return new EcholotError('usage', message, { advice });
}
