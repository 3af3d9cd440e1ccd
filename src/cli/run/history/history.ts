/** `echolot history`: reads what a monitor has kept, prints it, and makes a page or a table of it. */
import { usage } from '../../../core/errors.ts';
import { type HistoryRecord, readHistory } from '../../../monitors.ts';
import { historyDocument } from '../../../report/document/monitor/history.ts';
import { jsonPieces } from '../../../report/json.ts';
import { parseMoment } from '../../../text/moments.ts';
import { HISTORY_SINCE, type HistoryArguments } from '../../commands/monitor/history.ts';
import { deliver } from '../../deliver.ts';
import { EXIT } from '../../exit-codes.ts';
import { openOutput } from '../../output.ts';
import { openPage, writePage } from '../../show/page-output.ts';
import { documentPieces } from '../../show/reading.ts';
import type { Text } from '../../streams.ts';
import { requireTarget, withStore } from './open-store.ts';

const MS_PER_MIN = 60_000;

export async function historyCommand(options: HistoryArguments): Promise<number> {
  const { target, form } = options;
  const span = spanOf(options);
  const file = openOutput(options.output);
  const page = await openPage(options.html);
  const record = await withStore(options.store, async (store) => {
    if (target !== undefined) await requireTarget(store, target);
    return await readHistory(store, { target, span, rowsFromMs: untilMidnightMs(span.fromMs) });
  });
  const pieces = documentPieces(historyDocument(record), file.named && form === 'human');
  await deliver(file, pieces, await recordOf(record, form));
  await writePage(page, async () => (await import('../../show/html-page.ts')).historyPage(record));
  return EXIT.done;
}

/** @throws EcholotError `usage` for a time that is none, or has not come */
function spanOf({ sinceMs, untilMs }: HistoryArguments): { fromMs: number; toMs: number } {
  const nowMs = Date.now();
  const fromMs = sinceMs ?? Number(parseMoment(HISTORY_SINCE, untilMs ?? nowMs));
  const toMs = Math.min(untilMs ?? nowMs, nowMs);
  if (fromMs >= nowMs) throw usage('that time has not come yet', 'give a --since of the past');
  if (fromMs >= toMs) throw usage('the time ends before it begins', 'give an --until after --since');
  return { fromMs, toMs };
}

/** How much later than in UTC a day begins here. */
function untilMidnightMs(atMs: number): number {
  return new Date(atMs).getTimezoneOffset() * MS_PER_MIN;
}

/** What is left to write in a form for programs; undefined for that of people. */
async function recordOf(record: HistoryRecord, form: HistoryArguments['form']): Promise<Text | undefined> {
  switch (form) {
    case 'json':
      return jsonPieces(record);
    case 'csv':
      return (await import('../../../report/monitor/history-csv.ts')).historyCsv(record);
    case 'human':
      return undefined;
  }
}
