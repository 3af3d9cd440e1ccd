/**
 * The log in a file of its own (`--log-file`): appended to, made readable for owner and group only, and opened anew
 * when it has been moved away. Refuses what is no regular file: a device or a pipe would be written to by name, and
 * a link could lead the log of a privileged server into any file.
 */
import { close, closeSync, constants, fstatSync, openSync } from 'node:fs';
import { EcholotError } from '../../core/errors.ts';
import { DescriptorSink, type Sink } from './sink.ts';

/** The log names who connected: owner and group may know. */
const MODE = 0o640;

export class LogFile implements Sink {
  private readonly path: string;
  private readonly sink: DescriptorSink;
  /** Replaced while a write to it was under way. */
  private old: number | undefined;

  /** @throws EcholotError `usage` for a path that cannot be a log */
  constructor(path: string) {
    this.path = path;
    this.sink = new DescriptorSink(openLog(path));
  }

  get holdsProcess(): boolean {
    return this.sink.holdsProcess;
  }

  write(bytes: Buffer, done: (error: NodeJS.ErrnoException | undefined, written: number) => void): void {
    this.sink.write(bytes, (error, written) => {
      if (this.old !== undefined) close(this.old, () => {});
      this.old = undefined;
      done(error, written);
    });
  }

  /** Opens the path again; the old file stays in use if that fails. @throws EcholotError `usage` */
  reopen(): void {
    const fd = openLog(this.path);
    const before = this.sink.fd;
    this.sink.fd = fd;
    if (this.sink.holdsProcess && this.old === undefined) this.old = before;
    else close(before, () => {});
  }
}

function openLog(path: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK = 0, O_NOFOLLOW = 0, O_NOCTTY = 0 } = constants;
  let fd: number;
  try {
    // Without waiting: a pipe that nobody reads would never be opened.
    fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY, MODE);
  } catch (error) {
    throw refusal(path, error);
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw notRegular(path);
}

function refusal(path: string, cause: unknown): EcholotError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case 'ELOOP':
      return new EcholotError('usage', `the log file ${path} is a symbolic link`, {
        advice: 'name the file itself',
        cause,
      });
    case 'ENXIO':
    case 'EISDIR':
      return notRegular(path);
    default:
      return new EcholotError('usage', `the log file ${path} cannot be opened (${code})`, {
        advice: 'name a file in a folder that this user may write to',
        cause,
      });
  }
}

function notRegular(path: string): EcholotError {
  return new EcholotError('usage', `the log file ${path} is not a regular file`, {
    advice: 'name a file; for a pipe or a device redirect standard error: 2> PATH',
  });
}
