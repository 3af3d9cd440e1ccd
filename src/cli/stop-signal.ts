/** How a program that runs for as long as one likes is told to stop: a server, a monitor. */
import { EXIT } from './exit-codes.ts';

/**
 * The first signal resolves it, so that all ends in good order; the second ends the program at once.
 * @param onHangup takes SIGHUP for something else, such as a file to read anew; false where it is a terminal that is lost
 */
export function stopSignal(onHangup: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    const stop = (): void => {
      signals++;
      if (signals > 1) process.exit(EXIT.interrupted);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    process.on('SIGHUP', () => {
      if (!onHangup()) stop();
    });
    // One that was started over a channel also stops when the other end of it is gone.
    process.once('disconnect', stop);
  });
}
