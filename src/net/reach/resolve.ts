/** From the name of a target to its addresses, in the order in which they are to be tried. */
import { lookup } from 'node:dns/promises';
import type { Timekeeper } from '../../clock/clock.ts';
import { EcholotError } from '../../core/errors.ts';
import type { Address } from '../../facts/connection.ts';
import type { SocketOptions } from '../../facts/socket.ts';
import { hostPortText } from '../../text/endpoint.ts';
import type { Target } from '../dialer.ts';
import { networkError } from '../errors/network-error.ts';
import { cancelled } from '../errors/session-error.ts';
import { familyOf } from './host-text.ts';
import { type LookUp, systemLookUp } from './look-up.ts';
import { isLinkLocal, onInterface, zoneOf } from './zone.ts';

const NS_PER_MS = 1_000_000;
const LOOPBACK_ADDRESSES = ['127.0.0.1', '::1'];
/** Each address that is tried takes a socket, and an answer may hold thousands. */
const MAX_ADDRESSES = 16;

export interface ResolveOptions {
  readonly timekeeper: Timekeeper;
  /** How long the look-up may take, ns. */
  readonly timeoutNs: number;
  readonly signal: AbortSignal | undefined;
  /** What the connection leaves from; it reaches its own family only. */
  readonly bindAddress?: string | undefined;
  /** The interface that it leaves through. */
  readonly device?: string | undefined;
  /** Default: that of the system. */
  readonly lookUp?: LookUp;
}

/**
 * Those that the target comes with, its host where that is an address, or what its name resolves to.
 * @throws EcholotError `network` (unknown host), `timeout`, `usage` (an address of the other family) or `cancelled`.
 */
export async function addressesOf(target: Target, options: ResolveOptions): Promise<readonly Address[]> {
  const { signal, bindAddress, device } = options;
  if (signal?.aborted) throw cancelled();
  if (target.addresses !== undefined) return target.addresses;
  const { host, port } = target;
  const family = bindAddress === undefined ? target.family : familyOf(bindAddress);
  // Whatever bound the family is what can be given up.
  const [why, remedy] =
    bindAddress === undefined
      ? ['', 'leave --family out']
      : [` to reach from ${bindAddress}`, 'give --bind an address of the other family'];
  const literal = familyOf(host);
  if (literal !== undefined) {
    if (family !== undefined && literal !== family) {
      throw new EcholotError('usage', `${host} is not an IPv${family} address${why}`, {
        advice: `${remedy}, or give another host`,
      });
    }
    return [{ address: onInterface(host, { device, other: bindAddress }), family: literal }];
  }
  try {
    const { lookUp = systemLookUp } = options;
    const asked = lookUp(host, family);
    const found = await inTime(asked, target, options);
    return familiesInTurn(reachable(host, found, device ?? zoneOf(bindAddress ?? ''))).slice(
      0,
      MAX_ADDRESSES,
    );
  } catch (error) {
    if (error instanceof EcholotError) throw error;
    if (family !== undefined) {
      throw new EcholotError('network', `${host} has no IPv${family} address${why}`, {
        cause: error,
        advice: `check the name, or ${remedy}`,
      });
    }
    throw networkError(hostPortText(host, port), error);
  }
}

/** `localhost` means the loopback addresses of both families. @throws EcholotError `network`, `usage` */
export async function addressesToListenOn(host: string): Promise<string[]> {
  if (host === 'localhost') return LOOPBACK_ADDRESSES;
  if (familyOf(host) !== undefined) return [onInterface(host, {})];
  try {
    const found = await lookup(host, { all: true, order: 'verbatim' });
    const usable = reachable(host, found, undefined);
    return [...new Set(usable.map(({ address }) => address))];
  } catch (error) {
    if (error instanceof EcholotError) throw error;
    throw networkError(host, error);
  }
}

/**
 * The address to send from as both engines take it: a link-local one on the interface of the target's.
 * @throws EcholotError `usage` when there is no such interface
 */
export function sourceFor(
  { bindAddress, device }: Pick<SocketOptions, 'bindAddress' | 'device'>,
  [target]: readonly Address[],
): Pick<SocketOptions, 'bindAddress'> {
  if (bindAddress === undefined) return {};
  return { bindAddress: onInterface(bindAddress, { device, other: target?.address }) };
}

/** A resolver does not tell the interface of a link-local address; without one, nobody is reached there. */
function reachable<T extends { readonly address: string }>(
  host: string,
  found: readonly T[],
  zone: string | undefined,
): readonly T[] {
  const known = found.flatMap((each) => {
    if (!isLinkLocal(each.address) || zoneOf(each.address) !== undefined) return [each];
    return zone === undefined ? [] : [{ ...each, address: `${each.address}%${zone}` }];
  });
  const [first] = found;
  if (known.length > 0 || first === undefined) return known;
  throw new EcholotError('usage', `${host} is link-local (${first.address}): it needs its interface`, {
    advice: `give the address with it, as ${first.address}%eth0`,
  });
}

/**
 * RFC 8305, section 4: the resolver's order, but the families take turns, so that one that is broken does not use up
 * the time of the other.
 */
function familiesInTurn(found: readonly Address[]): readonly Address[] {
  const unique = [...new Map(found.map((each) => [each.address, each])).values()];
  const first = unique.filter(({ family }) => family === unique[0]?.family);
  const second = unique.filter(({ family }) => family !== unique[0]?.family);
  const turns = Array.from({ length: Math.max(first.length, second.length) }, (_, i) => i);
  return turns.flatMap((i) => [...first.slice(i, i + 1), ...second.slice(i, i + 1)]);
}

/** A resolver can take its time, and cannot be told to stop: it is left behind. */
function inTime<T>(
  answer: Promise<T>,
  { host, port }: Target,
  { timekeeper, timeoutNs, signal }: ResolveOptions,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = (): void => reject(cancelled());
  const tooLate = (): void => {
    const what = `the name was not looked up within ${timeoutNs / NS_PER_MS} ms`;
    reject(
      new EcholotError('timeout', `${hostPortText(host, port)}: ${what}`, {
        cause: Object.assign(new Error(what), { code: 'ETIMEDOUT', syscall: 'getaddrinfo' }),
        advice: 'check the resolver (/etc/resolv.conf), give an address instead, or raise --timeout',
      }),
    );
  };
  signal?.addEventListener('abort', abort, { once: true });
  const cancelWake = timekeeper.wakeAt(timekeeper.nowNs() + BigInt(Math.ceil(timeoutNs)), tooLate);
  answer.then(resolve, reject);
  return promise.finally(() => {
    cancelWake();
    signal?.removeEventListener('abort', abort);
  });
}
