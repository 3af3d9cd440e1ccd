/** What kept the addresses of a target from answering, in words: each with its own reason and advice. */
import { EcholotError, type ErrorCode } from '../../core/errors.ts';
import type { Address } from '../../facts/connection.ts';
import { hostPortText } from '../../text/endpoint.ts';
import type { AddressFailure, Target } from '../dialer.ts';

const NS_PER_MS = 1_000_000;
/** RFC 6298, section 2.1: a lost SYN is sent again after a second; whoever waits less may have met one lost packet. */
const TELLING_MS = 1_000;
const SILENCE = 'no connection within ';

type Named = Pick<Target, 'host' | 'port'>;

/** How errors speak of one address of a target: `host:port (address)`. */
export function subjectOf({ host, port }: Named, { address }: Address): string {
  return hostPortText(host, port) + (host === address ? '' : ` (${address})`);
}

/**
 * @param subject of {@link subjectOf}
 * @param waitedNs that this address had: less than the time-out, where others were tried before it
 */
export function silence(subject: string, waitedNs: number): EcholotError {
  const waitedMs = Math.ceil(waitedNs / NS_PER_MS);
  const advice =
    waitedMs < TELLING_MS
      ? 'raise --timeout: so short a wait says nothing of a host or a firewall'
      : 'check the address and firewalls, or raise --timeout';
  return new EcholotError('timeout', `${subject}: ${SILENCE}${waitedMs} ms`, { advice });
}

/** Of an address that was given up when another one answered: it may be as alive as that one. */
export function overtaken(subject: string, waitedNs: number, winner: Address): EcholotError {
  const what = `given up after ${Math.ceil(waitedNs / NS_PER_MS)} ms, since ${winner.address} answered`;
  return new EcholotError('timeout', `${subject}: ${what}`, {
    advice: 'to know whether it answers, measure it by itself',
  });
}

/** Whether no other address would fare better: the caller has stopped, or asks what cannot be. */
export function isFinal({ code }: EcholotError): boolean {
  return code === 'cancelled' || code === 'usage' || code === 'internal';
}

/**
 * Of a connection that the kernel would not even begin. What answers within the call is this machine itself, and of all
 * its answers only a refusal is that of a server.
 */
export function refusedHere(error: EcholotError): EcholotError {
  const { cause } = error;
  error.nothingSent = !(cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED');
  return error;
}

/** One error of all failures; addresses that failed alike are told together. */
export function noneReached(target: Named, failures: readonly AddressFailure[]): EcholotError {
  const error = ofAll(target, failures);
  error.nothingSent = failures.every((failure) => failure.error.nothingSent);
  return error;
}

function ofAll(target: Named, failures: readonly AddressFailure[]): EcholotError {
  const [first, ...others] = failures;
  if (first === undefined) return new EcholotError('internal', `${target.host} has no address`);
  if (others.length === 0) return first.error;
  const server = hostPortText(target.host, target.port);
  const kinds = [...Map.groupBy(failures, (failure) => kindOf(reasonOf(target, failure))).values()].map(
    (alike) => ({
      reason: commonReason(alike.map((failure) => reasonOf(target, failure))),
      of: alike.map(({ address }) => address.address).join(', '),
      advice: alike[0]?.error.advice,
    }),
  );
  const [only] = kinds;
  if (only !== undefined && kinds.length === 1) {
    return new EcholotError(first.error.code, `${server} (${only.of}): ${only.reason}`, {
      cause: first.error,
      ...(only.advice === undefined ? {} : { advice: only.advice }),
    });
  }
  const told = kinds.map(({ of, reason }) => `${of}: ${reason}`).join('; ');
  const advice = kinds.flatMap(({ of, advice }) => (advice === undefined ? [] : [`for ${of}, ${advice}`]));
  return new EcholotError(
    commonCode(failures),
    `${server}: none of its ${failures.length} addresses can be reached: ${told}`,
    { cause: first.error, ...(advice.length === 0 ? {} : { advice: advice.join('; ') }) },
  );
}

/** What happened, without the subject. */
function reasonOf(target: Named, { address, error }: AddressFailure): string {
  const prefix = `${subjectOf(target, address)}: `;
  return error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
}

/** Silence is one reason, however long it was. */
function kindOf(reason: string): string {
  return reason.startsWith(SILENCE) ? SILENCE : reason;
}

/** Of reasons of one kind: each address has had a time of its own. */
function commonReason(reasons: readonly string[]): string {
  const [first = '', ...others] = [...new Set(reasons)];
  if (others.length === 0) return first;
  const times = [first, ...others].map((reason) => reason.slice(SILENCE.length).replace(/ ms$/, ''));
  return `${SILENCE}${times.slice(0, -1).join(', ')} and ${times.at(-1)} ms`;
}

function commonCode(failures: readonly AddressFailure[]): ErrorCode {
  const codes = new Set(failures.map(({ error }) => error.code));
  const [only] = codes;
  return codes.size === 1 && only !== undefined ? only : 'network';
}
