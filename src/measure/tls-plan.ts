/** What is asked of TLS, checked: a certificate that cannot be read would be trusted in silence, as none. */
import { X509Certificate } from 'node:crypto';
import { usage } from '../core/errors.ts';
import type { TlsOptions } from '../facts/tls.ts';
import { readHostAlone } from '../net/reach/host-text.ts';
import { checkNames, type OptionNames } from './checks.ts';

const NAMES: OptionNames<TlsOptions> = { ca: true, name: true };
const CERTIFICATES = /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs;

/** @throws EcholotError `usage` */
export function planTls(options: TlsOptions): TlsOptions {
  checkNames(options, NAMES);
  const { ca, name } = options;
  if (ca !== undefined) checkCertificates(ca);
  if (name === undefined) return options;
  return { ...options, name: readHostAlone(name, 'give the name alone') };
}

function checkCertificates(pem: string): void {
  const certificates = pem.match(CERTIFICATES) ?? [];
  if (certificates.length > 0 && certificates.every(isCertificate)) return;
  throw usage(
    certificates.length === 0
      ? 'there is no certificate in what is to be trusted'
      : 'a certificate that is to be trusted cannot be read',
    'give certificates in the form of PEM, which begin with -----BEGIN CERTIFICATE-----',
  );
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
