/** What the program asks for its parts that are no modules of it. */
import type { ThreadName } from './threads.ts';

export interface Parts {
  /** What starts this program again, before the words of a command line. */
  readonly program: readonly string[];
  /** What the program is made of besides itself, for people; undefined where a package manager knows. */
  readonly contents: string | undefined;
  /** What a thread begins with. */
  thread(name: ThreadName): URL;
  /** The text of package.json. */
  manifest(): string;
  /** The library that calls the C library. @throws Error where it does not load, which says why */
  koffi(): unknown;
  /** A file of the letters on pictures, for a library that reads it by itself. @throws Error likewise */
  font(file: string): string;
}
