/** The way of a run to its target: looked up once, and kept to the address that answered first. */

import { isIP } from 'node:net';
import { usage } from '../core/errors.ts';
import type { Address } from '../facts/connection.ts';
import { type DialOutcome, pinned, type Target } from '../net/dialer.ts';
import type { AddressesRecord } from '../result/result.ts';
import { errorRecord } from './outcome.ts';

export class Route {
  /** What to dial next. */
  target: Target;
  private outcome: DialOutcome | undefined;

  /**
   * @param known the address of the host, or those that it may have, where that is known
   * @throws EcholotError `usage`
   */
  constructor({ host, port, family }: Target, known?: string | readonly Address[]) {
    this.target = { host, port, family };
    if (known === undefined) return;
    this.target = { ...this.target, addresses: typeof known === 'string' ? [addressOf(known)] : known };
  }

  /** For whoever dials. What a later session finds of the one address is its own affair. */
  readonly note = (outcome: DialOutcome): void => {
    if (this.outcome?.chosen !== undefined) return;
    this.outcome = outcome;
    this.target = pinned(this.target, outcome);
  };

  /** Null where nothing was looked up. */
  get record(): AddressesRecord | null {
    if (this.outcome === undefined) return null;
    const { addresses, chosen, failures } = this.outcome;
    if (addresses.every(({ address }) => address === this.target.host)) return null;
    return {
      lookedUp: addresses.map(({ address }) => address),
      chosen: chosen?.address ?? null,
      failed: failures.map(({ address, error }) => ({ address: address.address, error: errorRecord(error) })),
    };
  }
}

function addressOf(address: string): Address {
  const family = isIP(address);
  if (family === 0) throw usage(`${address} is no address`, 'give a numeric one');
  return { address, family: family === 6 ? 6 : 4 };
}
