/** Listening on a host, whichever way to the wire: on all of its addresses, on one port, or not at all. */
import { usage } from '../core/errors.ts';
import { hostPortText } from '../text/endpoint.ts';
import { networkError } from './errors/network-error.ts';
import type { Listener, ListenOptions } from './listener.ts';
import { addressesToListenOn } from './reach/resolve.ts';

/** A port that is free in one family can be taken in the other: with port 0, another one is tried. */
const FREE_PORT_TRIES = 10;

/** Sockets of one way to the wire; their errors have a `code`, as those of Node have. */
export interface ListeningSockets<S extends { close(): unknown }> {
  listenOn(address: string, port: number): S | Promise<S>;
  portOf(socket: S): number;
  /** Of sockets that all listen; when it throws, it has closed them. */
  listenerOf(sockets: readonly S[]): Listener;
}

/** @throws EcholotError `network` when the address cannot be had, `limit` where this machine's keeps it */
export async function listenOnHost<S extends { close(): unknown }>(
  { host, port }: Pick<ListenOptions, 'host' | 'port'>,
  sockets: ListeningSockets<S>,
): Promise<Listener> {
  const addresses = await addressesToListenOn(host);
  for (let attempt = 1; ; attempt++) {
    try {
      return sockets.listenerOf(await listenOnAll(addresses, port, sockets));
    } catch (error) {
      if (port !== 0 || attempt === FREE_PORT_TRIES || !hasCode(error, 'EADDRINUSE')) {
        throw networkError(hostPortText(host, port), error, { address: addresses[0], port });
      }
    }
  }
}

/**
 * Takes over sockets that listen already: all of them, or none.
 * @throws EcholotError `usage` for one that cannot be
 */
export async function listenOnPassed<S extends { close(): unknown }>(
  descriptors: readonly number[],
  {
    takeOver,
    listenerOf,
  }: Pick<ListeningSockets<S>, 'listenerOf'> & {
    takeOver(descriptor: number): S | Promise<S>;
  },
): Promise<Listener> {
  const sockets: S[] = [];
  for (const descriptor of descriptors) {
    try {
      sockets.push(await takeOver(descriptor));
    } catch (error) {
      for (const socket of sockets) socket.close();
      throw usage(
        `descriptor ${descriptor}, passed to listen on, cannot be: ${error instanceof Error ? error.message : String(error)}`,
        'pass TCP sockets that listen (ListenStream= of a systemd socket, with Accept=no)',
      );
    }
  }
  return listenerOf(sockets);
}

/** One socket for each address, all on the port that the first one got. */
async function listenOnAll<S extends { close(): unknown }>(
  addresses: readonly string[],
  port: number,
  { listenOn, portOf }: ListeningSockets<S>,
): Promise<S[]> {
  const sockets: S[] = [];
  try {
    for (const address of addresses) {
      const [first] = sockets;
      try {
        sockets.push(await listenOn(address, first === undefined ? port : portOf(first)));
      } catch (error) {
        // A host without IPv6 has no ::1; the other address of the name is enough.
        const lacksAddress = hasCode(error, 'EADDRNOTAVAIL') || hasCode(error, 'EAFNOSUPPORT');
        if (!lacksAddress || addresses.length === 1) throw error;
      }
    }
  } catch (error) {
    for (const socket of sockets) socket.close();
    throw error;
  }
  return sockets;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
