/**
 * One message to a server and all that comes back, over the dialer that everything else uses. It keeps what is
 * enough to see that it is no echo, and stops reading there.
 */
import { EcholotError } from '../../core/errors.ts';
import { bytesText } from '../../core/wire/grammar.ts';
import type { Connection } from '../../net/connection.ts';
import type { DialerNetwork, Target } from '../../net/dialer.ts';
import { hostPortText } from '../../text/endpoint.ts';

export interface ExchangePlan {
  readonly message: Uint8Array;
  /** For looking up, connecting and the whole echo, ns. */
  readonly timeoutNs: number;
  /** Told once the connection stands. */
  readonly onConnected: () => void;
}

export interface Exchange {
  /** All that came, or its start where {@link ended} is `enough`. */
  readonly received: Uint8Array;
  readonly ended: Ended;
}

/**
 * - `closed`: the server closed the connection
 * - `quiet`: nothing more came after what was an echo, or was none
 * - `enough`: it went on and on
 * - `late`: the time is over
 * - an error: the connection was lost
 */
export type Ended = 'closed' | 'quiet' | 'enough' | 'late' | EcholotError;

/** More than what was sent: enough to see what it is. */
const MOST_MORE_BYTES = 4_096;
/** An echo is over, and so is what is none, when nothing came for so long; a server that closes is not waited for. */
const QUIET_NS = 200_000_000;

/** @throws EcholotError where there is no connection: `network`, `timeout`, ... */
export async function exchange(
  network: DialerNetwork,
  target: Target,
  { message, timeoutNs, onConnected }: ExchangePlan,
): Promise<Exchange> {
  const { timekeeper } = network;
  const endNs = timekeeper.nowNs() + BigInt(Math.ceil(timeoutNs));
  const received = new Uint8Array(message.length + MOST_MORE_BYTES);
  let filled = 0;
  let connection: Connection | undefined;
  let cancelQuiet = (): void => {};
  const { promise, resolve } = Promise.withResolvers<Ended>();

  const tellsAll = (): boolean => filled >= message.length || !startsAlike(message, received, filled);
  const { connection: standing } = await network.dial(
    target,
    {
      onBytes(chunk) {
        const room = received.length - filled;
        received.set(chunk.subarray(0, room), filled);
        filled += Math.min(chunk.length, room);
        if (chunk.length > room) resolve('enough');
        else if (tellsAll()) {
          // A server that has more to say, or that closes when its client does, does so now.
          connection?.end();
          cancelQuiet();
          cancelQuiet = timekeeper.wakeAt(timekeeper.nowNs() + BigInt(QUIET_NS), () => resolve('quiet'));
        }
      },
      onDrain: () => {},
      onEnd: () => resolve('closed'),
      onClose: (error) => resolve(error ?? 'closed'),
    },
    { timeoutNs, signal: undefined },
  );
  connection = standing;
  const cancelLate = timekeeper.wakeAt(endNs, () => resolve('late'));
  onConnected();
  connection.write(message);
  const ended = await promise;
  cancelLate();
  cancelQuiet();
  connection.destroy();
  return { received: received.subarray(0, filled), ended };
}

/** @returns the error of an exchange whose answer was not exactly what was sent; undefined for an echo */
export function faultOf(
  { host, port }: Pick<Target, 'host' | 'port'>,
  { message, timeoutNs }: Pick<ExchangePlan, 'message' | 'timeoutNs'>,
  { received, ended }: Exchange,
): EcholotError | undefined {
  const isAlike = startsAlike(message, received, received.length);
  if (isAlike && received.length === message.length) return undefined;
  const subject = hostPortText(host, port);
  const bytes = `${received.length} of ${bytesText(message.length)}`;
  if (!isAlike || received.length > message.length) {
    const more = isAlike
      ? `${bytesText(received.length - message.length)} more than what was sent`
      : undefined;
    const atLeast = ended === 'enough' ? 'at least ' : '';
    const what = more === undefined ? 'what came back is not what was sent' : `${atLeast}${more} came back`;
    return new EcholotError('peer', `${subject}: ${what}`, { advice: NO_PLAIN_ECHO });
  }
  if (ended instanceof EcholotError) return ended;
  if (ended === 'late') {
    const came = received.length === 0 ? 'nothing' : bytes;
    return new EcholotError('timeout', `${subject}: ${came} came back within ${timeoutNs / 1e6} ms`, {
      advice: `${NO_PLAIN_ECHO}, or raise --timeout`,
    });
  }
  const after = `the server closed the connection after ${bytes} of the echo`;
  return new EcholotError('peer', `${subject}: ${after}`, { advice: NO_PLAIN_ECHO });
}

const NO_PLAIN_ECHO =
  'check that a plain echo server listens there (echolot measure is for one that measures)';

/** Whether the first `length` bytes that were received are the first that were sent, or all of these. */
function startsAlike(sent: Uint8Array, received: Uint8Array, length: number): boolean {
  const common = Math.min(length, sent.length);
  return Buffer.compare(sent.subarray(0, common), received.subarray(0, common)) === 0;
}
