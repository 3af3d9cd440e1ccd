/** What values several commands take. */
import { MAX_DURATION_MS, MAX_PRECISION, MIN_PRECISION } from '../../../options.ts';

export const MAX_PORT = 65_535;
/** Ports that can be called. */
export const TARGET_PORT: { readonly min: number; readonly max: number } = { min: 1, max: MAX_PORT };
/** Ports that can be listened on; 0 is any free one. */
export const LISTENING_PORT: { readonly min: number; readonly max: number } = { min: 0, max: MAX_PORT };
/** Limits on time, ms. */
export const LIMIT_TIME: { readonly min: number; readonly max: number } = { min: 1, max: MAX_DURATION_MS };
/** How long a session may take at most, ms: a year is as good as no limit. */
export const SESSION_TIME: { readonly min: number; readonly max: number } = {
  min: 1_000,
  max: 366 * 86_400_000,
};
/** Half-widths that a run can be asked for, as shares. */
export const PRECISION: { readonly min: number; readonly max: number } = {
  min: MIN_PRECISION,
  max: MAX_PRECISION,
};
