/** What kept the addresses of a target from answering, in words: each with its own reason and advice. */
import { EcholotError, type ErrorCode } from '../../core/errors.ts';
import { type Address, hostPortText } from '../connection.ts';
import type { AddressFailure, Target } from '../dialer.ts';

const NS_PER_MS = 1_000_000;

type Named = Pick<Target, 'host' | 'port'>;

/** How errors speak of one address of a target: `host:port (address)`. */
export function subjectOf({ host, port }: Named, { address }: Address): string {
  return hostPortText(host, port) + (host === address ? '' : ` (${address})`);
}

/** @param subject of {@link subjectOf} */
export function silence(subject: string, waitedNs: number): EcholotError {
  return late(subject, waitedNs, 'check the address and firewalls, or raise --timeout');
}

/** Of an address that was given up when another one answered. */
export function overtaken(subject: string, waitedNs: number): EcholotError {
  return late(subject, waitedNs, 'the name leads there, too: check that host and its firewall');
}

function late(subject: string, waitedNs: number, advice: string): EcholotError {
  const what = `no connection within ${Math.round(waitedNs / NS_PER_MS)} ms`;
  return new EcholotError('timeout', `${subject}: ${what}`, { advice });
}

/** Whether no other address would fare better: the caller has stopped, or asks what cannot be. */
export function isFinal({ code }: EcholotError): boolean {
  return code === 'cancelled' || code === 'usage' || code === 'internal';
}

/** One error of all failures; addresses that failed alike are told together. */
export function noneReached(target: Named, failures: readonly AddressFailure[]): EcholotError {
  const [first, ...others] = failures;
  if (first === undefined) return new EcholotError('internal', `${target.host} has no address`);
  if (others.length === 0) return first.error;
  const server = hostPortText(target.host, target.port);
  const kinds = [...Map.groupBy(failures, (failure) => reasonOf(target, failure)).entries()].map(
    ([reason, alike]) => ({
      reason,
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

function commonCode(failures: readonly AddressFailure[]): ErrorCode {
  const codes = new Set(failures.map(({ error }) => error.code));
  const [only] = codes;
  return codes.size === 1 && only !== undefined ? only : 'network';
}
