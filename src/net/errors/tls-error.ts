/**
 * What a failed TLS handshake means to whoever runs the client, by the code that OpenSSL or Node.js has for it. Each row is
 * one reason. What is not in it is told in the library's own words.
 */
import { EcholotError, type ErrorCode } from '../../core/errors.ts';
import { printable } from '../../text/printable.ts';
import { networkError } from './network-error.ts';

interface Wording {
  readonly codes: RegExp;
  /** Default `peer`. */
  readonly code?: ErrorCode;
  readonly what: string;
  readonly advice: string;
}

const GIVE_CA = 'if it is the right server, have it trusted with --tls-ca FILE';
/** A name of a certificate is the peer's, and may be as long as it likes. */
const SHOWN_NAMES = 200;

const WORDINGS: readonly Wording[] = [
  {
    codes: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    what: "the server's certificate is self-signed: nobody vouches for it",
    advice: `${GIVE_CA}, which has that certificate`,
  },
  {
    codes:
      /^(?:SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/,
    what: "the server's certificate comes from a CA that is not known here",
    advice: `${GIVE_CA}, which has the certificate of that CA; a server sends those between it and its own along`,
  },
  {
    codes: /^CERT_HAS_EXPIRED$/,
    what: "the server's certificate has expired",
    advice: 'renew it, or check the clock of this machine',
  },
  {
    codes: /^CERT_NOT_YET_VALID$/,
    what: "the server's certificate is not valid yet",
    advice: 'check the clock of this machine',
  },
  {
    codes:
      /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE|RECORD_LAYER_FAILURE)$/,
    what: 'what answers there does not speak TLS',
    advice: 'leave out --tls, or name the port on which the server speaks it (echolot serve --tls-port)',
  },
  {
    codes: /^ERR_SSL_(?:UNSUPPORTED_PROTOCOL|TLSV1_ALERT_PROTOCOL_VERSION|VERSION_TOO_LOW)$/,
    what: 'the server speaks no version of TLS from 1.2 on',
    advice: 'have the server speak TLS 1.2 or 1.3: older ones are broken',
  },
  {
    codes: /^ERR_SSL_(?:SSL(?:V3)?|SSLV3|TLSV1)_ALERT_HANDSHAKE_FAILURE$/,
    what: 'the server and this client have no cipher suite in common',
    advice: 'look at what the server is set up to speak',
  },
  {
    codes: /^ERR_SSL_.*CERTIFICATE_REQUIRED$/,
    what: 'the server wants a certificate of its clients',
    advice: 'measure a port that does not',
  },
  {
    codes: /^ERR_SSL_.*UNRECOGNIZED_NAME$/,
    what: 'the server does not know the name it was asked for',
    advice: 'give the name of its certificate with --tls-name',
  },
];

/** @param name that the certificate was to have */
export function tlsError(subject: string, error: Error, name: string): EcholotError {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return wrongName(subject, error, name);
  const wording = WORDINGS.find(({ codes }) => codes.test(code));
  if (wording !== undefined) {
    return new EcholotError(wording.code ?? 'peer', `${subject}: ${wording.what}`, {
      cause: error,
      advice: wording.advice,
    });
  }
  // Node.js has this code for an end before the handshake is over, whoever wanted it.
  if (code === 'ECONNRESET') return brokenOff(subject, error);
  if (!code.startsWith('ERR_SSL') && !('library' in error)) return networkError(subject, error);
  const reason = 'reason' in error ? String(error.reason) : error.message;
  return new EcholotError('peer', `${subject}: no TLS handshake: ${printable(reason, SHOWN_NAMES)}`, {
    cause: error,
    advice: "look at the server's log",
  });
}

/** The server ended the connection in the middle of it, with FIN or with a reset. */
export function brokenOff(subject: string, cause?: Error): EcholotError {
  return new EcholotError('peer', `${subject}: the server closed the connection during the TLS handshake`, {
    ...(cause === undefined ? {} : { cause }),
    advice: 'check that the port speaks TLS, leave out --tls where it does not, and look at its log',
  });
}

/** @param timeoutMs of the whole way to the server */
export function handshakeSilence(subject: string, timeoutMs: number): EcholotError {
  return new EcholotError('timeout', `${subject}: connected, but no TLS handshake within ${timeoutMs} ms`, {
    advice: 'check that the port speaks TLS and leave out --tls where it does not, or raise --timeout',
  });
}

function wrongName(subject: string, error: Error, name: string): EcholotError {
  const { cert } = error as { cert?: { subjectaltname?: string } };
  const names = (cert?.subjectaltname ?? 'no name').replaceAll(/DNS:|IP Address:/g, '');
  const shown = printable(names, SHOWN_NAMES);
  return new EcholotError('peer', `${subject}: the server's certificate is for ${shown}, not for ${name}`, {
    cause: error,
    advice: 'use a name that it has: as the host, or with --tls-name',
  });
}
