/** Error codes and exit codes, with their meanings. */
import { EXIT, exitCodeOf } from '../../src/cli/exit-codes.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { code, table } from './markdown.ts';
import { itemComments } from './source-comments.ts';

/** Every error code and what it means, from the comment of its type. */
export function errorCodes(): ReadonlyMap<string, string> {
  return itemComments('src/core/errors.ts');
}

export function errorTable(): string {
  const rows = [...errorCodes()].map(([name, meaning]) => [
    code(name),
    meaning,
    String(exitCodeOf(name as ErrorCode)),
  ]);
  return table(['code', 'meaning', 'exit code'], rows);
}

const EXIT_MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'everything that was asked for was done',
  failed: 'it failed; one line on standard error says why, and what was measured before is still reported',
  usage: 'the command line asks for something impossible; nothing was sent',
  threshold: 'a condition of `--fail-if` is fulfilled; the report was printed all the same',
  interrupted:
    'it was interrupted; the first Ctrl-C, or a terminal that is hung up, ends a measurement and still reports, a second Ctrl-C ends at once',
};

export function exitCodes(): readonly (readonly [exitCode: number, meaning: string])[] {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  return names.map((name) => [EXIT[name], EXIT_MEANING[name]]);
}

export function exitCodeTable(): string {
  return table(
    ['exit code', 'meaning'],
    exitCodes().map(([exitCode, meaning]) => [String(exitCode), meaning]),
  );
}
