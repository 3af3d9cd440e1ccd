/** How a target came to be reached, on its way from the thread that dialled it. */
import type { Address } from '../../../facts/connection.ts';
import type { DialOutcome } from '../../dialer.ts';
import { type PackedError, packError, unpackError } from '../../errors/packed-error.ts';

export interface PackedOutcome {
  readonly addresses: readonly Address[];
  readonly chosen: Address | undefined;
  readonly failures: readonly { readonly address: Address; readonly error: PackedError }[];
}

export function packOutcome({ addresses, chosen, failures }: DialOutcome): PackedOutcome {
  return {
    addresses,
    chosen,
    failures: failures.map(({ address, error }) => ({ address, error: packError(error) })),
  };
}

export function unpackOutcome({ addresses, chosen, failures }: PackedOutcome): DialOutcome {
  return {
    addresses,
    chosen,
    failures: failures.map(({ address, error }) => ({ address, error: unpackError(error) })),
  };
}
