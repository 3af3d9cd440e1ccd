/** What the name of a target stood for in words: which address was measured, and what kept the others from it. */
import type { AddressesRecord } from '../../result/result.ts';

/**
 * @param target host and port as its errors have them, which need not be said of each address again
 * @returns [] where there was no choice
 */
export function addressLines(
  { host, port }: { readonly host: string; readonly port: number },
  addresses: AddressesRecord | null | undefined,
): string[] {
  if (addresses === null || addresses === undefined) return [];
  const { lookedUp, chosen, failed } = addresses;
  if (lookedUp.length < 2 && failed.length === 0) return [];
  const which = chosen === null ? 'none of them answered' : `${chosen} answered first and was measured`;
  const lines = [`${host} stands for ${lookedUp.join(', ')}: ${which}`];
  for (const { address, error } of failed) {
    const what = error.message.replace(`${host}:${port} (${address}): `, '');
    const advice = error.advice === null ? '' : `; ${error.advice}`;
    lines.push(`${address}: ${what}${advice}`);
  }
  return lines;
}
