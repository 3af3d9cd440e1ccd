/** A failed system call in words: by its error number and the call it came from, with advice that can be taken. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { WORDINGS } from '../../src/net/errors/error-wordings.ts';
import { networkError } from '../../src/net/errors/network-error.ts';

interface Case {
  readonly errno: string;
  readonly call: string;
  readonly about?: Parameters<typeof networkError>[2];
  readonly code?: 'network' | 'limit' | 'usage';
  readonly what: string;
  /** Part of the advice. */
  readonly advice: string;
}

const FAR = { address: '192.0.2.7' };
const FAR6 = { address: '2001:db8::7' };
const BOUND = { ...FAR, bindAddress: '192.0.2.1' };

const CASES: readonly Case[] = [
  { errno: 'EAGAIN', call: 'pthread_create', code: 'limit', what: 'no further thread', advice: 'ulimit -u' },
  { errno: 'ENOMEM', call: 'pthread_create', code: 'limit', what: 'memory', advice: 'memory.max' },
  { errno: 'ENOTFOUND', call: 'getaddrinfo', what: 'unknown host', advice: 'spelling' },
  { errno: 'EAI_AGAIN', call: 'getaddrinfo', what: 'could not be looked up', advice: 'resolver' },
  { errno: 'EAI_FAIL', call: 'getaddrinfo', what: 'could not be looked up', advice: 'resolver' },
  { errno: 'ECONNREFUSED', call: 'connect', what: 'nothing listens there', advice: 'echolot serve' },
  {
    errno: 'ECONNREFUSED',
    call: 'connect',
    about: { address: '127.0.0.2' },
    what: 'nothing listens there',
    advice: 'start a server there (echolot serve) or check the port',
  },
  { errno: 'ECONNREFUSED', call: 'connect', about: FAR, what: 'refused', advice: 'serve --host 0.0.0.0' },
  { errno: 'ECONNREFUSED', call: 'connect', about: FAR6, what: 'refused', advice: 'serve --host ::' },
  {
    errno: 'EADDRNOTAVAIL',
    call: 'connect',
    about: { ...FAR6, hasOwnAddress: () => false },
    what: 'this machine has no IPv6 address to reach it from',
    advice: 'give an IPv4 address of the host',
  },
  ...(['EADDRNOTAVAIL', 'EADDRINUSE'] as const).flatMap((errno) =>
    [FAR, BOUND, { ...FAR6, hasOwnAddress: () => true }].map(
      (about): Case => ({
        errno,
        call: 'connect',
        about,
        code: 'limit',
        what: 'the local ports of this machine are used up',
        advice: 'net.ipv4.ip_local_port_range',
      }),
    ),
  ),
  { errno: 'EADDRINUSE', call: 'bind', about: BOUND, code: 'limit', what: 'used up', advice: 'TIME-WAIT' },
  {
    errno: 'EADDRNOTAVAIL',
    call: 'bind',
    about: BOUND,
    code: 'usage',
    what: 'this machine does not have the address 192.0.2.1 to send from',
    advice: '--bind',
  },
  { errno: 'EACCES', call: 'connect', about: FAR, what: 'prohibited', advice: 'ip route get 192.0.2.7' },
  { errno: 'EINVAL', call: 'connect', about: FAR, what: 'blackhole', advice: 'ip route get 192.0.2.7' },
  { errno: 'EINVAL', call: 'connect', about: BOUND, what: 'be reached from 192.0.2.1', advice: '--bind' },
  { errno: 'EHOSTUNREACH', call: 'connect', about: FAR, what: 'no route', advice: 'ip route get 192.0.2.7' },
  { errno: 'EHOSTUNREACH', call: 'recv', what: 'no route', advice: 'host is up' },
  { errno: 'ENETUNREACH', call: 'connect', about: FAR6, what: 'unreachable', advice: 'an IPv4 address' },
  { errno: 'ENETDOWN', call: 'send', what: 'interface is down', advice: 'ip link' },
  { errno: 'ETIMEDOUT', call: 'connect', what: 'connection timed out', advice: 'firewalls' },
  { errno: 'ETIMEDOUT', call: 'read', what: 'does not answer any more', advice: 'host is up' },
  { errno: 'ETIMEDOUT', call: 'send', what: 'does not answer any more', advice: 'host is up' },
  { errno: 'EADDRINUSE', call: 'listen', about: { port: 9_900 }, what: 'port is taken', advice: '--port 0' },
  { errno: 'EADDRINUSE', call: 'bind', about: { port: 9_900 }, what: 'port is taken', advice: '--port 0' },
  { errno: 'EADDRINUSE', call: 'bind', about: { port: 0 }, code: 'limit', what: 'used up', advice: 'range' },
  { errno: 'EADDRNOTAVAIL', call: 'listen', about: FAR, what: 'not have that address', advice: '--host' },
  { errno: 'EADDRNOTAVAIL', call: 'bind', about: FAR, what: 'not have that address', advice: '--host' },
  { errno: 'EACCES', call: 'listen', about: { port: 80 }, what: 'permission denied', advice: 'below 1024' },
  { errno: 'EACCES', call: 'bind', about: { port: 80 }, what: 'permission denied', advice: 'below 1024' },
  { errno: 'EACCES', call: 'bind', about: { port: 9_900 }, what: 'does not permit', advice: 'sandbox' },
  { errno: 'EPERM', call: 'connect', about: FAR, what: 'does not permit', advice: 'firewall' },
  { errno: 'EPERM', call: 'send', what: 'does not permit', advice: 'firewall' },
  { errno: 'EAFNOSUPPORT', call: 'socket', about: FAR6, what: 'has no IPv6', advice: 'an IPv4 address' },
  { errno: 'EAFNOSUPPORT', call: 'connect', about: FAR, what: 'has no IPv4', advice: 'an IPv6 address' },
  { errno: 'EPROTONOSUPPORT', call: 'socket', code: 'usage', what: 'no Multipath', advice: 'leave it out' },
  { errno: 'ENOPROTOOPT', call: 'socket', code: 'usage', what: 'no Multipath', advice: 'leave it out' },
  { errno: 'ECONNRESET', call: 'recv', what: 'reset by the peer', advice: 'its log' },
  { errno: 'ECONNABORTED', call: 'accept4', what: 'reset by the peer', advice: 'its log' },
  { errno: 'EPIPE', call: 'write', what: 'closed the connection', advice: 'its log' },
  ...(['socket', 'connect', 'accept4', 'listen'] as const).flatMap((call): Case[] => [
    { errno: 'EMFILE', call, code: 'limit', what: 'too many open files', advice: 'ulimit -n' },
    { errno: 'ENFILE', call, code: 'limit', what: 'on this machine', advice: 'fs.file-max' },
    { errno: 'ENOMEM', call, code: 'limit', what: 'no memory left', advice: 'tcp_mem' },
    { errno: 'ENOBUFS', call, code: 'limit', what: 'no memory left', advice: 'tcp_mem' },
  ]),
];

