/** The one outcome a loop is waiting for: settled once, by an answer, a failure or the caller's cancellation. */
import type { EcholotError } from '../core/errors.ts';
import { cancelled } from './errors/session-error.ts';

export class Pending {
  private settlers: { resolve: () => void; reject: (error: EcholotError) => void } | undefined;

  /** Whether anybody is waiting. */
  get isOpen(): boolean {
    return this.settlers !== undefined;
  }

  /**
   * @param onAbort called when the signal aborts while the outcome is open
   * @returns a promise of the outcome, rejected at once when the signal has aborted already
   */
  wait(signal: AbortSignal | undefined, onAbort: (error: EcholotError) => void): Promise<void> {
    if (signal?.aborted) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      const abort = (): void => onAbort(cancelled());
      signal?.addEventListener('abort', abort, { once: true });
      const done = (): void => {
        this.settlers = undefined;
        signal?.removeEventListener('abort', abort);
      };
      this.settlers = {
        resolve: () => {
          done();
          resolve();
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
    });
  }

  resolve(): void {
    this.settlers?.resolve();
  }

  reject(error: EcholotError): void {
    this.settlers?.reject(error);
  }
}
