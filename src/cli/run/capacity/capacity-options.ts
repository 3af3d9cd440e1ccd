/** What the words of `echolot capacity` ask of the library. */
import type { CapacityOptions } from '../../../index.ts';
import type { CapacityArguments } from '../../commands/capacity.ts';
import { givenSocketOptions } from '../../options/engine.ts';
import { given } from '../../options/given.ts';
import { targetOf } from '../target.ts';
import { givenTls } from '../tls.ts';
import { heldTokenOf } from '../token/held-token.ts';

export function capacityOptionsOf(options: CapacityArguments): CapacityOptions {
  const { condition, fromPerSecond, maxPerSecond, precision, maxTimeMs, durationMs } = options;
  const { connections, inFlight, arrivals, size, seed } = options;
  const { serverDelayMs, delayUnit, protocol, timeoutMs, family, engine } = options;
  const sizes = size === undefined ? undefined : [size];
  return {
    ...targetOf(options),
    ...given({ condition: condition?.text, fromPerSecond, maxPerSecond, precision, maxTimeMs }),
    ...given({ stepMs: durationMs, connections, inFlight, arrivals, sizes, seed }),
    ...given({ serverDelayMs, delayUnit, protocol, timeoutMs, family, engine }),
    ...given({ token: heldTokenOf(options.tokenFile, protocol) }),
    socket: { ...givenSocketOptions(options), ...givenTls(options) },
  };
}
