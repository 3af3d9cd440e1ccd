/** The command line as data, read from the parsers that read it: nothing here is written a second time. */
import type { DocEntry } from '@optique/core/doc';
import { formatMessage, type Message } from '@optique/core/message';
import { getDocPage } from '@optique/core/parser';
import type { Usage } from '@optique/core/usage';
import { COMMAND_NAMES, COMMANDS, type CommandName, cli } from '../../src/cli/commands/table.ts';

/** The group of options without a heading of their own; it comes first, as in help. */
const UNTITLED = 'Options';

export interface OptionDoc {
  /** `-p`, `--port`; for an argument its metavar alone. */
  readonly names: readonly string[];
  readonly metavar: string | undefined;
  readonly description: string;
  readonly default: string | undefined;
  readonly choices: readonly string[];
}

interface OptionGroup {
  readonly title: string;
  readonly options: readonly OptionDoc[];
}

export interface CommandDoc {
  readonly name: string;
  /** After the command's name, such as `[OPTION...] HOST PORT`. */
  readonly operands: string;
  readonly brief: string;
  readonly description: string | undefined;
  readonly arguments: readonly OptionDoc[];
  readonly groups: readonly OptionGroup[];
  /** Options of which one at most may be given. */
  readonly exclusive: readonly (readonly string[])[];
  readonly examples: readonly { readonly line: string; readonly meaning: string }[];
}

/** The commands in the order of their pages. */
export function commandNames(): readonly CommandName[] {
  return COMMAND_NAMES;
}

export function commandDoc(name: CommandName): CommandDoc {
  const page = getDocPage(cli, name.split(' '));
  if (page === undefined) throw new Error(`there is no command ${name}`);
  const usage = withoutCommands(usageOf(name));
  const entries = page.sections.flatMap(({ title, entries }) =>
    // A command of two words has a page of its own.
    entries
      .filter(({ term }) => term.type !== 'command')
      .map((entry): Entry => entryDoc(title ?? UNTITLED, entry)),
  );
  const options = entries.filter(({ isArgument }) => !isArgument);
  const groups = Map.groupBy(options, ({ title }) => title);
  return {
    name,
    operands: operands(usage),
    brief: plain(page.brief),
    description: page.description === undefined ? undefined : plain(page.description),
    arguments: entries.filter(({ isArgument }) => isArgument).map(({ doc }) => doc),
    groups: [...groups]
      .map(([title, members]) => ({ title, options: members.map(({ doc }) => doc) }))
      .sort((a, b) => Number(b.title === UNTITLED) - Number(a.title === UNTITLED)),
    exclusive: exclusive(usage),
    examples: COMMANDS[name].examples.map(([line, meaning]) => ({ line, meaning })),
  };
}

interface Entry {
  readonly title: string;
  readonly isArgument: boolean;
  readonly doc: OptionDoc;
}

function entryDoc(title: string, { term, description, default: value, choices }: DocEntry): Entry {
  const shared = {
    description: plain(description),
    default: value === undefined ? undefined : plain(value),
    choices: choices === undefined ? [] : plain(choices).split(', '),
  };
  if (term.type === 'argument') {
    return { title, isArgument: true, doc: { names: [term.metavar], metavar: undefined, ...shared } };
  }
  if (term.type !== 'option') throw new Error(`a ${term.type} is neither an argument nor an option`);
  return { title, isArgument: false, doc: { names: term.names, metavar: term.metavar, ...shared } };
}

function plain(message: Message | undefined): string {
  return message === undefined ? '' : formatMessage(message, { quotes: false, colors: false });
}

/** What the parser takes, not the short synopsis that the help page shows. */
function usageOf(name: string): Usage {
  return name.split(' ').reduce<Usage>((usage, word) => {
    const own = branchesOf(usage).find(([first]) => first?.type === 'command' && first.name === word);
    return own?.slice(1) ?? [];
  }, cli.usage);
}

/** Of a command that has others under it what it takes itself. */
function withoutCommands(usage: Usage): Usage {
  const branches = branchesOf(usage);
  const hasCommands = branches.some(([first]) => first?.type === 'command');
  return hasCommands ? (branches.find(([first]) => first?.type !== 'command') ?? []) : usage;
}

/** Of a choice; one within a choice is part of it. */
function branchesOf(usage: Usage): readonly Usage[] {
  return usage.flatMap((term) => (term.type === 'exclusive' ? term.terms.flatMap(choicesIn) : []));
}

function choicesIn(usage: Usage): readonly Usage[] {
  const [only, ...others] = usage;
  return only?.type === 'exclusive' && others.length === 0 ? only.terms.flatMap(choicesIn) : [usage];
}

function operands(usage: Usage): string {
  const told = usage.flatMap((term) => {
    if (term.type === 'argument') return [term.metavar];
    const [inner] = term.type === 'optional' || term.type === 'multiple' ? term.terms : [];
    if (inner?.type !== 'argument') return [];
    return [term.type === 'optional' ? `[${inner.metavar}]` : `${inner.metavar}...`];
  });
  const hasOptions = usage.some((term) => term.type === 'optional' && term.terms[0]?.type !== 'argument');
  return [...(hasOptions ? ['[OPTION...]'] : []), ...told].join(' ');
}

function exclusive(usage: Usage): string[][] {
  return usage.flatMap((term) => {
    const [inner] = term.type === 'optional' ? term.terms : [];
    if (inner?.type !== 'exclusive') return [];
    return [
      inner.terms.flatMap(([choice]) => (choice?.type === 'option' ? [choice.names.at(-1) ?? ''] : [])),
    ];
  });
}
