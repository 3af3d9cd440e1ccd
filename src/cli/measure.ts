/** `echolot measure`: runs a plan, shows its progress, prints the report, also of a run that failed. */
import { requireProbes } from '../analysis/threshold.ts';
import { checkThresholds } from '../analysis/threshold-check.ts';
import { MeasureError, measure, type ProgressEvent, type Result, type RunOptions } from '../index.ts';
import { humanReport } from '../report/human.ts';
import { jsonReport } from '../report/json.ts';
import { csvReport, ndjsonLines, type SampleBatch } from '../report/samples.ts';
import { givenSocketOptions } from './engine-options.ts';
import { EXIT } from './exit-codes.ts';
import type { MeasureArguments } from './options.ts';
import { type Output, openOutput } from './output.ts';
import { ProgressLine, progressDisplay } from './progress.ts';
import { thresholdExitCode, thresholdReport } from './threshold-report.ts';

export async function measureCommand(options: MeasureArguments): Promise<number> {
  const { form, output, verbose, failIf } = options;
  requireProbes(failIf, options.probes ?? null);
  const write = openOutput(output);
  const run = measure(runOptions(options));
  const stopListening = cancelOnInterrupt(() => run.cancel());
  const progress = new ProgressLine(process.stderr);
  const show = progressDisplay(progress, verbose);
  try {
    for await (const event of run) {
      show(event);
      if (form === 'ndjson' && event.kind === 'samples') write(ndjsonLines(batchOf(event)));
    }
    const result = await run.result;
    progress.clear();
    report(result, options, write);
    const findings = checkThresholds(result, failIf);
    process.stderr.write(thresholdReport(findings));
    return thresholdExitCode(findings);
  } catch (error) {
    progress.clear();
    if (error instanceof MeasureError) report(error.result, options, write);
    throw error;
  } finally {
    progress.clear();
    stopListening();
  }
}

function runOptions(options: MeasureArguments): RunOptions {
  const { sizes, probes, blocks, precision, maxTimeMs, seed, warmupProbes, family } = options;
  return {
    host: options.host,
    port: options.port,
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

function report(result: Result, { form, output }: MeasureArguments, write: Output): void {
  const measured = result.series.some(({ statistics }) => statistics !== null);
  if (form === 'json') write(jsonReport(result));
  else if (form === 'csv') write(csvReport(result));
  else if (form === 'human' && measured) write(humanReport(result));
  write.commit();
  if (form !== 'human' && output !== undefined && measured) process.stdout.write(humanReport(result));
}

/** The first Ctrl-C ends the run and still reports; the second ends the program at once. */
export function cancelOnInterrupt(cancel: () => void): () => void {
  let interrupts = 0;
  const interrupt = (): void => {
    interrupts++;
    if (interrupts > 1) process.exit(EXIT.interrupted);
    cancel();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  };
}
