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
