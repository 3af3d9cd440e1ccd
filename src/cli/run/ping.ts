/** `echolot ping`: a line for each handshake as it comes, the summary at the end, also after Ctrl-C. */
import { PingError, type PingEvent, type PingResult, ping } from '../../index.ts';
import { pingDocument } from '../../report/document/ping.ts';
import { jsonPieces } from '../../report/json.ts';
import {
  lostText,
  missedText,
  pingFailureLine,
  pingHeadline,
  pingReplyLine,
  pingUnsentLine,
} from '../../report/ping.ts';
import type { Piece } from '../../report/terminal/spans.ts';
import type { PingArguments } from '../commands/ping.ts';
import { deliver } from '../deliver.ts';
import { EXIT } from '../exit-codes.ts';
import { cancelOnInterrupt } from '../interrupt.ts';
import { givenHandshakeOptions } from '../options/engine.ts';
import { given } from '../options/given.ts';
import { openOutput } from '../output.ts';
import { documentPieces } from '../show/reading.ts';
import { print, reportError, whenReaderLeaves } from '../streams.ts';
import { visible } from '../visible.ts';
import { targetOf } from './target.ts';
import { givenTls } from './tls.ts';

export async function pingCommand(options: PingArguments): Promise<number> {
  const { form, output, quiet, count, intervalMs, timeoutMs, family, engine } = options;
  const file = openOutput(output);
  // Beside a file in another form the lines are printed.
  const show = form === 'human' ? (text: string) => file.write(text) : file.named ? print : async () => {};
  const run = ping({
    ...targetOf(options),
    ...given({ count, intervalMs, timeoutMs, family, engine }),
    socket: { ...givenHandshakeOptions(options), ...givenTls(options) },
  });
  // A series without an end is for whoever reads it; one with an end and a file is worth finishing.
  whenReaderLeaves(() => {
    if (count === undefined || !file.named) run.cancel();
  });
  const finish = async (result: PingResult): Promise<void> => {
    // A host that nobody knows is an error, not a series.
    const nothing =
      result.outcome.status === 'failed' &&
      result.replies.length + result.failures.length + (result.unsent?.length ?? 0) === 0;
    const summary = nothing ? null : summaryPieces(result, !quiet, file.named && form === 'human');
    await deliver(file, summary, form === 'human' ? undefined : form === 'json' ? jsonPieces(result) : '');
  };
  const stopListening = cancelOnInterrupt(() => run.cancel());
  try {
    for await (const event of run) {
      if (form === 'ndjson' && event.kind !== 'plan') await file.write(`${JSON.stringify(event)}\n`);
      if (!quiet) await show(`${visible(lineOf(event), Number.POSITIVE_INFINITY)}\n`);
    }
    const result = await run.result;
    await finish(result);
    return result.statistics.answered > 0 ? EXIT.done : EXIT.failed;
  } catch (error) {
    // Both are told; the exit code is that of the series.
    if (error instanceof PingError)
      await finish(error.result).catch((lost) => reportError(lost, options.debug));
    throw error;
  } finally {
    stopListening();
  }
}

/** Lines of its own, since what is above it goes on. */
function* summaryPieces(result: PingResult, isParted: boolean, isForFile: boolean): Generator<Piece> {
  if (isParted) yield '\n';
  yield* documentPieces(pingDocument(result, 'usual'), isForFile);
}

function lineOf(event: PingEvent): string {
  switch (event.kind) {
    case 'plan':
      return pingHeadline(event);
    case 'reply':
      return pingReplyLine(event);
    case 'failure':
      return pingFailureLine(event);
    case 'unsent':
      return pingUnsentLine(event);
    case 'missed':
      return missedText(event.slots);
    case 'lost':
      return lostText(event.events);
  }
}
