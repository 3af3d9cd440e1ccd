/** `echolot load`: runs a load, shows how it goes, prints the report, also of one that failed or was cancelled. */
import { EcholotError, LoadError, type LoadEvent, type LoadResult, load } from '../../../index.ts';
import { requirePhases, requireProfile } from '../../../options.ts';
import { loadDocument } from '../../../report/document/load/load.ts';
import { jsonPieces } from '../../../report/json.ts';
import { terminalPieces } from '../../../report/terminal/terminal.ts';
import type { LoadArguments } from '../../commands/load.ts';
import { deliver } from '../../deliver.ts';
import { EXIT } from '../../exit-codes.ts';
import { cancelOnInterrupt } from '../../interrupt.ts';
import { given } from '../../options/given.ts';
import { requireReport } from '../../options/together.ts';
import { type Output, openOutput } from '../../output.ts';
import { prepareJudge } from '../../show/judge.ts';
import { openPage, writePage } from '../../show/page-output.ts';
import { LoadLines, LoadLiveLine } from '../../show/progress/load-progress.ts';
import { ProgressLine } from '../../show/progress/progress-line.ts';
import { readingOf } from '../../show/reading.ts';
import { outliveReader, print, reportError, type Text } from '../../streams.ts';
import { visible } from '../../visible.ts';
import { loadOptionsOf, phaseNamesOf } from './load-options.ts';
import { readQooProfile } from './qoo-profile.ts';

const DEFAULT_LINE_MS = 1_000;

export async function loadCommand(options: LoadArguments): Promise<number> {
  const { form, output, html, quiet, failIf } = options;
  requireReport(options);
  const profile = options.qoo === undefined ? undefined : await readQooProfile(options.qoo);
  const asked = { ...loadOptionsOf(options), ...given({ qoo: profile }) };
  requirePhases(failIf, phaseNamesOf(asked));
  requireProfile(failIf, profile !== undefined);
  const file = openOutput(output);
  const judge = prepareJudge(options);
  // A condition is judged whoever reads.
  if (failIf.length > 0) outliveReader();
  const page = await openPage(html);
  const run = load(asked);
  const stopListening = cancelOnInterrupt(() => run.cancel());
  const progress = new ProgressLine(process.stderr);
  const isInLines = !quiet && hasLines(options, file);
  const show: Show = quiet ? async () => {} : display(options, progress, isInLines);
  const finish = async (result: LoadResult): Promise<void> => {
    progress.end();
    // Lines of its own, since what is above it goes on.
    if (isInLines && (form !== 'human' || !file.named)) await print('\n');
    try {
      await report(result, options, file);
    } finally {
      // What became of the one file is no matter to the other.
      await writePage(page, async () => (await import('../../show/html-page.ts')).loadPage(result));
    }
  };
  try {
    for await (const event of run) {
      await show(event);
      if (form === 'ndjson' && event.kind !== 'plan') await file.write(`${JSON.stringify(event)}\n`);
    }
    const result = await run.result;
    await finish(result);
    const failed = tellNothing(result, options.debug);
    if (failIf.length === 0) return failed;
    const { checkLoadThresholds } = await import('../../../records.ts');
    const name = `${result.plan.host} port ${result.plan.port}`;
    const judged = await judge([{ name, findings: checkLoadThresholds(result, failIf) }]);
    return judged === EXIT.done ? failed : judged;
  } catch (error) {
    // Both are told; the exit code is that of the load.
    if (error instanceof LoadError)
      await finish(error.result).catch((lost) => reportError(lost, options.debug));
    throw error;
  } finally {
    progress.end();
    stopListening();
  }
}

/** A load that ran to its end and carried nothing is none. @returns the exit code */
function tellNothing({ statistics: { doubts } }: LoadResult, debug: boolean): number {
  const nothing = doubts.find(({ code }) => code === 'nothing-carried');
  if (nothing === undefined) return EXIT.done;
  const { message, advice } = nothing;
  return reportError(new EcholotError('network', message, { advice }), debug);
}

type Show = (event: LoadEvent) => Promise<void>;

/** Lines one after the other where nobody looks on, or where they are asked for; else one that is redrawn. */
function display({ intervalMs }: LoadArguments, progress: ProgressLine, isInLines: boolean): Show {
  if (!isInLines) {
    const live = new LoadLiveLine(progress);
    return async (event) => live.note(event);
  }
  const lines = new LoadLines(intervalMs ?? DEFAULT_LINE_MS);
  return async (event) => {
    const line = lines.note(event);
    if (line !== undefined) await print(`${visible(line, Number.POSITIVE_INFINITY)}\n`);
  };
}

/** Not where standard output is for programs. */
function hasLines({ form, intervalMs }: LoadArguments, file: Output): boolean {
  return (form === 'human' || file.named) && (intervalMs !== undefined || !process.stdout.isTTY);
}

async function report(result: LoadResult, { form, depth }: LoadArguments, file: Output): Promise<void> {
  const { idle, loaded } = result.statistics;
  const isMeasured = idle !== null || loaded.length > 0;
  const { width } = readingOf(depth, file.named && form === 'human');
  const pieces = isMeasured ? terminalPieces(loadDocument(result, depth), width) : null;
  await deliver(file, pieces, await recordOf(result, form));
}

/** What is left to write in a form for programs; undefined for that of people. */
async function recordOf(result: LoadResult, form: LoadArguments['form']): Promise<Text | undefined> {
  switch (form) {
    case 'json':
      return jsonPieces(result);
    case 'csv':
      return (await import('../../../report/load/load-csv.ts')).loadCsvPieces(result);
    case 'ndjson':
      return `${JSON.stringify({ kind: 'statistics', ...result.statistics })}\n`;
    case 'human':
      return undefined;
  }
}
