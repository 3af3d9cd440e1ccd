/** The signals that end a run, and what was measured is reported all the same. */
import { EXIT } from './exit-codes.ts';
import { leave } from './leave.ts';

/**
 * The first Ctrl-C ends the run and still reports; the second ends the program at once. So does a terminal that is
 * gone, but for the second time: the kernel and the shell both say so, and nobody is in a hurry any more.
 */
export function cancelOnInterrupt(cancel: () => void): () => void {
  let interrupts = 0;
  const interrupt = (): void => {
    interrupts++;
    if (interrupts > 1) leave(EXIT.interrupted);
    cancel();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('SIGHUP', cancel);
  return () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    process.off('SIGHUP', cancel);
  };
}
