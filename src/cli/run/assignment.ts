/**
 * `echolot assignment`: all sizes once for each server delay, one run after the other, and the report of them all.
 * What was measured before a failure or Ctrl-C is reported all the same.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EcholotError, factsOf } from '../../core/errors.ts';
import {
  DIALECT_NAMES,
  expectedDurationNs,
  MeasureError,
  type MeasureOptions,
  measure,
  type Plan,
  planMeasurement,
  type Result,
  type RunOptions,
} from '../../index.ts';
import { assignmentCsv } from '../../report/assignment-csv.ts';
import { assignmentDocument } from '../../report/document/assignment.ts';
import { jsonPieces } from '../../report/json.ts';
import { delayText } from '../../text/units.ts';
import type { AssignmentArguments } from '../commands/assignment.ts';
import { EXIT } from '../exit-codes.ts';
import { cancelOnInterrupt } from '../interrupt.ts';
import { given } from '../options/given.ts';
import { durationText } from '../options/words/values.ts';
import { type Output, openOutput } from '../output.ts';
import { assignmentPage } from '../show/html-page.ts';
import { progressDisplay } from '../show/progress/progress.ts';
import { ProgressLine, type ProgressParts } from '../show/progress/progress-line.ts';
import { documentPieces } from '../show/reading.ts';
import { complain, outliveReader, print, reportError } from '../streams.ts';
import { targetOf } from './target.ts';

const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000;
const S_PER_MIN = 60;

export async function assignmentCommand(options: AssignmentArguments): Promise<number> {
  const { delaysMs, html, csv } = options;
  const plans = delaysMs.map((delayMs) => planMeasurement(measureOptions(options, delayMs)));
  const page = html === undefined ? undefined : opened(html, '--html');
  const rows = csv === undefined ? undefined : opened(csv, '--csv');
  // What draws is not always installed, which is better found before minutes of measuring.
  if (page !== undefined) await (await import('../show/pictures.ts')).loadDrawer();
  const kept = keptFiles(options);
  complain(expectation(plans));
  const abort = new AbortController();
  const stopListening = cancelOnInterrupt(() => abort.abort());
  try {
    const { results, failure, unkept } = await experiment(options, plans, kept, abort.signal);
    if (results.length > 0) {
      outliveReader();
      await print(documentPieces(assignmentDocument(results)));
      // One that cannot be written does not keep the other from it.
      await written(rows, () => assignmentCsv(results)).catch((error) => unkept.push(error));
      await written(page, () => assignmentPage(results)).catch((error) => unkept.push(error));
    }
    // All of them are told; the exit code is that of the run.
    const faults = failure === undefined ? unkept : [...unkept, failure];
    const last = faults.pop();
    for (const fault of faults) reportError(fault, options.debug);
    if (last !== undefined) throw last;
    return EXIT.done;
  } finally {
    stopListening();
  }
}

interface Experiment {
  /** One for each delay that has samples, in the order of the delays; the last may be incomplete. */
  readonly results: readonly Result[];
  /** Why there are no more. */
  readonly failure: unknown;
  /** Why files could not be written: no reason to end the runs. */
  readonly unkept: unknown[];
}

async function experiment(
  options: AssignmentArguments,
  plans: readonly Plan[],
  kept: readonly Output[],
  signal: AbortSignal,
): Promise<Experiment> {
  const progress = new DelaysProgress(options.delaysMs, plans.map(expectedDurationNs));
  const results: Result[] = [];
  const unkept: unknown[] = [];
  const take = async (result: Result, i: number): Promise<void> => {
    if (result.series.every(({ statistics }) => statistics === null)) return;
    results.push(result);
    await kept[i]?.write(jsonPieces(result));
    try {
      kept[i]?.commit();
    } catch (error) {
      unkept.push(error);
    }
  };
  try {
    for (const [i, delayMs] of options.delaysMs.entries()) {
      // One dialect for all: another might take a refused delay for something else.
      const spoken = results[0]?.dialect.spoken;
      const protocol = DIALECT_NAMES.find((name) => name === spoken) ?? options.protocol;
      // One server for all, whatever its name stands for next.
      const address = results[0]?.blocks[0]?.remote.address;
      progress.begin(i);
      try {
        const pinned = address === undefined ? {} : { address };
        const asked = { ...measureOptions(options, delayMs), ...pinned, protocol };
        await take(await measured(asked, signal, progress), i);
      } catch (error) {
        if (!(error instanceof MeasureError)) throw error;
        const isRefusal = results.length > 0 && error.result.blocks.length === 0;
        await take(error.result, i);
        throw isRefusal ? delayError(error, delayMs) : error;
      }
    }
    return { results, failure: undefined, unkept };
  } catch (failure) {
    return { results, failure, unkept };
  } finally {
    progress.end();
  }
}

