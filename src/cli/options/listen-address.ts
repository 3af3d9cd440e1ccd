/** Where to listen, in one word: `9464` on this machine alone, `0.0.0.0:9464` or `[::]:9464` for others as well. */
import { type Message, message } from '@optique/core/message';
import type { ValueParser, ValueParserResult } from '@optique/core/valueparser';
import { EcholotError } from '../../core/errors.ts';
import { readHost } from '../../options.ts';
import { MAX_PORT } from './words/ranges.ts';

const OWN_HOST = '127.0.0.1';
const HOST_AND_PORT = /^(?:(.+):)?(\d{1,5})$/;

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export function listenAddress(): ValueParser<'sync', ListenAddress> {
  return {
    mode: 'sync',
    metavar: '[HOST:]PORT',
    placeholder: { host: OWN_HOST, port: 0 },
    format: ({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`),
    parse: parseListenAddress,
  };
}

function parseListenAddress(input: string): ValueParserResult<ListenAddress> {
  const [, hostText, digits = ''] = HOST_AND_PORT.exec(input) ?? [];
  const port = Number(digits);
  const isAmbiguous = hostText?.includes(':') === true && !hostText.startsWith('[');
  if (digits === '' || port > MAX_PORT || isAmbiguous) return failure(input);
  if (hostText === undefined) return { success: true, value: { host: OWN_HOST, port } };
  try {
    return { success: true, value: { host: readHost(hostText).host, port } };
  } catch (error) {
    if (error instanceof EcholotError) return failure(input);
    throw error;
  }
}

function failure(input: string): { success: false; error: Message } {
  return {
    success: false,
    error: message`Expected a port such as 9464, or an address with one such as 0.0.0.0:9464 or [::]:9464, but got ${input}.`,
  };
}
