/** What a certificate says of itself, for whoever operates the server that shows it. */
import { X509Certificate } from 'node:crypto';

export interface IdentityFacts {
  /** Names and addresses that it is for, as clients check them. */
  readonly names: readonly string[];
  /** Since when it is valid, milliseconds of Unix time. */
  readonly validFromMs: number;
  /** Until when. */
  readonly validToMs: number;
}

/** @param pem of a certificate that has been read already, perhaps with others behind it */
export function identityFacts(pem: string): IdentityFacts {
  const { subjectAltName = '', validFromDate, validToDate } = new X509Certificate(pem);
  return {
    names: subjectAltName
      .split(', ')
      .map((name) => name.replace(/^(?:DNS|IP Address):/, ''))
      .filter((name) => name !== ''),
    validFromMs: validFromDate.getTime(),
    validToMs: validToDate.getTime(),
  };
}
