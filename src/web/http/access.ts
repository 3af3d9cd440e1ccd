/**
 * Who may see the page: on this machine anybody, elsewhere who has its token. A browser shows it once and gets a cookie
 * that no script reads and no other site sends; a program sends it with each request. The token itself is not kept: whoever
 * calls has given its hash.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { usage } from '../../core/errors.ts';
import { createAttempts } from './attempts.ts';
import { isLoopback } from './host.ts';
import type { TlsTexts } from './listen.ts';

const COOKIE = 'echolot_page';
const COOKIE_MS = 12 * 3_600_000;
const HASH_BYTES = 32;

export interface AccessOptions {
  readonly host: string;
  /** SHA-256 of the page token, 32 bytes; undefined where none is asked for. */
  readonly tokenHash?: Uint8Array | undefined;
  readonly tls?: TlsTexts | undefined;
  /** It may be seen elsewhere without a token, or a token without TLS be read on the way. */
  readonly insecure?: boolean | undefined;
}

/** `busy`: wrong too often of late, whatever was shown now. */
export type Admission = 'yes' | 'no' | 'busy';

export interface Access {
  /** Whether there is a token to be shown at all. */
  readonly hasToken: boolean;
  admits(request: IncomingMessage): Admission;
  /** @returns the header of the cookie when the token is right */
  logIn(token: string, request: IncomingMessage): Admission | { readonly cookie: string };
}

/** @throws EcholotError `usage` for a page that anybody could see, or a token that anybody could read on its way */
export function refuseOpenPage({ host, tokenHash, tls, insecure = false }: AccessOptions): void {
  if (tokenHash !== undefined && tokenHash.length !== HASH_BYTES) {
    throw usage('the hash of the page token is not one of SHA-256', 'give its 32 bytes');
  }
  if (isLoopback(host) || insecure) return;
  if (tokenHash === undefined) {
    throw usage(
      `the page on ${host} could be seen by anybody`,
      'give a page token and a certificate, listen on localhost, or say that it may be insecure',
    );
  }
  if (tls === undefined) {
    throw usage(
      `the page token for ${host} could be read on its way`,
      'give a certificate, listen on localhost, or say that it may be insecure',
    );
  }
}

/** @param nowMs Unix time, ms */
export function createAccess({ tokenHash, tls }: AccessOptions, nowMs: () => number): Access {
  if (tokenHash === undefined) return { hasToken: false, admits: () => 'yes', logIn: () => 'no' };
  const attempts = createAttempts();
  // Another one with each start: a cookie does not outlive the monitor.
  const key = randomBytes(HASH_BYTES);
  const isToken = (token: string): boolean =>
    timingSafeEqual(createHash('sha256').update(token).digest(), tokenHash);
  const sealOf = (untilMs: string): Buffer => createHmac('sha256', key).update(untilMs).digest();

  function isCookie(value: string): boolean {
    const [untilMs = '', seal = ''] = value.split('.', 2);
    const shown = Buffer.from(seal, 'base64url');
    return (
      shown.length === HASH_BYTES && timingSafeEqual(shown, sealOf(untilMs)) && Number(untilMs) > nowMs()
    );
  }

  function judged(token: string, address: string): Admission {
    if (attempts.isOver(address, nowMs())) return 'busy';
    if (isToken(token)) return 'yes';
    attempts.wrong(address, nowMs());
    return 'no';
  }

  return {
    hasToken: true,
    admits: ({ headers: { authorization, cookie }, socket }) => {
      const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      if (bearer !== undefined) return judged(bearer, socket.remoteAddress ?? '');
      const value = cookieIn(cookie ?? '');
      return value !== undefined && isCookie(value) ? 'yes' : 'no';
    },
    logIn: (token, { socket }) => {
      const admission = judged(token, socket.remoteAddress ?? '');
      if (admission !== 'yes') return admission;
      const untilMs = String(nowMs() + COOKIE_MS);
      const value = `${untilMs}.${sealOf(untilMs).toString('base64url')}`;
      const secure = tls === undefined ? '' : '; Secure';
      return {
        cookie: `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_MS / 1_000}${secure}`,
      };
    },
  };
}

function cookieIn(header: string): string | undefined {
  for (const pair of header.split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === COOKIE) return value;
  }
  return undefined;
}
