/** Options of TLS, of every command that measures. */
import { object } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { option } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { file } from './file.ts';

const trust = {
  tlsCa: optional(
    option('--tls-ca', file('FILE'), {
      description: message`certificates to trust (PEM), instead of those that Node.js comes with`,
    }),
  ),
  tlsName: optional(
    option('--tls-name', string({ metavar: 'NAME' }), {
      description: message`name that the server's certificate must have; default the host`,
    }),
  ),
};

/** Where sides differ, --tls is an option of theirs. */
export const tlsTrust = object(
  'TLS (--tls on, or off,on where the two targets are a plain port and one of TLS)',
  trust,
);

export const tlsOptions = object('TLS (the node engine alone)', {
  tls: option('--tls', { description: message`speak TLS with the server, and check its certificate` }),
  ...trust,
});

export type TlsTrust = InferValue<typeof tlsTrust>;
export type TlsArguments = InferValue<typeof tlsOptions>;
