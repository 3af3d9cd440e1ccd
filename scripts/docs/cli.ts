/** The command line in Markdown: every command with its usage, arguments, options and examples. */
import type { CommandName } from '../../src/cli/commands/table.ts';
import { PROGRAM_NAME } from '../../src/cli/program.ts';
import { type CommandDoc, commandDoc, commandNames, type OptionDoc } from './commands.ts';
import { code, table } from './markdown.ts';

/** Every command's page, one below the other. */
export function commandsSection(): string {
  return commandNames()
    .map((name) => commandPage(commandDoc(name)))
    .join('\n');
}

export function commandTable(): string {
  const rows = commandNames().map((name) => {
    const { operands, brief } = commandDoc(name);
    return [code(`${PROGRAM_NAME} ${name} ${operands}`.trim()), brief];
  });
  return table(['command', 'what it does'], rows);
}

/** The options of one command in one table. */
export function optionTable(name: CommandName): string {
  const options = commandDoc(name).groups.flatMap((group) => group.options);
  return options.length === 0 ? 'No options.\n' : table(OPTION_HEADER, options.map(optionRow));
}

const OPTION_HEADER = ['option', 'meaning', 'default'];

function commandPage(command: CommandDoc): string {
  const { name, operands, brief, description, groups, exclusive, examples } = command;
  const parts = [`### ${name}`, fence(`${PROGRAM_NAME} ${name} ${operands}`.trim()), description ?? brief];
  if (command.arguments.length > 0) {
    parts.push(table(['argument', 'meaning', 'default'], command.arguments.map(optionRow)).trimEnd());
  }
  for (const { title, options } of groups) {
    parts.push(`${title}:`, table(OPTION_HEADER, options.map(optionRow)).trimEnd());
  }
  for (const names of exclusive) parts.push(`At most one of ${names.map(code).join(', ')} may be given.`);
  if (examples.length > 0) {
    const lines = examples.map(({ line, meaning }) => `# ${meaning}\n${line}`);
    parts.push('Examples:', fence(lines.join('\n\n'), 'sh'));
  }
  return `${parts.join('\n\n')}\n`;
}

function optionRow({ names, metavar, description, default: value, choices }: OptionDoc): string[] {
  const spelled = names.map((name) => code(metavar === undefined ? name : `${name} ${metavar}`)).join(', ');
  const words = choices.length === 0 ? '' : `; one of ${choices.map(code).join(', ')}`;
  return [spelled, description + words, value === undefined ? '' : code(value)];
}

function fence(text: string, language = 'text'): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
