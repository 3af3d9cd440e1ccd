/** Where a report goes: standard output, or a file. */
import { fstatSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import { EcholotError } from '../core/errors.ts';

/**
 * The file is opened before anything is measured, so that a wrong path costs no measurement; what it holds is
 * replaced only when there is something to write.
 */
export function openOutput(path: string | undefined): (text: string) => void {
  if (path === undefined) return (text) => process.stdout.write(text);
  let file: number | undefined;
  let written = false;
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new EcholotError(file === undefined ? 'usage' : 'limit', `cannot write to ${path}: ${reason}`, {
        advice: 'choose another file with --output',
        cause: error,
      });
    }
  };
  file = attempt(() => openSync(path, 'a'));
  const descriptor = file;
  return (text) =>
    attempt(() => {
      if (!written && fstatSync(descriptor).isFile()) ftruncateSync(descriptor, 0);
      written = true;
      writeFileSync(descriptor, text);
    });
}
