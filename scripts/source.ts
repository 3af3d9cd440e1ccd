/** Which source something is built from: the commit, and its time, which is the time of all that is built (reproducible-builds.org). */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Source {
  readonly version: string;
  readonly description: string;
  /** The commit. */
  readonly revision: string;
  /** Seconds of the epoch: SOURCE_DATE_EPOCH, else when the commit was made. */
  readonly seconds: number;
}

/** @param root of the project @throws Error outside of a repository, or where SOURCE_DATE_EPOCH is no number */
export function sourceOf(root: string): Source {
  const { version, description }: { version: string; description: string } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const [revision = '', made = ''] = git(root, 'log', '-1', '--format=%H %ct').trim().split(' ');
  const given = process.env['SOURCE_DATE_EPOCH'] ?? made;
  if (!/^\d{1,11}$/.test(given)) throw new Error(`SOURCE_DATE_EPOCH is no number of seconds: ${given}`);
  return { version, description, revision, seconds: Number(given) };
}

export function git(root: string, ...words: readonly string[]): string {
  return execFileSync('git', ['-C', root, ...words], { encoding: 'utf8' });
}
