/** `echolot token`: keys of an issuer, tokens, and lists of those that are revoked, as files. */
import { rmSync } from 'node:fs';
import { type EcholotError, usage } from '../../../core/errors.ts';
import { encodeHeldToken, generateIssuerKey, issueToken, readSigningKey, toldBy } from '../../../tokens.ts';
import {
  DEFAULT_CLASS,
  DEFAULT_EXPIRES_SECONDS,
  DEFAULT_KEY_FILE,
  type TokenAction,
  type TokenArguments,
} from '../../commands/token.ts';
import { EXIT } from '../../exit-codes.ts';
import { readSecret, writePublic, writeSecret } from '../../files/small-files.ts';
import { print } from '../../streams.ts';
import { revoke } from './revoke.ts';
import { momentText, tokenLines } from './show.ts';

const MS_PER_S = 1_000;

const OPTIONS = {
  output: '--output',
  key: '--key',
  name: '--name',
  class: '--class',
  expiresSeconds: '--expires',
  budgetBytesPerDay: '--budget',
  audience: '--for',
  list: '--list',
  subject: 'FILE',
} as const;
type OptionName = keyof typeof OPTIONS;

interface Action {
  readonly needs: readonly OptionName[];
  readonly takes: readonly OptionName[];
  /** @returns what to print */
  readonly run: (options: TokenArguments) => string;
}

const ACTIONS: Readonly<Record<TokenAction, Action>> = {
  keygen: { needs: [], takes: ['output'], run: keygen },
  issue: {
    needs: ['key', 'name'],
    takes: ['class', 'expiresSeconds', 'budgetBytesPerDay', 'audience', 'output'],
    run: issue,
  },
  show: { needs: ['subject'], takes: [], run: ({ subject = '' }) => tokenLines(subject, nowSeconds()) },
  revoke: {
    needs: ['subject', 'list'],
    takes: [],
    run: ({ subject = '', list = '' }) => revoke(subject, list),
  },
};

export async function tokenCommand(options: TokenArguments): Promise<number> {
  const { needs, takes, run } = ACTIONS[options.action];
  for (const name of Object.keys(OPTIONS) as OptionName[]) {
    const isGiven = options[name] !== undefined;
    if (needs.includes(name) && !isGiven) throw missing(options.action, name);
    if (isGiven && !needs.includes(name) && !takes.includes(name)) throw foreign(options.action, name);
  }
  await print(run(options));
  return EXIT.done;
}

function missing(action: TokenAction, name: OptionName): EcholotError {
  const what = name === 'subject' ? 'the file of a token' : OPTIONS[name];
  return usage(`token ${action} needs ${what}`, 'see echolot token --help');
}

function foreign(action: TokenAction, name: OptionName): EcholotError {
  const what = name === 'subject' ? 'a file' : OPTIONS[name];
  return usage(
    `token ${action} takes no ${what.replace(/^a /, '')}`,
    'leave it out; see echolot token --help',
  );
}

function keygen({ output = DEFAULT_KEY_FILE }: TokenArguments): string {
  const publicFile = `${output}.pub`;
  const { privateKey, publicKey } = generateIssuerKey();
  writeSecret(output, privateKey);
  try {
    writePublic(publicFile, publicKey);
  } catch (error) {
    // One half without the other is of no use, and in the way of the next pair.
    rmSync(output);
    throw error;
  }
  return `${output}: the private key, which issues tokens; keep it to yourself\n${publicFile}: the public key, for echolot serve --token-key\n`;
}

function issue(options: TokenArguments): string {
  const { key = '', name = '', expiresSeconds = DEFAULT_EXPIRES_SECONDS } = options;
  const { budgetBytesPerDay, audience, output = `${name}.token` } = options;
  const issuedSeconds = nowSeconds();
  const held = issueToken(readSigningKey(readSecret(key, "an issuer's private key")), {
    name,
    class: options.class ?? DEFAULT_CLASS,
    issuedSeconds,
    expiresSeconds: issuedSeconds + expiresSeconds,
    budgetBytesPerDay,
    audience,
  });
  writeSecret(output, encodeHeldToken(held));
  const { claims } = toldBy(held.token);
  return `${output}: a token for ${name}, id ${claims.id}, until ${momentText(claims.expiresSeconds)}; hand it over by a way that nobody else can read\n`;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / MS_PER_S);
}
