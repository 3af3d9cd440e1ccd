/** Errors of sockets in words, whichever way to the wire met them. */

import { EcholotError } from '../../core/errors.ts';
import { ownInterfaces } from '../reach/own-interfaces.ts';
import { type Circumstances, textFor, wordingOf } from './error-wordings.ts';

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

/** Whether nothing listens there, or no more. */
export function isRefusedConnection({ code, phase, message }: EcholotError): boolean {
  return code === 'network' && phase === 'connect' && message.includes('refused');
}
