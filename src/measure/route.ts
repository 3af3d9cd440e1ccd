/** The way of a run to its target: looked up once, and kept to the address that answered first. */

import { isIP } from 'node:net';
import { usage } from '../core/errors.ts';
import { type DialOutcome, pinned, type Target } from '../net/dialer.ts';
import type { AddressesRecord } from '../result/result.ts';
import { errorRecord } from './outcome.ts';

export class Route {
  /** What to dial next. */
  target: Target;
  private outcome: DialOutcome | undefined;

  /**
   * @param address of the host, where it is known
   * @throws EcholotError `usage`
   */
  constructor({ host, port, family }: Target, address?: string) {
    this.target = { host, port, family };
    if (address === undefined) return;
    const addressFamily = isIP(address);
    if (addressFamily === 0) throw usage(`${address} is no address`, 'give a numeric one');
    this.target = { ...this.target, addresses: [{ address, family: addressFamily === 6 ? 6 : 4 }] };
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
