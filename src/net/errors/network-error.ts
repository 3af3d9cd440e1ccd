/** Errors of sockets in words, whichever way to the wire met them. */

import { EcholotError, type ErrorPhase } from '../../core/errors.ts';
import { ownInterfaces } from '../reach/own-interfaces.ts';
import { type Circumstances, textFor, wordingOf } from './error-wordings.ts';

/** An error, or the record of one. */
export interface Happened {
  readonly code: EcholotError['code'];
  readonly phase?: ErrorPhase | null | undefined;
  readonly message: string;
  readonly received?: string | null | undefined;
}

/**
 * A failed system call as an error about `subject` (`host:port`): `network`, `limit` where it is this machine's
 * limit, or `usage` where an option asks for what this machine does not have.
 */
export function networkError(subject: string, error: unknown, about: Circumstances = {}): EcholotError {
  const { code, syscall } = partsOf(error);
  const circumstances = { hasOwnAddress: () => hasOwnAddress(about.address), ...about };
  const wording = code === undefined ? undefined : wordingOf(code, syscall ?? '', circumstances);
  if (wording === undefined) {
    const what =
      code === undefined || syscall === undefined ? textOf(error) : `${syscall} failed with ${code}`;
    return new EcholotError('network', `${subject}: ${what}`, { cause: error });
  }
  return new EcholotError(wording.code ?? 'network', `${subject}: ${textFor(wording.what, circumstances)}`, {
    cause: error,
    advice: textFor(wording.advice, circumstances),
  });
}

/** What a limit of this machine has kept from being done, whatever that was; undefined for any other error. */
export function limitError(error: unknown): (EcholotError & { readonly advice: string }) | undefined {
  const { code = '', syscall = '' } = partsOf(error);
  const wording = wordingOf(code, syscall, {});
  if (wording?.code !== 'limit') return undefined;
  const advice = textFor(wording.advice, {});
  const message = `${textFor(wording.what, {})} (${syscall === '' ? code : `${syscall}: ${code}`})`;
  return Object.assign(new EcholotError('limit', message, { cause: error }), { advice });
}

/** As the errors of Node have it, and those of our own system calls. */
function partsOf(error: unknown): { code: string | undefined; syscall: string | undefined } {
  if (!(error instanceof Error)) return { code: undefined, syscall: undefined };
  const { code, syscall } = error as NodeJS.ErrnoException;
  return { code, syscall };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether this machine has an address that `address` could be reached from: a loopback's is a loopback. */
function hasOwnAddress(address: string | undefined): boolean {
  if (address === undefined || !address.includes(':')) return true;
  const own = Object.values(ownInterfaces()).flatMap((addresses = []) => addresses);
  // Where the machine does not tell, nothing speaks against it.
  return (
    own.length === 0 ||
    own.some(({ family, internal }) => family === 'IPv6' && (address !== '::1' || internal))
  );
}

/**
 * Whether a connection came to nothing before the peer had said a word: refused, left in the queue of its kernel, or
 * closed or reset with it, as a queue is when its listener ends.
 * @param asked the phase in which a client first asks something; plain echo has no setup
 */
export function isNotServed(error: Happened, asked: ErrorPhase = 'setup'): boolean {
  const { code, phase, received } = error;
  if (phase === 'connect')
    return code === 'timeout' || (code === 'network' && /refused|reset/.test(error.message));
  if (phase !== asked) return false;
  if (code === 'peer') return received === 'nothing';
  return (code === 'network' || code === 'timeout') && (received ?? null) === null;
}

/** Whether the server answered with the protocol's word for no. */
export function isAnswered404({ received }: Pick<Happened, 'received'>): boolean {
  return received?.startsWith('404') ?? false;
}

/** Whether it said so to the setup: it objects to that, or is full. */
export function isRefusedSetup(error: Pick<Happened, 'phase' | 'received'>): boolean {
  return error.phase === 'setup' && isAnswered404(error);
}

/** Whether another setup may please the server. */
export function objectsToSetup(error: EcholotError | undefined): error is EcholotError {
  return error?.code === 'peer' && error.phase === 'setup' && !error.speaksOtherwise;
}

/** Whether nothing listens there, or no more. */
export function isRefusedConnection({ code, phase, message }: Happened): boolean {
  return code === 'network' && phase === 'connect' && message.includes('refused');
}
