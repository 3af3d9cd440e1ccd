/** `echolot send`: the assignment's first client. Its four lines are the assignment's transcript. */
import { connect } from 'node:net';
import { EcholotError } from '../core/errors.ts';
import { hostPortText } from '../net/connection.ts';
import { networkError } from '../net/network-error.ts';
import { EXIT } from './exit-codes.ts';
import type { SendArguments } from './options.ts';
import { visible } from './visible.ts';

export async function sendCommand({ host, port, message, timeoutMs }: SendArguments): Promise<number> {
  if (message === '')
    throw new EcholotError('usage', 'the message is empty', { advice: 'send at least one byte' });
  process.stdout.write(`Connecting to ${host} port ${port}\n`);
  const bytes = Buffer.from(message);
  const echo = await exchange(host, port, bytes, timeoutMs);
  process.stdout.write(`Received: ${visible(echo.toString())}\n`);
  process.stdout.write('Closing connection to the server\n');
  if (!echo.equals(bytes)) {
    throw new EcholotError('peer', 'what came back is not what was sent', {
      advice: 'this is no echo server; check the port',
    });
  }
  return EXIT.done;
}

/** Sends `bytes` and reads until as many have come back. */
function exchange(host: string, port: number, bytes: Buffer, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const subject = hostPortText(host, port);
    const received: Buffer[] = [];
    let receivedBytes = 0;
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => {
      const came = `${receivedBytes} of ${bytes.length} bytes came back within ${timeoutMs} ms`;
      socket.destroy(
        new EcholotError('timeout', `${subject}: ${came}`, {
          advice:
            'check that a plain echo server listens there (echolot measure is for one that measures), or raise --timeout',
        }),
      );
    }, timeoutMs);
    socket.on('connect', () => {
      process.stdout.write(`Sending ${visible(bytes.toString())}\n`);
      socket.write(bytes);
    });
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk);
      receivedBytes += chunk.length;
      if (receivedBytes >= bytes.length) {
        // Whether the server closes, too, is its affair.
        clearTimeout(timer);
        socket.destroySoon();
        resolve(Buffer.concat(received).subarray(0, bytes.length));
      }
    });
    socket.on('error', (error) =>
      reject(error instanceof EcholotError ? error : networkError(subject, error)),
    );
    socket.on('close', () => {
      clearTimeout(timer);
      const came = `${receivedBytes} of ${bytes.length} bytes`;
      reject(
        new EcholotError('peer', `${subject}: the server closed the connection after ${came} of the echo`, {
          advice: 'check that it is an echo server',
        }),
      );
    });
  });
}
