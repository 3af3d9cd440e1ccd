/** `echolot ping`: a line for each handshake as it comes, the summary at the end, also after Ctrl-C. */
import { PingError, type PingEvent, type PingResult, ping } from '../index.ts';
import { jsonReport } from '../report/json.ts';
import { pingFailureLine, pingHeadline, pingMissedLine, pingReplyLine, pingSummary } from '../report/ping.ts';
import { givenHandshakeOptions } from './engine-options.ts';
import { EXIT } from './exit-codes.ts';
import { cancelOnInterrupt } from './measure.ts';
import type { PingArguments } from './options.ts';
import { openOutput } from './output.ts';
import { visible } from './visible.ts';

export async function pingCommand(options: PingArguments): Promise<number> {
  const { form, output, quiet, count } = options;
  const write = openOutput(output);
  const print = form === 'human' ? write : output === undefined ? () => {} : toStandardOutput;
  const run = ping({
    host: options.host,
    port: options.port,
    intervalMs: options.intervalMs,
    ...(count === undefined ? {} : { count }),
    timeoutMs: options.timeoutMs,
    ...(options.family === undefined ? {} : { family: options.family === '4' ? 4 : 6 }),
    engine: options.engine,
    socket: givenHandshakeOptions(options),
  });
  const finish = (result: PingResult): void => {
    if (form === 'json') write(jsonReport(result));
    // A host that nobody knows is an error, not a series.
    const nothing =
      result.outcome.status === 'failed' && result.replies.length + result.failures.length === 0;
    if (!nothing) print(`${quiet ? '' : '\n'}${pingSummary(result)}`);
    write.commit();
  };
  const stopListening = cancelOnInterrupt(() => run.cancel());
  try {
    for await (const event of run) {
      if (form === 'ndjson' && event.kind !== 'plan') write(`${JSON.stringify(event)}\n`);
      if (!quiet) print(`${visible(lineOf(event), Number.POSITIVE_INFINITY)}\n`);
    }
    const result = await run.result;
    finish(result);
    return result.statistics.answered > 0 ? EXIT.done : EXIT.failed;
  } catch (error) {
    if (error instanceof PingError) finish(error.result);
    throw error;
  } finally {
    stopListening();
  }
}

function toStandardOutput(text: string): void {
  process.stdout.write(text);
}

function lineOf(event: PingEvent): string {
  switch (event.kind) {
    case 'plan':
      return pingHeadline(event);
    case 'reply':
      return pingReplyLine(event);
    case 'failure':
      return pingFailureLine(event);
    case 'missed':
      return pingMissedLine(event.slots);
  }
}
