/** The TLS of `echolot serve`: its files, read at the start and again when SIGHUP asks for it. */

import { usage } from '../../../core/errors.ts';
import type { TlsServeOptions } from '../../../index.ts';
import { DEFAULT_TLS_PORT } from '../../../options.ts';
import type { ServeArguments } from '../../commands/serve.ts';
import { MAX_PEM_BYTES, readSecret, readSmall } from '../../files/small-files.ts';

type TlsFiles = Pick<ServeArguments, 'tlsCert' | 'tlsKey' | 'tlsPort'>;

/** @returns undefined where no TLS was asked for @throws EcholotError `usage` for files that cannot be used */
export function serveTls({ tlsCert, tlsKey, tlsPort }: TlsFiles): TlsServeOptions | undefined {
  if (tlsCert === undefined || tlsKey === undefined) {
    if (tlsCert === undefined && tlsKey === undefined && tlsPort === undefined) return undefined;
    throw usage(
      'a server of TLS needs a certificate and its key',
      'give both, --tls-cert FILE and --tls-key FILE, or leave out TLS',
    );
  }
  return {
    certificate: readSmall(tlsCert, 'a certificate (PEM)', MAX_PEM_BYTES).text,
    key: readSecret(tlsKey, 'the key of a certificate (PEM)', MAX_PEM_BYTES),
    port: tlsPort ?? DEFAULT_TLS_PORT,
  };
}
