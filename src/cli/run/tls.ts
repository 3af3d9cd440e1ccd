/** What the words of TLS ask of the library, with the files they name. */
import { usage } from '../../core/errors.ts';
import type { TlsOptions } from '../../index.ts';
import { MAX_PEM_BYTES, readSmall } from '../files/small-files.ts';
import { given } from '../options/given.ts';
import type { TlsArguments, TlsTrust } from '../options/tls.ts';

/** As an option of a socket. @throws EcholotError `usage` for a file that cannot be read */
export function givenTls({ tls, tlsCa, tlsName }: TlsArguments): { tls?: TlsOptions } {
  if (tls) return { tls: trustOf({ tlsCa, tlsName }) };
  refuseTrust({ tlsCa, tlsName });
  return {};
}

/** Who is to be trusted. @throws EcholotError `usage` */
export function trustOf({ tlsCa, tlsName }: TlsTrust): TlsOptions {
  const ca = tlsCa === undefined ? undefined : readSmall(tlsCa, 'certificates (PEM)', MAX_PEM_BYTES).text;
  return given({ ca, name: tlsName });
}

/** Without TLS nobody shows a certificate. @throws EcholotError `usage` */
export function refuseTrust({ tlsCa, tlsName }: TlsTrust): void {
  const name = tlsCa !== undefined ? '--tls-ca' : tlsName !== undefined ? '--tls-name' : undefined;
  if (name !== undefined)
    throw usage(`${name} is of TLS, which was not asked for`, 'add --tls, or leave it out');
}
