/** The command line of `token`: what to do with keys and tokens, and what each of these actions takes. */
import { merge, object } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { argument, command, constant, option } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { file } from '../options/file.ts';
import { type Example, examples, usageLine } from '../options/help.ts';
import { debug, output } from '../options/printing.ts';
import { defaultedLater } from '../options/words/defaulted.ts';
import { bytesPerDay, span } from '../options/words/token-values.ts';
import { word } from '../options/words/values.ts';

export const DEFAULT_EXPIRES_SECONDS: number = 30 * 86_400;
export const DEFAULT_CLASS = 'token';
export const DEFAULT_KEY_FILE = 'issuer.key';

export const TOKEN_EXAMPLES: readonly Example[] = [
  ['echolot token keygen', 'once: the key that issues tokens, and its public half for servers'],
  [
    'echolot token issue --key issuer.key --name lab --expires 30d --budget 50G/d',
    'a token for a month, in lab.token',
  ],
  ['echolot token show lab.token', 'whose it is, until when, and whether others can read it'],
  ['echolot token revoke lab.token --list revoked.txt', 'it is good no more, within a second'],
];

const ACTIONS = ['keygen', 'issue', 'show', 'revoke'] as const;
export type TokenAction = (typeof ACTIONS)[number];

export const tokenCommandLine = command(
  'token',
  merge(
    object({
      command: constant('token'),
      action: argument(word(ACTIONS, 'ACTION'), {
        description: message`keygen makes the key of an issuer, issue a token, show tells what is in one, revoke ends one`,
      }),
      subject: optional(
        argument(file('FILE'), {
          description: message`the token to show or revoke; revoke takes its id as well`,
        }),
      ),
      output: output(
        message`of keygen and issue: write to this file, which must not exist yet; by default issuer.key, with issuer.key.pub beside it, and the name of the token with .token`,
      ),
      debug,
    }),
    object('What is issued', {
      key: optional(
        option('--key', file('FILE'), {
          description: message`the private key of the issuer, made by keygen`,
        }),
      ),
      name: optional(
        option('--name', string({ metavar: 'NAME' }), {
          description: message`whose token it is, as logs of servers name him`,
        }),
      ),
      class: defaultedLater(
        option('--class', string({ metavar: 'NAME' }), { description: message`on whose terms it is served` }),
        DEFAULT_CLASS,
      ),
      expiresSeconds: defaultedLater(
        option('--expires', span(), { description: message`how long it is good, in days, hours or minutes` }),
        '30d',
      ),
      budgetBytesPerDay: optional(
        option('--budget', bytesPerDay(), {
          description: message`how much may be sent and received with it, such as 50G/d; by default as its class has it`,
        }),
      ),
      audience: optional(
        option('--for', string({ metavar: 'NAME' }), {
          description: message`the one server that it is for, by its --server-name; by default all that know the issuer`,
        }),
      ),
    }),
    object('What is revoked', {
      list: optional(
        option('--list', file('FILE'), {
          description: message`append the id of the token to this file, which servers read with --revoked`,
        }),
      ),
    }),
  ),
  {
    usageLine: usageLine('keygen|issue|show|revoke', '[OPTION...]', '[FILE]'),
    brief: message`Make, show and revoke tokens, by which a server knows a client.`,
    description: message`Makes and revokes tokens: whoever holds one is served on the terms of its class, wherever he comes from: echolot serve --token-key knows its issuer, echolot measure --token shows it. The file of a token holds a private key, which proves its holder and is never sent; whoever may read it is the holder, so it is refused where group or others may.`,
    footer: examples(TOKEN_EXAMPLES),
  },
);

export type TokenArguments = InferValue<typeof tokenCommandLine>;
