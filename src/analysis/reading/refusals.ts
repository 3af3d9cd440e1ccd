/** How a file is refused that is no record, or cannot be relied on. */
import { EcholotError } from '../../core/errors.ts';

export const DAMAGED = 'take an undamaged copy of it, or measure again';
export const EDITED = 'take the file as echolot wrote it: figures are not to be changed by hand';

export function refusal(message: string, advice: string): EcholotError {
  return new EcholotError('usage', message, { advice });
}
