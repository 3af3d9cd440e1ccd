/** How a value stands to the history of its path: "slower than 97 % of the last 30 days". */
import { normalQuantile } from '../../stats/distributions/normal.ts';
import { effectiveSize } from '../../stats/quantile/effective-size.ts';
import { LEVEL } from '../../stats/quantile/interval.ts';
import type { Unit } from './units.ts';

export interface Standing {
  /** Share of intervals below the value, those equal to it by half. */
  readonly below: number;
  /** What this share may be of the path itself, with 95 %. */
  readonly low: number;
  readonly high: number;
  readonly units: number;
  /** How many independent ones these are worth. */
  readonly effectiveUnits: number;
}

/** @param units in the order of time @returns null without any, and of a value that is none */
export function standingOf(value: number, units: readonly Unit[]): Standing | null {
  if (units.length === 0 || !Number.isFinite(value)) return null;
  let less = 0;
  for (const unit of units) less += unit.value < value ? 1 : unit.value === value ? 0.5 : 0;
  const below = less / units.length;
  const effectiveUnits = effectiveSize(units.map((unit) => unit.value));
  return { below, ...wilson(below, effectiveUnits), units: units.length, effectiveUnits };
}

/** Wilson, "Probable Inference", Journal of the American Statistical Association 22 (1927): of shares near 0 and 1, too. */
function wilson(share: number, n: number): { readonly low: number; readonly high: number } {
  const z = normalQuantile((1 + LEVEL) / 2);
  const middle = share + z ** 2 / (2 * n);
  const reach = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  const whole = 1 + z ** 2 / n;
  // Rounding must not put a share outside of its own interval.
  return {
    low: Math.max(0, Math.min(share, (middle - reach) / whole)),
    high: Math.min(1, Math.max(share, (middle + reach) / whole)),
  };
}
