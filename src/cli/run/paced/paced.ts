/**
 * `echolot measure` with probes that do not wait for each other: runs them, shows how it goes, prints the report, also of
 * a run that failed or was cancelled.
 */
import {
  measurePaced,
  PacedError,
  type PacedEvent,
  type PacedOptions,
  type PacedResult,
} from '../../../index.ts';
import { DEFAULT_STEP_MS, requireOfPaced, requirePacedProbes } from '../../../options.ts';
import { pacedDocument } from '../../../report/document/paced/paced.ts';
import { jsonPieces } from '../../../report/json.ts';
import { terminalPieces } from '../../../report/terminal/terminal.ts';
import { counted } from '../../../text/numbers.ts';
import type { MeasureArguments } from '../../commands/measure.ts';
import { deliver } from '../../deliver.ts';
import { EXIT } from '../../exit-codes.ts';
import { cancelOnInterrupt } from '../../interrupt.ts';
import { requireReport } from '../../options/together.ts';
import { type Output, openOutput } from '../../output.ts';
import { PROGRAM_NAME } from '../../program.ts';
import { prepareJudge } from '../../show/judge.ts';
import { openPage, writePage } from '../../show/page-output.ts';
import { PacedLines, PacedLiveLine } from '../../show/progress/paced-progress.ts';
import { ProgressLine } from '../../show/progress/progress-line.ts';
import { readingOf } from '../../show/reading.ts';
import { complain, outliveReader, print, reportError, type Text } from '../../streams.ts';
import { visible } from '../../visible.ts';
import { requireStore, tellStanding } from '../history/standing.ts';
import { pacedOptionsOf } from './paced-options.ts';

const MS_PER_S = 1_000;

export async function pacedCommand(options: MeasureArguments): Promise<number> {
  const { form, output, html, failIf } = options;
  requireReport(options);
  const asked = pacedOptionsOf(options);
  requireOfPaced(failIf);
  requirePacedProbes(failIf, fewestDue(asked));
  await requireStore(options);
  const file = openOutput(output);
  const judge = prepareJudge(options);
  // A condition is judged whoever reads.
  if (failIf.length > 0) outliveReader();
  const page = await openPage(html);
  const run = measurePaced(asked);
  const stopListening = cancelOnInterrupt(() => run.cancel());
  const progress = new ProgressLine(process.stderr);
  const isInLines = hasLines(options, file);
  const show = display(progress, isInLines);
  const finish = async (result: PacedResult): Promise<void> => {
    progress.end();
    // Lines of its own, since what is above it goes on.
    if (isInLines && (form !== 'human' || !file.named)) await print('\n');
    try {
      await report(result, options, file);
    } finally {
      // What became of the one file is no matter to the other.
      await writePage(page, async () => (await import('../../show/html-page.ts')).pacedPage(result));
    }
  };
  try {
    for await (const event of run) {
      await show(event);
      if (form === 'ndjson') await file.write(lineOf(event));
    }
    const result = await run.result;
    await finish(result);
    if (options.store !== undefined) await tellStanding(result, options);
    if (failIf.length === 0) return EXIT.done;
    // Loaded only now: a first probe need not wait for what judges it.
    const { checkPacedThresholds } = await import('../../../records.ts');
    const name = `${result.plan.host} port ${result.plan.port}`;
    return await judge([{ name, findings: checkPacedThresholds(result, failIf) }]);
  } catch (error) {
    // Both are told; the exit code is that of the run.
    if (error instanceof PacedError)
      await finish(error.result).catch((lost) => reportError(lost, options.debug));
    throw error;
  } finally {
    progress.end();
    stopListening();
  }
}

/** In the step that has the fewest; null where there is no rate. */
function fewestDue({ ratesPerSecond = [], stepMs = DEFAULT_STEP_MS }: PacedOptions): number | null {
  return ratesPerSecond.length === 0 ? null : (Math.min(...ratesPerSecond) * stepMs) / MS_PER_S;
}

/** Without the plan, which the record has, and the samples, of which there are rows. */
function lineOf(event: PacedEvent): string {
  if (event.kind === 'plan') return '';
  if (event.kind !== 'step-end') return `${JSON.stringify(event)}\n`;
  const { samples: _, ...record } = event.record;
  return `${JSON.stringify({ ...event, record })}\n`;
}

type Show = (event: PacedEvent) => Promise<void>;

/** Lines one after the other where nobody looks on; else one that is redrawn. */
function display(progress: ProgressLine, isInLines: boolean): Show {
  if (!isInLines) {
    const live = new PacedLiveLine(progress);
    return async (event) => live.note(event);
  }
  const lines = new PacedLines();
  return async (event) => {
    const line = lines.note(event);
    if (line !== undefined) await print(`${visible(line, Number.POSITIVE_INFINITY)}\n`);
  };
}

/** Not where standard output is for programs. */
function hasLines({ form }: MeasureArguments, file: Output): boolean {
  return (form === 'human' || file.named) && !process.stdout.isTTY;
}

async function report(result: PacedResult, { form, depth }: MeasureArguments, file: Output): Promise<void> {
  const isMeasured = result.statistics.steps.length > 0;
  const { width } = readingOf(depth, file.named && form === 'human');
  const pieces = isMeasured ? terminalPieces(pacedDocument(result, depth), width) : null;
  await deliver(file, pieces, await recordOf(result, form));
}

/** What is left to write in a form for programs; undefined for that of people. */
async function recordOf(result: PacedResult, form: MeasureArguments['form']): Promise<Text | undefined> {
  switch (form) {
    case 'json':
      return jsonPieces(result);
    case 'csv':
      complainOfUnkept(result);
      return (await import('../../../report/paced/paced-csv.ts')).pacedCsvPieces(result);
    case 'ndjson':
      return `${JSON.stringify({ kind: 'statistics', ...result.statistics })}\n`;
    case 'human':
      return undefined;
  }
}

/** Who reads rows takes them for all there was. */
function complainOfUnkept({ steps }: PacedResult): void {
  const kept = steps.reduce((sum, { samples }) => sum + (samples?.rttNs.length ?? 0), 0);
  const all = steps.reduce((sum, { counts }) => sum + counts.answered + counts.lost, 0);
  if (kept === all) return;
  complain(
    `${PROGRAM_NAME}: the rows are of the first ${kept.toLocaleString('en-US')} of ${counted(all, 'probe')}; figures are of all\n`,
  );
}
