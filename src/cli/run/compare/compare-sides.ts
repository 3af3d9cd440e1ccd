/**
 * The two sides of a comparison on the command line: `A`, `A B`, or several files a side, `A... -- B...`. The parser
 * of options takes `--` for the end of all options and drops it, so its place is marked before, in a way that no
 * argument of a program can have; options may thus follow the files of B as well.
 */
import { usage } from '../../../core/errors.ts';

/** No argument holds a NUL: the kernel ends arguments with it. */
const SEPARATOR = '\0--';

export interface Sides {
  /** At least one. */
  readonly a: readonly string[];
  /** Empty where only one thing was named. */
  readonly b: readonly string[];
}

/** The arguments with the place of `--` kept, where the command is one that parts its subjects by it. */
export function markSeparator(args: readonly string[]): string[] {
  return args[0] === 'compare' ? args.map((arg) => (arg === '--' ? SEPARATOR : arg)) : [...args];
}

/** What was marked, as it was typed. */
export function unmarked(text: string): string {
  return text.replaceAll(SEPARATOR, '--');
}

/** @throws EcholotError `usage` when it does not show where A ends and B begins */
export function sidesOf(subjects: readonly string[]): Sides {
  const [a = [], b, ...others] = parted(subjects);
  if (others.length > 0)
    throw usage('there is more than one --', 'part the files of A from those of B by one');
  if (b === undefined) {
    if (a.length > 2) {
      throw usage(
        `${a.length} things were named, and nothing parts those of A from those of B`,
        'write -- between them: echolot compare before-*.json -- after-*.json',
      );
    }
    return { a: a.slice(0, 1), b: a.slice(1) };
  }
  if (a.length === 0 || b.length === 0) {
    throw usage(
      `nothing stands ${a.length === 0 ? 'before' : 'after'} --`,
      'name the files of A before it and those of B after it',
    );
  }
  return { a, b };
}

function parted(subjects: readonly string[]): string[][] {
  const sides: string[][] = [[]];
  for (const subject of subjects) {
    if (subject === SEPARATOR) sides.push([]);
    else sides.at(-1)?.push(subject);
  }
  return sides;
}
