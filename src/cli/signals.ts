/**
 * A signal that nobody else minds ends the program by Node's own way out, so that what is to be tidied at its exit is:
 * the default of the system ends it on the spot.
 */
import { constants } from 'node:os';

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What a shell makes of a program that a signal ended. */
const SIGNALLED = 128;

/** @returns how to stop it */
export function endBySignal(): () => void {
  const end = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) === 1) process.exit(SIGNALLED + constants.signals[signal]);
  };
  for (const signal of ENDING) process.on(signal, end);
  return () => {
    for (const signal of ENDING) process.off(signal, end);
  };
}