async function measured(options: RunOptions, signal: AbortSignal, progress: ProgressLine): Promise<Result> {
  const run = measure({ ...options, signal });
  const show = progressDisplay(progress, false);
  for await (const event of run) show(event);
  return await run.result;
}

function measureOptions(options: AssignmentArguments, serverDelayMs: number): MeasureOptions {
  const { probes, blocks, delayUnit, protocol, family, timeoutMs, engine } = options;
  return {
    ...targetOf(options),
    type: 'both',
    serverDelayMs,
    budgetMs: Number.POSITIVE_INFINITY,
    ...given({ probes, blocks, delayUnit, protocol, family, timeoutMs, engine }),
  };
}

/** A server that answered before refuses nothing but what is new: the delay. */
function delayError(error: MeasureError, delayMs: number): EcholotError {
  const isRefused = error.code === 'peer' || error.refusal === 'delay';
  if (!isRefused || error.phase !== 'setup') return error;
  return new EcholotError(error.code, `the server refused a delay of ${delayText(delayMs * NS_PER_MS)}`, {
    ...factsOf(error),
    advice: 'ask for shorter ones with --delays, or let the server allow more with --max-delay',
    cause: error,
  });
}

/** Nobody should have to guess whether a run of minutes hangs. */
function expectation(plans: readonly Plan[]): string {
  const seconds = plans.reduce((sum, plan) => sum + expectedDurationNs(plan), 0) / NS_PER_S;
  const time =
    seconds < 2 * S_PER_MIN
      ? `${Math.max(1, Math.round(seconds))} s`
      : `${(seconds / S_PER_MIN).toFixed(1)} min`;
  const sizes = plans[0]?.workloads.length ?? 0;
  const delays = plans.length === 1 ? 'one server delay' : `each of ${plans.length} server delays`;
  return `measuring ${sizes} sizes with ${delays}: ${time} at least, more on a slow path\n`;
}

/** The share of all runs, each with the weight of the time that it is expected to take. */
class DelaysProgress extends ProgressLine {
  private readonly delaysMs: readonly number[];
  private readonly weights: readonly number[];
  private at = 0;

  constructor(delaysMs: readonly number[], expectedNs: readonly number[]) {
    super(process.stderr);
    this.delaysMs = delaysMs;
    // Sessions take their time, too, where there is neither a delay nor a spread.
    this.weights = expectedNs.map((ns) => ns + NS_PER_S);
  }

  /** The run with this delay begins. */
  begin(index: number): void {
    this.at = index;
  }

  override update(share: number, parts: ProgressParts): void {
    const sum = (weights: readonly number[]): number => weights.reduce((a, b) => a + b, 0);
    const done = sum(this.weights.slice(0, this.at)) + share * (this.weights[this.at] ?? 0);
    const delay = durationText(this.delaysMs[this.at] ?? 0);
    super.update(done / sum(this.weights), {
      ...parts,
      delay: `delay ${delay} (${this.at + 1} of ${this.delaysMs.length})`,
    });
  }
}

/** One for each delay; none where nothing is to be kept. */
function keptFiles({ keep, delaysMs }: AssignmentArguments): Output[] {
  if (keep === undefined) return [];
  try {
    if (!existsSync(keep)) mkdirSync(keep);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EcholotError('usage', `cannot make the directory ${keep}: ${reason}`, {
      advice: 'choose another one with --keep',
      cause: error,
    });
  }
  return delaysMs.map((delayMs) => opened(join(keep, `delay-${durationText(delayMs)}.json`), '--keep'));
}

function opened(path: string, option: '--html' | '--csv' | '--keep'): Output {
  try {
    return openOutput(path);
  } catch (error) {
    if (!(error instanceof EcholotError)) throw error;
    throw new EcholotError(error.code, error.message, {
      advice: `choose another place with ${option}`,
      cause: error,
    });
  }
}

/** @param text made only where it was asked for */
async function written(output: Output | undefined, text: () => string | Promise<string>): Promise<void> {
  await output?.write(await text());
  output?.commit();
}
