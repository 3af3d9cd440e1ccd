/** Where a server decides on loads, as its sessions see it. */
import type { LoadAnswer, LoadQuestion } from './load-messages.ts';

/** One for each connection: what it grants belongs to this one. */
export interface LoadDesk {
  /** @returns undefined for a key that is not that of the load under way, and where that is full */
  answer(question: LoadQuestion): LoadAnswer | undefined;
}
