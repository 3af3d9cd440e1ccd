/** Whether a server takes a setup message: what it can mean, what the limits allow, what memory is left for. */

import type { PayloadBudget, SessionLimits } from '../limits.ts';
import type { LoadDesk } from '../load/load-desk.ts';
import { readSetup } from '../wire/decode.ts';
import type { Dialect } from '../wire/dialects.ts';
import { limitedBytes } from '../wire/encode.ts';
import { type DelayUnit, printableEnds } from '../wire/grammar.ts';
import type { SetupReading } from '../wire/messages.ts';

export interface SetupTerms {
  /** Overrides how a dialect's delay numbers are read. */
  readonly delayUnit: DelayUnit | undefined;
  readonly limits: SessionLimits;
  readonly budget: PayloadBudget;
  /** Without one the word that asks for a load is as unknown as any other. */
  readonly desk?: LoadDesk | undefined;
}

export type SetupVerdict =
  /** Every reading that can be served; the first one answers. Memory for the largest is reserved. */
  | {
      readonly first: SetupReading;
      readonly readings: readonly SetupReading[];
      readonly reservedBytes: number;
    }
  /** Why none can be, for the log. */
  | { readonly first: undefined; readonly refusal: string };

const OVER_BUDGET = 'it would pass the limit on the payload of all sessions together';

/** Judges a setup message among `dialects`; reserves memory when it is taken. */
export function admitSetup(
  message: Uint8Array,
  dialects: readonly Dialect[],
  terms: SetupTerms,
): SetupVerdict {
  const { delayUnit, limits, budget, desk } = terms;
  const known = readSetup(message, dialects, delayUnit);
  const understood = desk === undefined ? known.filter(({ setup }) => setup.load !== true) : known;
  const allowed = understood.filter((reading) => brokenLimit(reading, limits) === undefined);
  // The same bytes can mean a large and a small message: the largest that there is memory for decides.
  const sizes = allowed.map(limitedBytes).sort((a, b) => b - a);
  const reservedBytes = sizes.find((bytes) => budget.reserve(bytes)) ?? 0;
  const readings = allowed.filter((reading) => limitedBytes(reading) <= reservedBytes);
  const first = readings[0];
  if (first !== undefined) return { first, readings, reservedBytes };
  const [meant] = understood;
  const refusal = meant === undefined ? printableEnds(message) : (brokenLimit(meant, limits) ?? OVER_BUDGET);
  return { first: undefined, refusal };
}

/** Which limit a setup breaks, in words for the log; undefined when it keeps them all. */
function brokenLimit(reading: SetupReading, limits: SessionLimits): string | undefined {
  const { probes, delay } = reading.setup;
  const bytes = limitedBytes(reading);
  if (bytes > limits.maxPayloadBytes) {
    return `message size ${bytes} is over the limit of ${limits.maxPayloadBytes} bytes`;
  }
  if (probes > limits.maxProbes) return `${probes} probes are over the limit of ${limits.maxProbes}`;
  if (delay.delayNs > limits.maxDelayNs) {
    return `server delay ${delay.delayNs} ns is over the limit of ${limits.maxDelayNs} ns`;
  }
  return undefined;
}
