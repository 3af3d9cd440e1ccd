/** `echolot measure`: runs a plan, shows its progress, prints the report, also of a run that failed. */

import { MeasureError, measure, type ProgressEvent, type Result, type RunOptions } from '../../index.ts';
import { refuseOfPaced, requireProbes } from '../../options.ts';
import { reportPieces } from '../../report/human.ts';
import { jsonPieces } from '../../report/json.ts';
import { ndjsonLines, type SampleBatch } from '../../report/samples.ts';
import type { MeasureArguments } from '../commands/measure.ts';
import { deliver } from '../deliver.ts';
import { EXIT } from '../exit-codes.ts';
import { cancelOnInterrupt } from '../interrupt.ts';
import { givenSocketOptions } from '../options/engine.ts';
import { given } from '../options/given.ts';
import { requireReport, requireRows, requireSummed } from '../options/together.ts';
import { type Output, openOutput } from '../output.ts';
import { prepareJudge } from '../show/judge.ts';
import { openPage, writePage } from '../show/page-output.ts';
import { progressDisplay } from '../show/progress/progress.ts';
import { ProgressLine } from '../show/progress/progress-line.ts';
import { readingOf } from '../show/reading.ts';
import { outliveReader, reportError, type Text } from '../streams.ts';
import { requireStore, tellStanding } from './history/standing.ts';
import { isPaced } from './paced/paced-options.ts';
import { targetOf } from './target.ts';
import { givenTls } from './tls.ts';
import { heldTokenOf } from './token/held-token.ts';

export async function measureCommand(options: MeasureArguments): Promise<number> {
  if (isPaced(options)) return await (await import('./paced/paced.ts')).pacedCommand(options);
  const { form, output, html, verbose, failIf, probes } = options;
  refuseOfPaced(failIf);
  requireProbes(failIf, probes ?? null);
  requireReport(options);
  requireRows(options);
  requireSummed(options);
  await requireStore(options);
  const file = openOutput(output);
  const judge = prepareJudge(options);
  // A condition is judged whoever reads.
  if (failIf.length > 0) outliveReader();
  const page = await openPage(html);
  const run = measure(runOptions(options));
  const stopListening = cancelOnInterrupt(() => run.cancel());
  const progress = new ProgressLine(process.stderr);
  const show = progressDisplay(progress, verbose);
  const finish = async (result: Result): Promise<void> => {
    progress.end();
    try {
      await report(result, options, file);
    } finally {
      // What became of the one file is no matter to the other.
      await writePage(page, async () => (await import('../show/html-page.ts')).resultsPage([result]));
    }
  };
  try {
    for await (const event of run) {
      show(event);
      if (form === 'ndjson' && event.kind === 'samples')
        await file.write(ndjsonLines(batchOf(event), options));
    }
    const result = await run.result;
    await finish(result);
    if (options.store !== undefined) await tellStanding(result, options);
    const name = `${result.plan.host} port ${result.plan.port}`;
    if (failIf.length === 0) return EXIT.done;
    // Loaded only now: a first probe need not wait for what judges it.
    const { checkThresholds } = await import('../../records.ts');
    return await judge([{ name, findings: checkThresholds(result, failIf) }]);
  } catch (error) {
    progress.end();
    if (error instanceof MeasureError) {
      // Both are told; the exit code is that of the run.
      await finish(error.result).catch((lost) => reportError(lost, options.debug));
    }
    throw error;
  } finally {
    progress.end();
    stopListening();
  }
}

function runOptions(options: MeasureArguments): RunOptions {
  const { type, sizes, short, probes, blocks, spreadMs, precision, maxTimeMs, seed, warmupProbes } = options;
  const { serverDelayMs, delayUnit, protocol, timeoutMs, family, engine, wait, stamps, verbose } = options;
  return {
    ...targetOf(options),
    ...given({ type, sizes, short, probes, blocks, spreadMs, precision, maxTimeMs, seed, warmupProbes }),
    ...given({ serverDelayMs, delayUnit, protocol, timeoutMs, family, engine, wait, stamps }),
    ...given({ token: heldTokenOf(options.tokenFile, protocol) }),
    socket: { ...givenSocketOptions(options), ...givenTls(options) },
    trace: verbose,
    histograms: options.histograms,
  };
}

function batchOf({ index, spec, ...range }: Extract<ProgressEvent, { kind: 'samples' }>): SampleBatch {
  const { workload, round, kind, warmupProbes } = spec;
  return { ...range, workload, run: 1, block: index + 1, round, kind, warmupProbes };
}

async function report(result: Result, options: MeasureArguments, file: Output): Promise<void> {
  const { form, depth } = options;
  const measured = result.series.some(({ statistics }) => statistics !== null);
  const reading = readingOf(depth, file.named && form === 'human');
  await deliver(file, measured ? reportPieces([result], reading) : null, await recordOf(result, options));
}

/** What is left to write in a form for programs; undefined for that of people. */
async function recordOf(result: Result, { form, withWarmUp }: MeasureArguments): Promise<Text | undefined> {
  switch (form) {
    case 'json':
      return jsonPieces(result);
    case 'csv':
      return (await import('../../report/samples-csv.ts')).csvPieces(result, { withWarmUp });
    case 'ndjson':
      return '';
    case 'human':
      return undefined;
  }
}
