/**
 * Where the lines of a {@link SideChannel} go, by ways that never keep the thread waiting. What Node does by itself
 * depends on the kind of descriptor: pipes and sockets are written without waiting, terminals and files are not.
 * So a terminal is opened anew, without waiting (which leaves the descriptor of other programs as it is), and a file
 * is written by a thread of Node's pool.
 */
import { constants, fstatSync, openSync, write } from 'node:fs';
import { isatty } from 'node:tty';

export interface Sink {
  /**
   * Writes once; `done` is called later, and never from within: how many bytes are out, also with an error. `EAGAIN`
   * for a reader that takes nothing now. One write at a time.
   */
  write(bytes: Buffer, done: (error: NodeJS.ErrnoException | undefined, written: number) => void): void;
  /** Whether the write under way keeps the process from ending: that of a thread, which nothing can take back. */
  readonly holdsProcess: boolean;
}

/** Writes to a descriptor by a thread of Node's pool, which a descriptor that never waits does not hold up. */
export class DescriptorSink implements Sink {
  private descriptor: number;
  private writing = false;

  constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  get fd(): number {
    return this.descriptor;
  }

  /** From the next write on. */
  set fd(descriptor: number) {
    this.descriptor = descriptor;
  }

  get holdsProcess(): boolean {
    return this.writing;
  }

  write(bytes: Buffer, done: (error: NodeJS.ErrnoException | undefined, written: number) => void): void {
    this.writing = true;
    write(this.descriptor, bytes, (error, written) => {
      this.writing = false;
      done(error ?? undefined, written);
    });
  }
}

/** Standard output or error as Node has it, for pipes and sockets: what is not taken waits in the stream. */
class StreamSink implements Sink {
  readonly holdsProcess = false;
  private readonly stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
  }

  write(bytes: Buffer, done: (error: NodeJS.ErrnoException | undefined, written: number) => void): void {
    this.stream.write(bytes, (error) => {
      done(error ?? undefined, error ? 0 : bytes.length);
    });
  }
}

export function standardSink(fd: 1 | 2): Sink {
  const stream = fd === 1 ? process.stdout : process.stderr;
  if (process.platform === 'win32') return new StreamSink(stream);
  if (isatty(fd)) return new DescriptorSink(terminalAnew(fd) ?? fd);
  const kind = fstatSync(fd);
  return kind.isFIFO() || kind.isSocket() ? new StreamSink(stream) : new DescriptorSink(fd);
}

/** The same terminal by a description of one's own, whose writes never wait; undefined where it cannot be had. */
function terminalAnew(fd: number): number | undefined {
  try {
    return openSync(`/dev/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
}
