/** Where a server decides on loads, as its sessions see it. */
import type { Refusal } from '../wire/refusals.ts';
import type { LoadAnswer, LoadQuestion, LoadTurn } from './load-messages.ts';

/** The client has had as many loads as it may have. */
export interface LoadNotServed {
  readonly kind: 'not-served';
  readonly refusal: Refusal;
}

/** One for each connection: what it grants belongs to this one. */
export interface LoadDesk {
  /**
   * @returns undefined for a key that is not that of a load under way, and where that is full; a turn for whoever waits
   *   from now on
   */
  answer(question: LoadQuestion): LoadAnswer | LoadTurn | LoadNotServed | undefined;
}
