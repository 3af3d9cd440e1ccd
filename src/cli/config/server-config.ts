/**
 * The configuration of a server: the long options of `serve` as keys, and beside them who belongs to which class and what each class
 * is granted. Every mistake is found, and named with its line.
 */
import type { ClassOptions, ClassTerms, PolicyOptions } from '../../index.ts';
import { readNetworks } from '../../options.ts';
import { type ConfigOption, ConfigReader, isTable, plainMessage } from './reader.ts';
import { TERM_KEYS } from './term-keys.ts';
import { ConfigError, readToml } from './toml.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface ServerConfig {
  /** As they would be typed. */
  readonly options: readonly ConfigOption[];
  readonly policy: PolicyOptions | undefined;
}

const LISTS = ['allow', 'deny'] as const;
const FAMILIES = ['ipv4', 'ipv6'] as const;
const POLICY_KEYS = ['classes', 'client-bits', 'require-token', ...LISTS] as const;

/** What a file may say beside the options. */
export interface ServerVocabulary extends Vocabulary {
  /** Throws EcholotError for a policy that cannot be, though each of its values can. */
  readonly check: (policy: PolicyOptions) => void;
}

/**
 * @throws ConfigError with every mistake; EcholotError `usage` for a file that cannot be read
 */
export function readServerConfig(
  file: string,
  { names, complaintOf, check }: ServerVocabulary,
): ServerConfig {
  const config = readToml(file);
  const reader = new Reader(config);
  const options = Object.entries(config.values).flatMap(([name, value]) => {
    if (POLICY_KEYS.some((key) => key === name)) return [];
    if (names.includes(name)) return reader.option(name, value, complaintOf);
    reader.miss([name], `there is no option ${name}`);
    return [];
  });
  const policy = POLICY_KEYS.some((key) => key in config.values) ? reader.policy() : undefined;
  if (policy !== undefined) reader.judge(policy, check);
  if (reader.mistakes.length > 0) throw new ConfigError(file, reader.mistakes);
  return { options, policy };
}

class Reader extends ConfigReader {
  /** What each part can be by itself, and what they can be together where all parts can. */
  judge(policy: PolicyOptions, check: ServerVocabulary['check']): void {
    const { classes = {}, requireToken, clientBits } = policy;
    const before = this.mistakes.length;
    const parts: readonly (readonly [readonly string[], PolicyOptions])[] = [
      ...(requireToken === undefined ? [] : [[['require-token'], { requireToken }] as const]),
      ...(clientBits === undefined ? [] : [[['client-bits'], { clientBits }] as const]),
      ...Object.entries(classes).map(
        ([name, terms]) => [['classes', name], { classes: { [name]: terms } }] as const,
      ),
    ];
    for (const [path, part] of parts) this.checkAt(path, () => check(part));
    if (this.mistakes.length > before) return;
    this.checkAt(['classes'], () => check(policy));
    const together = this.mistakes[before];
    if (together === undefined) return;
    // Two classes have one network: it is the second that is told.
    for (const [name, { from = [] }] of Object.entries(classes)) {
      const text = from.find((each) => together.what.includes(each));
      if (text === undefined) continue;
      const line = this.config.lineOfText(['classes', name, 'from'], text);
      this.mistakes[before] = { ...together, line };
    }
  }

  policy(): PolicyOptions {
    const { values } = this.config;
    const lists = Object.fromEntries(
      LISTS.filter((name) => name in values).map((name) => [name, this.networks([name], values[name])]),
    );
    const need = values['require-token'];
    return {
      ...lists,
      // What it can be is the policy's own to say.
      ...(need === undefined ? {} : { requireToken: need as NonNullable<PolicyOptions['requireToken']> }),
      ...this.clientBits(values['client-bits']),
      classes: this.classes(values['classes']),
    };
  }

  private classes(given: unknown): NonNullable<PolicyOptions['classes']> {
    if (given === undefined) return {};
    if (!isTable(given)) {
      this.miss(['classes'], 'classes are tables: [classes.NAME]');
      return {};
    }
    return Object.fromEntries(
      Object.entries(given).map(([name, terms]) => [name, this.terms(['classes', name], terms)]),
    );
  }

  private terms(path: readonly string[], given: unknown): ClassOptions {
    if (!isTable(given)) {
      this.miss(path, `a class is a table: [${path.join('.')}]`);
      return {};
    }
    const terms: { from?: readonly string[] } & { -readonly [name in keyof ClassTerms]?: number } = {};
    for (const [name, value] of Object.entries(given)) {
      const here = [...path, name];
      const row = Object.hasOwn(TERM_KEYS, name) ? TERM_KEYS[name] : undefined;
      if (name === 'from') terms.from = this.networks(here, value);
      else if (row === undefined) {
        this.miss(here, `a class has no ${name}; there are from, ${Object.keys(TERM_KEYS).join(', ')}`);
      } else {
        const number = this.number(here, name, row.parser, value);
        if (number !== undefined) terms[row.term] = Math.round(number * row.factor);
      }
    }
    return terms;
  }

  private number(
    path: readonly string[],
    name: string,
    parser: (typeof TERM_KEYS)[string]['parser'],
    value: unknown,
  ): number | undefined {
    if (typeof value !== 'string' && typeof value !== 'number') {
      this.miss(path, `${name} is a text or a number`);
      return undefined;
    }
    const parsed = parser.parse(String(value));
    if (parsed.success) return parsed.value;
    this.miss(path, `${name}: ${plainMessage(parsed.error)}`);
    return undefined;
  }

  /** Networks; those that are none are told of, and left out. */
  private networks(path: readonly string[], value: unknown): readonly string[] {
    const texts = Array.isArray(value) ? value : [value];
    if (!texts.every((text) => typeof text === 'string')) {
      this.miss(path, `${path.at(-1)} is a list of networks: ["192.0.2.0/24", "2001:db8::/32"]`);
      return [];
    }
    return texts.filter((text) => {
      const before = this.mistakes.length;
      this.checkAt(path, () => void readNetworks([text], whereOf(path)));
      const complaint = this.mistakes[before];
      if (complaint !== undefined) {
        this.mistakes[before] = { ...complaint, line: this.config.lineOfText(path, text) };
      }
      return complaint === undefined;
    });
  }

  private clientBits(given: unknown): Pick<PolicyOptions, 'clientBits'> {
    if (given === undefined) return {};
    const isRight =
      isTable(given) &&
      Object.entries(given).every(
        ([family, bits]) => FAMILIES.some((known) => known === family) && typeof bits === 'number',
      );
    if (isRight) return { clientBits: given as NonNullable<PolicyOptions['clientBits']> };
    this.miss(['client-bits'], 'client-bits are { ipv4 = 32, ipv6 = 64 }');
    return {};
  }
}

function whereOf([first = '', second = '']: readonly string[]): string {
  return first === 'classes' ? `class ${second}` : first;
}
