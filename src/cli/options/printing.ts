/** What is printed, where and how much of it: the same for every command, each option defined once. */
import { or } from '@optique/core/constructs';
import { type Message, message } from '@optique/core/message';
import { map, optional, withDefault } from '@optique/core/modifiers';
import type { Parser } from '@optique/core/parser';
import { flag, option } from '@optique/core/primitives';
import type { Depth } from '../../report/document/document.ts';
import { file } from './file.ts';

/** A form for programs, where it is asked for. */
export function form<const F extends string>(name: F, description: Message): Parser<'sync', F, unknown> {
  return map(flag(`--${name}`, { description }), () => name);
}

/** Of the commands that have one form for programs. */
export function jsonForm(description: Message): Parser<'sync', 'json' | 'human', unknown> {
  return withDefault(form('json', description), 'human' as const);
}

export function output(description: Message): Parser<'sync', string | undefined, unknown> {
  return optional(option('-o', '--output', file('FILE'), { description }));
}

/** Of the commands whose report is printed beside a file in another form. */
export const jsonOutput: Parser<'sync', string | undefined, unknown> = output(
  message`write to this file instead; where its name ends in .json, as JSON, and the report is printed beside it, as with --json`,
);

export const debug: Parser<'sync', boolean, unknown> = option('--debug', {
  description: message`print a stack with an error`,
});

/** @param full what there is beyond the usual: it is not the same of every record */
export function depthOf(full: Message): Parser<'sync', Depth, unknown> {
  return withDefault(
    or(form('brief', message`the answer alone, in a dozen lines`), form('full', full)),
    'usual' as Depth,
  );
}

/** Of the commands that report measurements. */
export const depth: Parser<'sync', Depth, unknown> = depthOf(
  message`everything: all layers, connections, checks, plan, machine and formulas`,
);
