/** `echolot measure`: runs a plan, shows its progress, prints the report, also of a run that failed. */
import { MeasureError, measure, type ProgressEvent, type Result } from '../index.ts';
import { humanReport } from '../report/human.ts';
import { jsonReport } from '../report/json.ts';
import { LADDER_HEADER, ladderLine } from '../report/ladder.ts';
import { csvReport, ndjsonLines } from '../report/samples.ts';
import { sizeText } from '../result/size-text.ts';
import { givenSocketOptions } from './engine-options.ts';
import { EXIT } from './exit-codes.ts';
import type { MeasureArguments } from './options.ts';
import { openOutput } from './output.ts';
import { ProgressLine } from './progress.ts';

export async function measureCommand(options: MeasureArguments): Promise<number> {
  const { form, output, verbose } = options;
  const write = openOutput(output);
  const run = measure({
    host: options.host,
    port: options.port,
    type: options.type,
    ...(options.sizes === undefined ? {} : { sizes: options.sizes }),
    short: options.short,
    probes: options.probes,
    warmupProbes: options.warmupProbes,
    serverDelayMs: options.serverDelayMs,
    protocol: options.protocol,
    timeoutMs: options.timeoutMs,
    ...(options.family === undefined ? {} : { family: options.family === '4' ? 4 : 6 }),
    engine: options.engine,
    wait: options.wait,
    stamps: options.stamps,
    socket: givenSocketOptions(options),
    trace: verbose,
  });
  const stopListening = cancelOnInterrupt(() => run.cancel());
  const progress = new ProgressLine(process.stderr);
  const show = progressDisplay(progress, verbose);
  try {
    for await (const event of run) {
      show(event);
      if (form === 'ndjson' && event.kind === 'samples')
        write(ndjsonLines({ ...event.planned, ...event, session: event.index + 1 }));
    }
    const result = await run.result;
    progress.clear();
    report(result, options, write);
    return EXIT.done;
  } catch (error) {
    progress.clear();
    if (error instanceof MeasureError) report(error.result, options, write);
    throw error;
  } finally {
    progress.clear();
    stopListening();
  }
}

function report(result: Result, { form, output }: MeasureArguments, write: (text: string) => void): void {
  const measured = result.sessions.some(({ statistics }) => statistics !== null);
  if (form === 'json') write(jsonReport(result));
  else if (form === 'csv') write(csvReport(result));
  else if (form === 'human' && measured) write(humanReport(result));
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

export function progressDisplay(progress: ProgressLine, verbose: boolean): (event: ProgressEvent) => void {
  let sessions = 1;
  let probes = 1;
  let headerShown = false;
  return (event) => {
    switch (event.kind) {
      case 'plan':
        sessions = event.plan.measurements.length;
        probes = event.plan.probes + event.plan.warmupProbes;
        break;
      case 'samples': {
        const done = event.first + event.rttNs.length;
        const { measurement, payloadBytes } = event.planned;
        const what = measurement === 'rtt' ? 'round-trip time' : 'throughput';
        const share = (event.index + done / probes) / sessions;
        progress.update(share, `${what}, ${sizeText(payloadBytes)}: ${done} of ${probes} probes`);
        break;
      }
      case 'messages':
        if (!verbose) break;
        progress.clear();
        if (!headerShown) process.stderr.write(LADDER_HEADER);
        headerShown = true;
        for (const message of event.messages) process.stderr.write(ladderLine(message));
        break;
      case 'attempt': {
        const { dialect, error } = event.attempt;
        if (!verbose) break;
        process.stderr.write(`dialect ${dialect}: ${error.message}\n`);
        break;
      }
    }
  };
}
