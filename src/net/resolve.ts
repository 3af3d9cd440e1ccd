/** From the name of a target to the addresses to try, in the resolver's order. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { EcholotError } from '../core/errors.ts';
import { hostPortText } from './connection.ts';
import type { Target } from './dialer.ts';
import { networkError } from './network-error.ts';

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

const LOOPBACK_ADDRESSES = ['127.0.0.1', '::1'];

/**
 * @param bindAddress what the connection leaves from; it reaches its own family only
 * @throws EcholotError `network` (unknown host), `usage` (an address of the other family) or `cancelled`.
 */
export function resolveTarget(
  target: Target,
  signal: AbortSignal | undefined,
  bindAddress?: string,
): Promise<Address[]> {
  return unlessAborted(lookUp(target, bindAddress), signal);
}

/** `localhost` means the loopback addresses of both families. @throws EcholotError `network` */
export async function addressesToListenOn(host: string): Promise<string[]> {
  if (host === 'localhost') return LOOPBACK_ADDRESSES;
  if (isIP(host) !== 0) return [host];
  try {
    const found = await lookup(host, { all: true, order: 'verbatim' });
    return [...new Set(found.map(({ address }) => address))];
  } catch (error) {
    throw networkError(host, error);
  }
}

async function lookUp(target: Target, bindAddress: string | undefined): Promise<Address[]> {
  const { host, port } = target;
  const family = bindAddress === undefined ? target.family : isIP(bindAddress);
  // Whatever bound the family is what can be given up.
  const [why, remedy] =
    bindAddress === undefined
      ? ['', 'leave --family out']
      : [` to reach from ${bindAddress}`, 'give --bind an address of the other family'];
  const literal = isIP(host);
  if (literal !== 0) {
    if (family !== undefined && literal !== family) {
      throw new EcholotError('usage', `${host} is not an IPv${family} address${why}`, {
        advice: `${remedy}, or give another host`,
      });
    }
    return [{ address: host, family: literal === 6 ? 6 : 4 }];
  }
  try {
    const found = await lookup(host, {
      all: true,
      order: 'verbatim',
      ...(family === undefined ? {} : { family }),
    });
    return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
  } catch (error) {
    if (family !== undefined) {
      throw new EcholotError('network', `${host} has no IPv${family} address${why}`, {
        cause: error,
        advice: `check the name, or ${remedy}`,
      });
    }
    throw networkError(hostPortText(host, port), error);
  }
}

/** A resolver can take its time; a cancelled run does not wait for it. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new EcholotError('cancelled', 'the run was cancelled'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
