/**
 * The end of the program. Once its output is written, nothing that is left over keeps it: neither a connection that is
 * being closed in peace, nor a look-up that nobody waits for any more.
 */
import { isLookingUp } from '../net/reach/look-up.ts';

/** What ends by itself does so within this. */
const GRACE_MS = 100;
/** There is one on every system that has fork and exec (POSIX). */
const SHELL = '/bin/sh';

/** Lets the program end with what is left to do, and ends it when that takes too long. */
export async function leaveSoon(code: number): Promise<void> {
  // That of an output that was lost stays; whoever said nothing has succeeded.
  const last = code || Number(process.exitCode ?? 0);
  process.exitCode = last;
  await Promise.all([written(process.stdout), written(process.stderr)]);
  // A program with nothing left to do ends before.
  setTimeout(() => replaceProgram(Number(process.exitCode ?? last)), GRACE_MS).unref();
}

/** Ends the program at once. */
export function leave(code: number): never {
  if (isLookingUp()) replaceProgram(code);
  process.exit(code);
}

/**
 * Node joins its threads before it ends, and one of them may be in getaddrinfo for ten seconds and more, since the C
 * library cannot be told to stop: another program takes the place of this one, and ends with its exit code. Where there
 * can be none (Windows, the permission model of Node), the resolver is waited for.
 */
export function replaceProgram(code: number): never {
  if (process.execve !== undefined) {
    process.emit('exit', code);
    try {
      process.execve(SHELL, ['sh', '-c', `exit ${code}`], {});
    } catch {
      // Waiting is left.
    }
  }
  process.exit(code);
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    // A stream that is broken has written what it could.
    if (!stream.writable) resolve();
    else stream.write('', () => resolve());
  });
}
