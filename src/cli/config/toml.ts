/** A configuration file as its text, its values, and the line in which each of them stands. */
import { parse, TomlError } from 'smol-toml';
import { EcholotError } from '../../core/errors.ts';
import { readSmall } from '../files/small-files.ts';

/** More than anybody writes; a device or a log by mistake is not read to its end. */
const MAX_CONFIG_BYTES = 1024 * 1024;

export type TomlTable = { readonly [key: string]: unknown };

/** A mistake in a configuration, and where. */
export interface Mistake {
  /** Counted from 1. */
  readonly line: number;
  readonly what: string;
}

export class ConfigError extends EcholotError {
  readonly mistakes: readonly string[];

  /** @param mistakes one at least */
  constructor(file: string, mistakes: readonly Mistake[]) {
    const inOrder = [...mistakes].sort((a, b) => a.line - b.line);
    const lines = inOrder.map(({ line, what }) => `${file}:${line}: ${what}`);
    const more = lines.length === 1 ? '' : ` (and ${lines.length - 1} more)`;
    super('usage', `${lines[0]}${more}`, { advice: 'correct the file' });
    this.mistakes = lines;
    this.details = lines.slice(1);
  }
}

export type Path = readonly (string | number)[];

export interface Config {
  readonly values: TomlTable;
  /** @param path keys from the outermost one on; of tables in a list (`[[target]]`) the number of each, from 0 */
  lineOf(path: Path): number;
  /** Of a text in a list, which may go over several lines. */
  lineOfText(path: Path, text: string): number;
}

/** @throws ConfigError, or EcholotError `usage` for a file that cannot be read */
export function readToml(file: string): Config {
  const { text } = readSmall(file, 'a configuration', MAX_CONFIG_BYTES);
  try {
    const values: TomlTable = parse(text);
    return {
      values,
      lineOf: (path) => lineOf(text, path),
      lineOfText: (path, words) => lineOfText(text, lineOf(text, path), words),
    };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? 'no TOML';
    throw new ConfigError(file, [{ line: error.line, what }]);
  }
}

/** The line of a key, or of the nearest table around it that can be found: values of inline tables have no line of their own. */
function lineOf(text: string, path: Path): number {
  const keys = keysByLine(text);
  for (let depth = path.length; depth > 0; depth--) {
    const wanted = path.slice(0, depth).join('.');
    // A list of tables begins with the first of them.
    const at = keys.findIndex((key) => key === wanted || key === `${wanted}.0`);
    if (at >= 0) return at + 1;
  }
  return 1;
}

/** Of each line the whole key that it begins with; the tables of a list are numbered. */
function keysByLine(text: string): readonly (string | undefined)[] {
  const counts = new Map<string, number>();
  let table = '';
  return text.split('\n').map((line) => {
    const found = dottedKey(line);
    if (found === undefined) return undefined;
    if (found.kind === 'key') return table === '' ? found.key : `${table}.${found.key}`;
    if (found.kind === 'list') counts.set(found.key, (counts.get(found.key) ?? -1) + 1);
    table = numbered(found.key, counts);
    return table;
  });
}

/** `target.labels` is of the table of the list `target` that stands above it. */
function numbered(key: string, counts: ReadonlyMap<string, number>): string {
  const words = key.split('.');
  return words
    .map((word, i) => {
      const count = counts.get(words.slice(0, i + 1).join('.'));
      return count === undefined ? word : `${word}.${count}`;
    })
    .join('.');
}

/** The first line from a key on that has it in quotes; that of the key where there is none. */
function lineOfText(text: string, keyLine: number, words: string): number {
  const lines = text.split('\n').slice(keyLine - 1);
  const at = lines.findIndex((line) => line.includes(`"${words}"`) || line.includes(`'${words}'`));
  return keyLine + Math.max(0, at);
}

/** What a line begins with: the head of a table, of one of a list, or a key. */
function dottedKey(
  line: string,
): { readonly key: string; readonly kind: 'table' | 'list' | 'key' } | undefined {
  const [, brackets, head] = /^\s*(\[{1,2})\s*([^[\]]+?)\s*\]/.exec(line) ?? [];
  const key = head ?? /^\s*([^=#]+?)\s*=/.exec(line)?.[1];
  if (key === undefined) return undefined;
  const kind = head === undefined ? 'key' : brackets === '[[' ? 'list' : 'table';
  return { key: key.replaceAll(/["']/g, '').replaceAll(/\s*\.\s*/g, '.'), kind };
}
