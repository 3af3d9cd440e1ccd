/** Tells a program: started without a shell, with the message on its standard input, and ended where it takes longer than half a minute. */
import { spawn } from 'node:child_process';
import { EcholotError } from '../../core/errors.ts';
import type { Deliver } from './courier.ts';

const TIMEOUT_MS = 30_000;

export function commandDelivery([program = '', ...words]: readonly string[]): Deliver {
  return (text, signal) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, words, {
        stdio: ['pipe', 'ignore', 'ignore'],
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        killSignal: 'SIGKILL',
      });
      child.once('error', (cause) =>
        reject(
          new EcholotError(
            'usage',
            cause.name === 'AbortError' ? 'it took longer than 30 s' : cause.message,
            { cause },
          ),
        ),
      );
      child.once('close', (code, killedBy) => {
        if (code === 0) resolve();
        else reject(new EcholotError('usage', `it ended with ${code ?? killedBy}`));
      });
      // One that does not read is told by its end.
      child.stdin.on('error', () => {});
      child.stdin.end(`${text}\n`);
    });
}
