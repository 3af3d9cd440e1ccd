/**
 * What of a machine nobody else needs to know: who uses it, what it is called, where it is. Words of others (reasons of errors,
 * paths) may tell; they are shown to strangers in reports of faults.
 */
import { isIP } from 'node:net';

export interface OwnNames {
  /** Each undefined where there is none. */
  readonly home: string | undefined;
  readonly user: string | undefined;
  readonly host: string | undefined;
}

/** So many users have these that they tell nothing, and are words. */
const EVERYBODY: readonly string[] = ['root', 'localhost'];
/** What may be an address, with what stands at its end: a port, a colon, a full stop. */
const CANDIDATE = /[\da-f.:]{2,}(?:%\w+)?/gi;
const SIGN = /[.:]$/;
const PORT = /:\d+[.:]?$/;
/** Everybody's: loopback, and any address at all. */
const COMMON = /^(?:127\.|::1$|::$|0\.0\.0\.0$)/;
/** Signs of regular expressions. */
const SPECIAL = /[\\^$.*+?()[\]{}|/-]/g;

/** @returns `text` with general words where it tells any of them */
export function withoutNames(text: string, { home, user, host }: OwnNames): string {
  let hidden = home === undefined || home.length < 2 ? text : text.replaceAll(home, '~');
  for (const [name, word] of [
    [host, 'HOST'],
    [user, 'USER'],
  ] as const) {
    if (name === undefined || name === '' || EVERYBODY.includes(name)) continue;
    hidden = hidden.replaceAll(wordOf(name), word);
  }
  return hidden.replaceAll(CANDIDATE, withoutAddress);
}

function withoutAddress(token: string): string {
  for (const address of [token, token.replace(SIGN, ''), token.replace(PORT, '')]) {
    if (isIP(address) !== 0) return COMMON.test(address) ? token : `ADDRESS${token.slice(address.length)}`;
  }
  return token;
}

/** Alone, and not within another word. */
function wordOf(name: string): RegExp {
  return new RegExp(`(?<![\\w-])${name.replaceAll(SPECIAL, '\\$&')}(?![\\w-])`, 'gi');
}
