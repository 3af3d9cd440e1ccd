/** What the kernel tells in files (`/proc`, `/sys`): read whole, and nothing where it tells nothing. */
import { readFileSync } from 'node:fs';

/** Text of a file of the kernel's; undefined where there is none. */
export type ReadText = (path: string) => string | undefined;

/** On Linux alone: elsewhere a file of this name would be somebody's. */
export const readKernelText: ReadText = (path) => {
  if (process.platform !== 'linux') return undefined;
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
};