function failed(call: string, errno: string): Error {
  return Object.assign(new Error(`${call} ${errno}`), { code: errno, syscall: call });
}

describe('what a user is told of a failed call is what it means there', () => {
  test.each(CASES)('$errno of $call, $about', ({ errno, call, about = {}, code, what, advice }) => {
    const error = networkError('host:9900', failed(call, errno), { hasOwnAddress: () => true, ...about });
    expect(error.message.startsWith('host:9900: ')).toBe(true);
    expect(error.message).toContain(what);
    expect(error.advice).toContain(advice);
    expect(error.code).toBe(code ?? 'network');
  });

  test('every row of the table is met by one of these', () => {
    const met = new Set(
      CASES.map(({ errno, call, about = {} }) => networkError('x', failed(call, errno), about).message),
    );
    for (const { errnos, what, ...row } of WORDINGS) {
      const text = typeof what === 'string' ? what : what({ ...FAR6, bindAddress: '192.0.2.1' });
      const prefix = text.replace(/ (192|IPv).*/, '');
      expect(
        [...met].some((message) => message.includes(prefix)),
        `${errnos} ${row.calls}`,
      ).toBe(true);
    }
  });

  test('a number without words is told with its call, and no advice is made up', () => {
    const error = networkError('host:9900', failed('connect', 'EISCONN'));
    expect(error).toMatchObject({ code: 'network', message: 'host:9900: connect failed with EISCONN' });
    expect(error.advice).toBeUndefined();
  });

  test('what is no failed call is told as it is', () => {
    expect(networkError('host:9900', new Error('odd')).message).toBe('host:9900: odd');
    expect(networkError('host:9900', 'odd').message).toBe('host:9900: odd');
  });
});

describe('advice can be taken: every option in it is one of the command that failed', () => {
  const manual = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
  const optionsOf = (command: string): Set<string> => {
    const section = manual.split(/^#{2,3} /m).find((text) => text.startsWith(`${command}\n`)) ?? '';
    return new Set(section.match(/--[a-z][a-z-]*/g));
  };
  const CLIENTS = ['measure', 'assignment', 'ping', 'compare', 'send'];
  const inAll = (commands: readonly string[]): string[] => {
    const sets = commands.map(optionsOf);
    return [...(sets[0] ?? [])].filter((option) => sets.every((options) => options.has(option)));
  };

  test('the manual is read', () => {
    expect(inAll(CLIENTS)).toContain('--timeout');
    expect(inAll(['measure', 'ping'])).toContain('--bind');
    expect(inAll(['serve'])).toContain('--host');
  });

  test.each(CASES)('$errno of $call, $about', ({ errno, call, about = {} }) => {
    const { advice = '' } = networkError('host:9900', failed(call, errno), about);
    // A server's own options may be named to whoever is told to start one.
    const own = advice.replace(/\(echolot serve[^)]*\)/, '').match(/--[a-z][a-z-]*/g) ?? [];
    const serves = ['bind', 'listen', 'accept4'].includes(call) && about.bindAddress === undefined;
    const known = serves
      ? inAll(['serve'])
      : inAll(about.bindAddress === undefined ? CLIENTS : ['measure', 'ping']);
    for (const option of own) expect(known, advice).toContain(option);
  });
});
