/** `echolot measure`: runs a plan, shows its progress, prints the report, also of a run that failed. */
import { requireProbes } from '../analysis/threshold.ts';
import { checkThresholds } from '../analysis/threshold-check.ts';
import { MeasureError, measure, type ProgressEvent, type Result, type RunOptions } from '../index.ts';
import { humanReport } from '../report/human.ts';
import { jsonPieces } from '../report/json.ts';
import { csvPieces, ndjsonLines, type SampleBatch } from '../report/samples.ts';
import { deliver } from './deliver.ts';
import { givenSocketOptions } from './engine-options.ts';
import { EXIT } from './exit-codes.ts';
import { leave } from './leave.ts';
import type { MeasureArguments } from './options.ts';
import { type Output, openOutput } from './output.ts';
import { ProgressLine, progressDisplay } from './progress.ts';
import { complain, outliveReader, reportError, type Text } from './streams.ts';
import { targetOf } from './target.ts';
import { thresholdExitCode, thresholdReport } from './threshold-report.ts';

export async function measureCommand(options: MeasureArguments): Promise<number> {
  const { form, output, verbose, failIf } = options;
  requireProbes(failIf, options.probes ?? null);
  const file = openOutput(output);
  // A condition is judged whoever reads.
  if (failIf.length > 0) outliveReader();
  const run = measure(runOptions(options));
  const stopListening = cancelOnInterrupt(() => run.cancel());
  const progress = new ProgressLine(process.stderr);
  const show = progressDisplay(progress, verbose);
  try {
    for await (const event of run) {
      show(event);
      if (form === 'ndjson' && event.kind === 'samples') await file.write(ndjsonLines(batchOf(event)));
    }
    const result = await run.result;
    progress.clear();
    await report(result, options, file);
    const findings = checkThresholds(result, failIf);
    complain(thresholdReport(findings));
    return thresholdExitCode(findings);
  } catch (error) {
    progress.clear();
    if (error instanceof MeasureError) {
      // Both are told; the exit code is that of the run.
      await report(error.result, options, file).catch((lost) => reportError(lost, options.debug));
    }
    throw error;
  } finally {
    progress.clear();
    stopListening();
  }
}

function runOptions(options: MeasureArguments): RunOptions {
  const { sizes, probes, blocks, precision, maxTimeMs, seed, warmupProbes, family } = options;
  return {
    ...targetOf(options),
    type: options.type,
    ...(sizes === undefined ? {} : { sizes }),
    short: options.short,
    ...(probes === undefined ? {} : { probes }),
    ...(blocks === undefined ? {} : { blocks }),
    spreadMs: options.spreadMs,
    ...(precision === undefined ? {} : { precision }),
    ...(maxTimeMs === undefined ? {} : { maxTimeMs }),
    ...(seed === undefined ? {} : { seed }),
    ...(warmupProbes === undefined ? {} : { warmupProbes }),
    serverDelayMs: options.serverDelayMs,
    ...(options.delayUnit === undefined ? {} : { delayUnit: options.delayUnit }),
    protocol: options.protocol,
    timeoutMs: options.timeoutMs,
    ...(family === undefined ? {} : { family: family === '4' ? 4 : 6 }),
    engine: options.engine,
    wait: options.wait,
    stamps: options.stamps,
    socket: givenSocketOptions(options),
    trace: options.verbose,
  };
}

function batchOf({ index, spec, ...range }: Extract<ProgressEvent, { kind: 'samples' }>): SampleBatch {
  const { planned, round, kind, warmupProbes } = spec;
  return { ...range, ...planned, run: 1, block: index + 1, round, kind, warmupProbes };
}

async function report(result: Result, { form }: MeasureArguments, file: Output): Promise<void> {
  const measured = result.series.some(({ statistics }) => statistics !== null);
  await deliver(file, measured ? humanReport(result) : null, recordOf(result, form));
}

/** What is left to write in a form for programs; undefined for that of people. */
function recordOf(result: Result, form: MeasureArguments['form']): Text | undefined {
  switch (form) {
    case 'json':
      return jsonPieces(result);
    case 'csv':
      return csvPieces(result);
    case 'ndjson':
      return '';
    case 'human':
      return undefined;
  }
}

/**
 * The first Ctrl-C ends the run and still reports; the second ends the program at once. So does a terminal that is
 * gone, but for the second time: the kernel and the shell both say so, and nobody is in a hurry any more.
 */
export function cancelOnInterrupt(cancel: () => void): () => void {
  let interrupts = 0;
  const interrupt = (): void => {
    interrupts++;
    if (interrupts > 1) leave(EXIT.interrupted);
    cancel();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('SIGHUP', cancel);
  return () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    process.off('SIGHUP', cancel);
  };
}
