/** Where the project's files are. */
import { fileURLToPath } from 'node:url';

/** The absolute path of a file named relative to the root of the project. */
export function absolute(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
