/**
 * The garbage collector of this thread, which is not to be had otherwise in a program that was started without a flag. The
 * flag is one of the process: a thread that took it back would take it from another that is about to use it.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Does nothing where there is none to be had. */
export function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  return typeof collect === 'function' ? () => void collect() : () => {};
}
