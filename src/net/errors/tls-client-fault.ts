/** What a client did instead of a TLS handshake, in words for the log of a server. */
import { EcholotError } from '../../core/errors.ts';
import { printable } from '../../text/printable.ts';
import { networkError } from './network-error.ts';

const SHOWN = 100;

/** The same first bytes fail in several ways: what they could not be is told by the library that read them. */
const NO_TLS =
  /^ERR_SSL_(?:WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE)$/;
const WORDINGS: readonly (readonly [codes: RegExp, what: string])[] = [
  [NO_TLS, 'a client spoke no TLS to the port of TLS'],
  [/^ERR_SSL_(?:UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW)$/, 'a client speaks no version of TLS from 1.2 on'],
  [/^ERR_SSL_NO_SHARED_CIPHER$/, 'a client has no cipher suite in common with this server'],
  [/^ERR_SSL_.*_ALERT_UNKNOWN_CA$/, 'a client does not know the CA of the certificate'],
  [/^ERR_SSL_.*_ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_\w+)$/, 'a client does not accept the certificate'],
];

/** Whether the first bytes that came were none of TLS. */
export function spokeNoTls(error: Error): boolean {
  return NO_TLS.test((error as NodeJS.ErrnoException).code ?? '');
}

/** @param isSecured whether the handshake was over */
export function tlsClientFault(subject: string, error: Error, isSecured: boolean): EcholotError {
  const { code = '' } = error as NodeJS.ErrnoException;
  const what = WORDINGS.find(([codes]) => codes.test(code))?.[1];
  if (what !== undefined) return new EcholotError('peer', `${subject}: ${what}`, { cause: error });
  if (!code.startsWith('ERR_SSL_')) return networkError(subject, error);
  const reason = 'reason' in error ? String(error.reason) : code;
  const doing = isSecured ? 'broke TLS' : 'failed at the TLS handshake';
  return new EcholotError('peer', `${subject}: a client ${doing}: ${printable(reason, SHOWN)}`, {
    cause: error,
  });
}
