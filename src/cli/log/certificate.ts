/** What is to be told of the certificate that a server shows. */
import type { IdentityFacts } from '../../index.ts';

/** Why clients will refuse it at this time, as an end of a sentence; undefined when it is valid. */
export function invalidity({ validFromMs, validToMs }: IdentityFacts, nowMs: number): string | undefined {
  if (nowMs > validToMs) return `its certificate has expired on ${dayText(validToMs)}`;
  if (nowMs < validFromMs) return `its certificate is not valid before ${dayText(validFromMs)}`;
  return undefined;
}

export function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 'yyyy-mm-dd'.length);
}
