/** Why a target does not answer is one word that an operator can count: each way to fail has the right one. */
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../../src/core/errors.ts';
import type { FailureReason } from '../../../src/monitor/records/interval.ts';
import { failureReason } from '../../../src/monitor/runs/failures.ts';
import { networkError } from '../../../src/net/errors/network-error.ts';
import { packError, unpackError } from '../../../src/net/errors/packed-error.ts';

function system(code: string, syscall: string): EcholotError {
  const cause = Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
  // As it comes from the thread of an engine, which keeps no cause.
  return unpackError(packError(networkError('host:1', cause)));
}

const OF_SYSTEM: readonly (readonly [string, string, FailureReason])[] = [
  ['ENOTFOUND', 'getaddrinfo', 'name'],
  ['EAI_AGAIN', 'getaddrinfo', 'name'],
  ['ECONNREFUSED', 'connect', 'refused'],
  ['EHOSTUNREACH', 'connect', 'unreachable'],
  ['ENETUNREACH', 'connect', 'unreachable'],
  ['EACCES', 'connect', 'unreachable'],
  ['ETIMEDOUT', 'connect', 'timeout'],
  ['ETIMEDOUT', 'recv', 'timeout'],
  ['ECONNRESET', 'recv', 'reset'],
  ['EPIPE', 'send', 'reset'],
  ['EMFILE', 'socket', 'here'],
  ['ENFILE', 'socket', 'here'],
  ['ENOBUFS', 'send', 'here'],
  ['EADDRNOTAVAIL', 'connect', 'here'],
];

describe('a failed call of the system', () => {
  test.each(OF_SYSTEM)('%s of %s is %s', (code, syscall, reason) => {
    expect(failureReason(system(code, syscall))).toBe(reason);
  });
});

function of(code: EcholotError['code'], message: string, rest: Partial<EcholotError> = {}): EcholotError {
  return Object.assign(new EcholotError(code, message), rest);
}

const OTHERS: readonly (readonly [string, EcholotError, FailureReason])[] = [
  ['silence', of('timeout', 'a:1: no connection within 2500 ms'), 'timeout'],
  ['a silent resolver', of('timeout', 'a:1: the name was not looked up within 2500 ms'), 'name'],
  ['a name without that family', of('network', 'a has no IPv6 address'), 'name'],
  ['a server that is full', of('limit', 'the server is full', { phase: 'setup' }), 'declined'],
  [
    'a server that refuses by its terms',
    new EcholotError('limit', 'the server takes at most 5 probes', { refusal: 'probes' as never }),
    'declined',
  ],
  ['a limit of this machine', of('limit', 'too many open files'), 'here'],
  ['an answer that is none', of('peer', 'the server echoed something else'), 'peer'],
  ['a certificate that does not hold', of('peer', 'TLS: the certificate is not trusted'), 'tls'],
  ['routes of this machine', of('network', 'no route to the host', { nothingSent: true }), 'here'],
  ['a fault of echolot', of('internal', 'oh'), 'here'],
];

test.each(OTHERS)('%s has its word', (_, error, reason) => {
  expect(failureReason(error)).toBe(reason);
});
