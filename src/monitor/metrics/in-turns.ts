/** Work that would keep an event loop for long, done in pieces between which everybody else has a turn. */
import { setImmediate as othersTurn } from 'node:timers/promises';

/** What measures is not later by more than this. */
const PIECE_MS = 4;

/** @param work stops often @returns what it returns */
export async function inTurns<T>(work: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const endMs = performance.now() + PIECE_MS;
    while (performance.now() < endMs) {
      const step = work.next();
      if (step.done === true) return step.value;
    }
    await othersTurn();
  }
}
