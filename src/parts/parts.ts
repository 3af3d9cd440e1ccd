/**
 * Where the parts of this program are that are no modules of it: threads, texts, libraries in machine code. Installed, they are
 * files; in a single file, whose build puts ./single.ts in the place of ./installed.ts, they lie inside it.
 */
export { parts } from './installed.ts';
