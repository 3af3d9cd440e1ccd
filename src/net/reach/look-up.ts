/**
 * Names looked up as every other program of this machine does it (getaddrinfo: hosts file, resolver, search list).
 * The C library cannot be told to stop, and may wait for a silent resolver for ten seconds and more; whoever asked
 * does not wait for it, and a program that ends has to know that it is still at it.
 */
import { lookup } from 'node:dns';
import { isIPv6 } from 'node:net';
import type { Address } from '../../facts/connection.ts';

/** Rejects with an error as `dns.lookup` has it. */
export type LookUp = (host: string, family: 4 | 6 | undefined) => Promise<readonly Address[]>;

let pending = 0;

/** Whether a thread still waits for a resolver: Node joins it before the process ends. */
export function isLookingUp(): boolean {
  return pending > 0;
}

export const systemLookUp: LookUp = (host, family) =>
  new Promise((resolve, reject) => {
    pending++;
    lookup(host, { all: true, order: 'verbatim', family: family ?? 0 }, (error, found) => {
      pending--;
      if (error !== null) reject(error);
      else resolve(found.map(({ address }) => ({ address, family: isIPv6(address) ? 6 : 4 })));
    });
  });
