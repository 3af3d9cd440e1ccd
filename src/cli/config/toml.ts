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

export interface Config {
  readonly values: TomlTable;
  /** @param path keys from the outermost one on */
  lineOf(path: readonly string[]): number;
  /** Of a text in a list, which may go over several lines. */
  lineOfText(path: readonly string[], text: string): number;
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
function lineOf(text: string, path: readonly string[]): number {
  const lines = text.split('\n').map(dottedKey);
  for (let depth = path.length; depth > 0; depth--) {
    const wanted = path.slice(0, depth).join('.');
    let table = '';
    for (const [i, found] of lines.entries()) {
      if (found === undefined) continue;
      if (found.isTable) table = found.key;
      const key = found.isTable || table === '' ? found.key : `${table}.${found.key}`;
      if (key === wanted) return i + 1;
    }
  }
  return 1;
}

/** The first line from a key on that has it in quotes; that of the key where there is none. */
function lineOfText(text: string, keyLine: number, words: string): number {
  const lines = text.split('\n').slice(keyLine - 1);
  const at = lines.findIndex((line) => line.includes(`"${words}"`) || line.includes(`'${words}'`));
  return keyLine + Math.max(0, at);
}

/** What a line begins with: the head of a table, or a key. */
function dottedKey(line: string): { readonly key: string; readonly isTable: boolean } | undefined {
  const head = /^\s*\[{1,2}\s*([^[\]]+?)\s*\]/.exec(line)?.[1];
  const key = head ?? /^\s*([^=#]+?)\s*=/.exec(line)?.[1];
  if (key === undefined) return undefined;
  return { key: key.replaceAll(/["']/g, '').replaceAll(/\s*\.\s*/g, '.'), isTable: head !== undefined };
}
