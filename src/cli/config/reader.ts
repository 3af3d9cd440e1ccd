/** What every configuration has: the long options of a command as keys, mistakes with their lines, values as they would be typed. */
import { formatMessage, type Message } from '@optique/core/message';
import { EcholotError } from '../../core/errors.ts';
import type { Config, Mistake, Path, TomlTable } from './toml.ts';

export interface ConfigOption {
  /** Without its dashes. */
  readonly name: string;
  /** As they would be typed. */
  readonly args: readonly string[];
}

/** What is wrong with an option that is typed so; undefined for nothing. */
export type ComplaintOf = (args: readonly string[]) => string | undefined;

export class ConfigReader {
  readonly mistakes: Mistake[] = [];
  protected readonly config: Config;

  constructor(config: Config) {
    this.config = config;
  }

  miss(path: Path, what: string): void {
    this.mistakes.push({ line: this.config.lineOf(path), what });
  }

  option(name: string, value: unknown, complaintOf: ComplaintOf): ConfigOption[] {
    const args = argsOf(name, value);
    // What is whole without a value has none: the value would be another word of the command line.
    if (typeof value !== 'boolean' && complaintOf([`--${name}`]) === undefined) {
      this.miss([name], `${name} is true or false`);
      return [];
    }
    const isList = Array.isArray(value) && args !== undefined;
    // What cannot be typed twice is no list.
    const isWrong = args === undefined || (isList && complaintOf([...args, ...args]) !== undefined);
    if (isWrong) this.miss([name], `${name} is a text, a number, true, or a list of them`);
    if (isWrong || args.length === 0) return [];
    const complaint = complaintOf(args);
    if (complaint !== undefined) this.miss([name], complaint);
    return [{ name, args }];
  }

  /** Calls `check`, and takes what it throws for a mistake there. @returns its value; undefined after a mistake */
  checkAt<T>(path: Path, check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof EcholotError)) throw error;
      const { message, advice } = error;
      this.miss(path, advice === undefined ? message : `${message}; ${advice}`);
      return undefined;
    }
  }
}

/** A parser's complaint in a line, without a full stop. */
export function plainMessage(message: Message): string {
  return formatMessage(message, { quotes: false, colors: false })
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
}

export function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** As an option would be typed, several times for a list; nothing for one that is off, undefined for what cannot be typed. */
function argsOf(name: string, value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) {
    const all = value.map((each) => (typeof each === 'boolean' ? undefined : argsOf(name, each)));
    return all.every((args) => args !== undefined) ? all.flat() : undefined;
  }
  if (typeof value === 'boolean') return value ? [`--${name}`] : [];
  return typeof value === 'string' || typeof value === 'number' ? [`--${name}`, String(value)] : undefined;
}
