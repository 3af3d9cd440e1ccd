/** `echolot capacity`: searches, shows how it goes, prints the report, also of a search that failed or was cancelled. */
import { CapacityError, type CapacityEvent, type CapacityResult, capacity } from '../../../index.ts';
import { requireOfCapacity } from '../../../options.ts';
import { capacityDocument } from '../../../report/document/capacity/capacity.ts';
import { jsonPieces } from '../../../report/json.ts';
import { terminalPieces } from '../../../report/terminal/terminal.ts';
import type { CapacityArguments } from '../../commands/capacity.ts';
import { deliver } from '../../deliver.ts';
import { EXIT } from '../../exit-codes.ts';
import { cancelOnInterrupt } from '../../interrupt.ts';
import { requireReport } from '../../options/together.ts';
import { type Output, openOutput } from '../../output.ts';
import { PROGRAM_NAME } from '../../program.ts';
import { prepareJudge } from '../../show/judge.ts';
import { openPage, writePage } from '../../show/page-output.ts';
import { CapacityLiveLine, capacityEventLine } from '../../show/progress/capacity-progress.ts';
import { ProgressLine } from '../../show/progress/progress-line.ts';
import { readingOf } from '../../show/reading.ts';
import { complain, outliveReader, print, reportError } from '../../streams.ts';
import { visible } from '../../visible.ts';
import { capacityOptionsOf } from './capacity-options.ts';

export async function capacityCommand(options: CapacityArguments): Promise<number> {
  const { form, output, html, failIf } = options;
  requireReport(options);
  requireOfCapacity(failIf);
  const file = openOutput(output);
  const judge = prepareJudge(options);
  // A condition is judged whoever reads.
  if (failIf.length > 0) outliveReader();
  const page = await openPage(html);
  const run = capacity(capacityOptionsOf(options));
  const stopListening = cancelOnInterrupt(() => run.cancel());
  const progress = new ProgressLine(process.stderr);
  // Not where standard output is for programs.
  const isInLines = (form === 'human' || file.named) && !process.stdout.isTTY;
  const show = display(progress, isInLines);
  const finish = async (result: CapacityResult): Promise<void> => {
    progress.end();
    // Lines of its own, since what is above it goes on.
    if (isInLines && (form !== 'human' || !file.named)) await print('\n');
    try {
      await report(result, options, file);
    } finally {
      // What became of the one file is no matter to the other.
      await writePage(page, async () => (await import('../../show/html-page.ts')).capacityPage(result));
    }
  };
  try {
    for await (const event of run) await show(event);
    const result = await run.result;
    await finish(result);
    const failed = tellNothing(result);
    if (failIf.length === 0) return failed;
    const { checkCapacityThresholds } = await import('../../../records.ts');
    const name = `${result.plan.host} port ${result.plan.port}`;
    const judged = await judge([{ name, findings: checkCapacityThresholds(result, failIf) }]);
    return judged === EXIT.done ? failed : judged;
  } catch (error) {
    // Both are told; the exit code is that of the search.
    if (error instanceof CapacityError)
      await finish(error.result).catch((lost) => reportError(lost, options.debug));
    throw error;
  } finally {
    progress.end();
    stopListening();
  }
}

/** A script that takes a rate from it must not go on where there is none. @returns the exit code */
function tellNothing({ plan, statistics: { rates } }: CapacityResult): number {
  if (rates.some(({ held }) => held > 0)) return EXIT.done;
  const advice = 'take a lower --from, or another condition';
  complain(`${PROGRAM_NAME}: ${plan.condition} held at no rate that was tried; ${advice}\n`);
  return EXIT.failed;
}

type Show = (event: CapacityEvent) => Promise<void>;

/** Lines one after the other where nobody looks on; else one that is redrawn. */
function display(progress: ProgressLine, isInLines: boolean): Show {
  if (!isInLines) {
    const live = new CapacityLiveLine(progress);
    return async (event) => live.note(event);
  }
  return async (event) => {
    const line = capacityEventLine(event);
    if (line !== undefined) await print(`${visible(line, Number.POSITIVE_INFINITY)}\n`);
  };
}

async function report(
  result: CapacityResult,
  { form, depth }: CapacityArguments,
  file: Output,
): Promise<void> {
  // Also of a first try that was cut short, once there was somebody to ask.
  const isMeasured = result.server !== null;
  const { width } = readingOf(depth, file.named && form === 'human');
  const pieces = isMeasured ? terminalPieces(capacityDocument(result, depth), width) : null;
  await deliver(file, pieces, form === 'json' ? jsonPieces(result) : undefined);
}
