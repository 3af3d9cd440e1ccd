/** `echolot send`: the assignment's first client. Its four lines are the assignment's transcript. */
import { EcholotError } from '../../core/errors.ts';
import type { DialerNetwork } from '../../net/dialer.ts';
import { nodeDialer } from '../../net/node/dialer.ts';
import { DEFAULT_MESSAGE, type SendArguments } from '../commands/send.ts';
import { EXIT } from '../exit-codes.ts';
import { print } from '../streams.ts';
import { visible } from '../visible.ts';
import { exchange, faultOf } from './exchange.ts';
import { targetAndWord } from './target.ts';

const NS_PER_MS = 1_000_000;

/** @param network other than the real one in tests */
export async function sendCommand(
  options: Pick<SendArguments, 'host' | 'second' | 'third' | 'timeoutMs'>,
  network: DialerNetwork = nodeDialer,
  write: (text: string) => void = (text) => void print(text),
): Promise<number> {
  const { host, port, word = DEFAULT_MESSAGE } = targetAndWord(options.host, options.second, options.third);
  if (word === '')
    throw new EcholotError('usage', 'the message is empty', { advice: 'send at least one byte' });
  const target = { host, port, family: undefined };
  write(`Connecting to ${visible(host)} port ${port}\n`);
  const plan = {
    message: Buffer.from(word),
    timeoutNs: options.timeoutMs * NS_PER_MS,
    onConnected: () => write(`Sending ${shown(word)}\n`),
  };
  const found = await exchange(network, target, plan);
  const { received, ended } = found;
  // All of it, and that there is more where reading was stopped.
  const more = ended === 'enough' ? '...' : '';
  if (received.length > 0) write(`Received: ${shown(Buffer.from(received).toString())}${more}\n`);
  write('Closing connection to the server\n');
  const fault = faultOf(target, plan, found);
  if (fault !== undefined) throw fault;
  return EXIT.done;
}

/** In full: who looks for a fault wants to see each byte. */
function shown(text: string): string {
  return visible(text, Number.POSITIVE_INFINITY);
}
