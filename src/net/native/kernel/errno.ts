/** The kernel's error numbers as errors. */
import { ERRNO } from './constants.ts';

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(ERRNO).map(([name, number]) => [number, name]),
);

/** A failed system call; `code` is the name of its error number, as in the errors of Node. */
export class SystemError extends Error {
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;

  constructor(syscall: string, errno: number) {
    const code = errnoName(errno);
    super(`${syscall}: ${code}`);
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
  }
}

export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `error ${errno}`;
}

/** Of files, and of no call on a socket that stands: open(2), stat(2). */
const OF_FILES: ReadonlySet<number> = new Set([ERRNO.ENOENT, ERRNO.ENOTDIR]);

/**
 * Whether a call on a socket that stands is to be made again: the socket was not ready, the call was interrupted, or
 * what stands in errno cannot be of it. That is a place in the thread's memory, and what the runtime does between the call
 * and the look at it, such as to look for a file in vain, may overwrite it (seen on a loaded machine: recv, ENOENT).
 */
export function isPassing(errno: number): boolean {
  return errno === ERRNO.EAGAIN || errno === ERRNO.EINTR || OF_FILES.has(errno);
}
