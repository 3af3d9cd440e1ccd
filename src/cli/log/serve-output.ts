/**
 * What a server prints, all of it by side channels: its first line, and its log or transcript. Clients are served
 * whatever becomes of them.
 */
import { isatty } from 'node:tty';
import { monotonic } from '../../clock/monotonic.ts';
import { EcholotError } from '../../core/errors.ts';
import type { ServerEvent } from '../../index.ts';
import type { ServeArguments } from '../commands/serve.ts';
import { replaceProgram } from '../leave.ts';
import { PROGRAM_NAME } from '../program.ts';
import { visible } from '../visible.ts';
import { type AccessLog, accessLog, droppedLine } from './access-log.ts';
import { LogFile } from './log-file.ts';
import { type FormatLine, lineFormat } from './log-line.ts';
import { SideChannel } from './side-channel.ts';
import { type Sink, standardSink } from './sink.ts';
import { echoTranscript } from './transcript.ts';

const STANDARD_ERROR = 2;
/** What is left when the server has closed gets so long: nobody waits for a reader that has stalled. */
export const FLUSH_MS = 150;
/** The log waits so long for the first line to be out. */
const GREETING_MS = 1_000;

/** Whoever is told of what happens. */
export interface Onlooker {
  tell(event: ServerEvent): void;
  /** Opens the log's file anew; undefined where it has none. */
  readonly reopen: (() => void) | undefined;
}

export class ServeOutput {
  readonly onlooker: Onlooker | undefined;
  /** A warning of the program's own: a line of the log; where there is none, the first goes to standard error. */
  note: (message: string) => void = (message) => this.complain(message);
  private readonly output: SideChannel;
  private readonly channels: { readonly sink: Sink; readonly channel: SideChannel }[] = [];
  private readonly greeted = Promise.withResolvers<void>();
  private flushOnlooker: () => void = () => {};

  private constructor(options: ServeArguments, format: FormatLine) {
    this.output = this.open(
      standardSink(1),
      (lines) => `(${lines === 1 ? '1 message is' : `${lines} messages are`} not shown)\n`,
    );
    this.onlooker = options.quiet ? undefined : options.echo ? this.transcript() : this.log(options, format);
  }

  /** @throws EcholotError `usage` for a log file that cannot be one */
  static open(options: ServeArguments): ServeOutput {
    const colour = options.logFile === undefined && isatty(STANDARD_ERROR);
    return new ServeOutput(options, lineFormat(options.log, colour));
  }

  /** The first line, before any of the log. */
  greet(text: string): void {
    this.output.write(text);
    void this.output.flush(GREETING_MS).then(() => this.greeted.resolve());
  }

  /** Lines that were not read, or could not be written, since the start. */
  get linesDropped(): number {
    return this.channels.reduce((sum, { channel }) => sum + channel.droppedInAll, 0);
  }

  /** Prints what is left, as far as somebody reads it; ends the process where a write holds it up. */
  async end(exitCode: number): Promise<void> {
    this.flushOnlooker();
    const written = await Promise.all(this.channels.map(({ channel }) => channel.flush(FLUSH_MS)));
    for (const { channel } of this.channels) channel.stop();
    if (written.every((all) => all)) return;
    // Not even process.exit() gets past a thread of Node's pool that is stuck in the kernel.
    if (this.channels.some(({ sink }) => sink.holdsProcess)) process.kill(process.pid, 'SIGKILL');
    replaceProgram(exitCode);
  }

  private complain(message: string): void {
    this.note = () => {};
    this.open(standardSink(2), () => '').write(`${PROGRAM_NAME}: ${visible(message)}\n`);
  }

  private transcript(): Onlooker {
    const transcript = echoTranscript(this.output, monotonic);
    this.flushOnlooker = transcript.flush;
    return { tell: transcript.tell, reopen: undefined };
  }

  private log({ logFile, logLevel }: ServeArguments, format: FormatLine): Onlooker {
    const file = logFile === undefined ? undefined : new LogFile(logFile);
    const channel = this.open(file ?? standardSink(2), droppedLine(format), this.greeted.promise);
    const log = accessLog(channel, format, monotonic, logLevel);
    this.flushOnlooker = log.flush;
    this.note = log.note;
    return { tell: log.tell, reopen: file && (() => reopen(file, log)) };
  }

  private open(sink: Sink, dropped: (lines: number) => string, after?: Promise<void>): SideChannel {
    const channel = new SideChannel(sink, {
      clock: monotonic,
      dropped,
      ...(after === undefined ? {} : { after }),
    });
    this.channels.push({ sink, channel });
    return channel;
  }
}

function reopen(file: LogFile, log: AccessLog): void {
  try {
    file.reopen();
  } catch (error) {
    if (!(error instanceof EcholotError)) throw error;
    log.note(`the log stays in the old file: ${error.message}`);
  }
}
