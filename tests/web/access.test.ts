/** Who may see a page: nobody sees one from elsewhere by mistake, and nobody guesses a token. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createAccess, refuseOpenPage } from '../../src/web/http/access.ts';
import { isLoopback, isNamed } from '../../src/web/http/host.ts';

const TOKEN = 'correct horse battery staple';
const tokenHash = createHash('sha256').update(TOKEN).digest();
const tls = { key: 'key', cert: 'cert' };

function request(headers: Readonly<Record<string, string>>, remoteAddress = '192.0.2.1'): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

describe('a page that could be seen from elsewhere', () => {
  test.each([
    ['localhost', {}],
    ['127.0.0.1', {}],
    ['::1', {}],
    ['0.0.0.0', { tokenHash, tls }],
    ['0.0.0.0', { insecure: true }],
    ['192.0.2.1', { tokenHash, insecure: true }],
  ])('is served on %s with %j', (host, options) => {
    expect(() => refuseOpenPage({ host, ...options })).not.toThrow();
  });

  test.each([
    ['0.0.0.0', {}, /could be seen by anybody/],
    ['::', { tls }, /could be seen by anybody/],
    ['192.0.2.1', { tokenHash }, /could be read on its way/],
    ['example.org', {}, /could be seen by anybody/],
    ['localhost.example.org', {}, /could be seen by anybody/],
    ['localhost', { tokenHash: new Uint8Array(3) }, /no.* SHA-256/],
  ])('is refused on %s with %j', (host, options, message) => {
    expect(() => refuseOpenPage({ host, ...options })).toThrow(message);
  });
});

describe('the name that a page is asked under', () => {
  test.each([
    'localhost',
    'localhost:9901',
    '127.0.0.1:9901',
    '[::1]',
    '[::1]:9901',
    'LOCALHOST',
    'mon.lan:80',
  ])('%s is its own', (host) => {
    expect(isNamed(host, ['localhost', 'mon.lan'])).toBe(true);
  });

  test.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    'evil.example:9901',
    '127.0.0.1.nip.io',
    '::1',
  ])('%s is not', (host) => {
    expect(isNamed(host, ['localhost'])).toBe(false);
  });

  test('is checked wherever nobody else reaches it', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', '[::1]', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '128.0.0.1', '127.0.0.1.evil.example'].some(isLoopback)).toBe(false);
  });
});

describe('a page with a token', () => {
  test('is seen by who has it, as a browser with its cookie, as a program with each request', () => {
    const access = createAccess({ host: '', tokenHash, tls }, () => 0);
    expect(access.admits(request({}))).toBe('no');
    expect(access.admits(request({ authorization: 'Bearer wrong' }))).toBe('no');
    const outcome = access.logIn(TOKEN, request({}));
    if (typeof outcome === 'string') throw new Error('not let in');
    expect(outcome.cookie).toMatch(/; HttpOnly; SameSite=Strict; .*; Secure$/);
    expect(outcome.cookie).not.toContain(TOKEN);
    const cookie = outcome.cookie.split(';')[0] ?? '';
    expect(access.admits(request({ cookie: `other=1; ${cookie}` }))).toBe('yes');
    const token = 'no-blanks-in-headers';
    const other = createAccess({ host: '', tokenHash: createHash('sha256').update(token).digest() }, () => 0);
    expect(other.admits(request({ authorization: `Bearer ${token}` }))).toBe('yes');
  });

  test('is not seen with a cookie that is too old, changed, or of another monitor', () => {
    let nowMs = 0;
    const access = createAccess({ host: '', tokenHash }, () => nowMs);
    const outcome = access.logIn(TOKEN, request({}));
    if (typeof outcome === 'string') throw new Error('not let in');
    const cookie = outcome.cookie.split(';')[0] ?? '';
    const [name, value = ''] = cookie.split('=');
    const [until = '', seal = ''] = value.split('.');
    const wrong = [
      `${name}=${Number(until) + 1}.${seal}`,
      `${name}=${until}.`,
      `${name}=`,
      `${name}=x.${seal}`,
    ];
    for (const one of wrong) expect(access.admits(request({ cookie: one }))).toBe('no');
    expect(createAccess({ host: '', tokenHash }, () => 0).admits(request({ cookie }))).toBe('no');
    nowMs = 12 * 3_600_000;
    expect(access.admits(request({ cookie }))).toBe('no');
  });

  test('cannot be tried often from one address, and others are let in meanwhile', () => {
    let nowMs = 0;
    const access = createAccess({ host: '', tokenHash }, () => nowMs);
    for (let i = 0; i < 10; i++) expect(access.logIn(`wrong ${i}`, request({}))).toBe('no');
    expect(access.logIn(TOKEN, request({}))).toBe('busy');
    expect(access.logIn(TOKEN, request({}, '192.0.2.2'))).toHaveProperty('cookie');
    nowMs = 60_000;
    expect(access.logIn(TOKEN, request({}))).toHaveProperty('cookie');
  });

  test('cannot be tried from all addresses of one network of IPv6', () => {
    const access = createAccess({ host: '', tokenHash }, () => 0);
    for (let i = 0; i < 10; i++) access.logIn('wrong', request({}, `2001:db8:1:2::${i}`));
    expect(access.logIn(TOKEN, request({}, '2001:db8:1:2:3::1'))).toBe('busy');
    expect(access.logIn(TOKEN, request({}, '2001:db8:1:3::1'))).toHaveProperty('cookie');
  });
});
