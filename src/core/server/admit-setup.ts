/** Whether a server takes a setup message: what it can mean, what the limits allow, what memory is left for. */

import type { PayloadBudget, SessionLimits } from '../limits.ts';
import type { LoadDesk } from '../load/load-desk.ts';
import type { TokenDesk } from '../token/token-desk.ts';
import { readSetup } from '../wire/decode.ts';
import { DIALECTS, type Dialect } from '../wire/dialects.ts';
import { limitedBytes } from '../wire/encode.ts';
import { askedOf } from '../wire/extensions.ts';
import { asciiBytes, type DelayUnit, printableEnds } from '../wire/grammar.ts';
import type { Setup, SetupReading } from '../wire/messages.ts';
import type { Refusal } from '../wire/refusals.ts';

export interface SetupTerms {
  /** Overrides how a dialect's delay numbers are read. */
  readonly delayUnit: DelayUnit | undefined;
  readonly limits: SessionLimits;
  /** For a setup that announces a token, until it is shown whose: the most that any token grants. Default as for all. */
  readonly tokenLimits?: SessionLimits | undefined;
  /** Why nobody is served who does not announce a token; undefined for most. */
  readonly unlessToken?: Refusal | undefined;
  /** Why a setup without a token is not served; undefined where it is. */
  readonly owesToken?: ((setup: Setup) => Refusal | undefined) | undefined;
  readonly budget: PayloadBudget;
  /** Without one the word that asks for a load is as unknown as any other. */
  readonly desk?: LoadDesk | undefined;
  /** Likewise of tokens. */
  readonly tokenDesk?: TokenDesk | undefined;
}

export type SetupVerdict =
  /** Every reading that can be served; the first one answers. Memory for the largest is reserved, unless it owes a token. */
  | {
      readonly first: SetupReading;
      readonly readings: readonly SetupReading[];
      readonly reservedBytes: number;
    }
  /** Why none can be: for the log, and for a client that may understand more than that its setup is invalid. */
  | { readonly first: undefined; readonly refusal: string; readonly notServed?: Refusal | undefined };

export const OVER_BUDGET: Broken = {
  detail: 'it would pass the limit on the payload of all sessions together',
  refusal: { reason: 'memory' },
};
const NS_PER_MS = 1_000_000;

/** A limit that a setup breaks. */
interface Broken {
  /** For the log. */
  readonly detail: string;
  readonly refusal: Refusal;
}

/** Judges a setup message among `dialects`; reserves memory when it is taken. */
export function admitSetup(
  message: Uint8Array,
  dialects: readonly Dialect[],
  terms: SetupTerms,
): SetupVerdict {
  const { delayUnit, budget, desk, tokenDesk } = terms;
  const known = readSetup(message, dialects, delayUnit);
  const understood = known.filter(
    ({ setup: { load, token } }) =>
      (desk !== undefined || load !== true) && (tokenDesk !== undefined || token !== true),
  );
  const allowed = understood.filter((reading) => brokenTerm(reading, terms) === undefined);
  // The same bytes can mean a large and a small message: the largest that there is memory for decides.
  const sizes = allowed.map(neededBytes).sort((a, b) => b - a);
  const reservedBytes = sizes.find((bytes) => budget.reserve(bytes)) ?? 0;
  const readings = allowed.filter((reading) => neededBytes(reading) <= reservedBytes);
  const first = readings[0];
  if (first !== undefined) return { first, readings, reservedBytes };
  const [meant] = understood;
  if (meant === undefined) return { first: undefined, refusal: printableEnds(message) };
  const { detail, refusal } = brokenTerm(meant, terms) ?? OVER_BUDGET;
  // Whoever asks for an extension is one of ours; to all others an answer is what it always was.
  const isOurs = askedOf(meant.dialect.extensions, meant.setup).length > 0;
  // Unless all would have been told so as soon as they came.
  const isTold = isOurs || (terms.unlessToken !== undefined && dialects.includes(DIALECTS['size-first']));
  return { first: undefined, refusal: detail, notServed: isTold ? refusal : undefined };
}

/** What a setup asks for over other limits than those it was taken under; undefined for nothing. @param line without its end */
export function overLimits(
  line: string,
  { limits, delayUnit }: Pick<SetupTerms, 'limits' | 'delayUnit'>,
): Refusal | undefined {
  const [reading] = readSetup(asciiBytes(`${line}\n`), [DIALECTS['size-first']], delayUnit);
  return reading && brokenLimit(reading, limits)?.refusal;
}

/** What its messages take, as soon as it is taken: whoever has not shown a token yet can send nothing large. */
function neededBytes(reading: SetupReading): number {
  return reading.setup.token === true ? 0 : limitedBytes(reading);
}

function brokenTerm(
  reading: SetupReading,
  { limits, tokenLimits = limits, unlessToken, owesToken }: SetupTerms,
): Broken | undefined {
  const { setup } = reading;
  if (setup.token === true) return brokenLimit(reading, tokenLimits);
  const refusal = unlessToken ?? owesToken?.(setup);
  return refusal === undefined ? brokenLimit(reading, limits) : { detail: 'a token is owed', refusal };
}

/** Which limit a setup breaks; undefined when it keeps them all. */
function brokenLimit(reading: SetupReading, limits: SessionLimits): Broken | undefined {
  const { probes, delay } = reading.setup;
  const { maxPayloadBytes, maxProbes, maxDelayNs } = limits;
  const bytes = limitedBytes(reading);
  if (bytes > maxPayloadBytes) {
    return {
      detail: `message size ${bytes} is over the limit of ${maxPayloadBytes} bytes`,
      refusal: { reason: 'size', most: maxPayloadBytes },
    };
  }
  if (probes > maxProbes) {
    return {
      detail: `${probes} probes are over the limit of ${maxProbes}`,
      refusal: { reason: 'probes', most: maxProbes },
    };
  }
  if (delay.delayNs > maxDelayNs) {
    return {
      detail: `server delay ${delay.delayNs} ns is over the limit of ${maxDelayNs} ns`,
      refusal: { reason: 'delay', most: Math.floor(maxDelayNs / NS_PER_MS) },
    };
  }
  return undefined;
}
