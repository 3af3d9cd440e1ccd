/** What a thread needs to connect to a target: its addresses as the kernel takes them, looked up on this side. */
import { networkInterfaces } from 'node:os';
import { EcholotError } from '../../core/errors.ts';
import { hostPortText } from '../connection.ts';
import type { Target } from '../dialer.ts';
import { type Address, resolveTarget } from '../resolve.ts';
import type { SocketOptions } from '../socket-options.ts';
import type { DialOrder } from './client-messages.ts';
import { encodeAddress } from './sockaddr.ts';

/** @throws EcholotError as {@link resolveTarget} does */
export async function dialOrder(
  target: Target,
  timeoutNs: number,
  socket: SocketOptions,
  signal: AbortSignal | undefined,
  echoBytes = 0,
): Promise<DialOrder> {
  const { host, port } = target;
  const found = await resolveTarget(target, signal, socket.bindAddress).catch(inConnectPhase);
  const subject = hostPortText(host, port);
  return {
    addresses: found.map(({ address, family }) => ({
      family,
      sockaddr: encodeAddress(address, port, scopeIdOf({ address, family })),
      subject: subject + (host === address ? '' : ` (${address})`),
    })),
    timeoutNs,
    socket,
    echoBytes,
  };
}

/** The index of the interface that a link-local address names after its `%`. */
function scopeIdOf({ address }: Address): number {
  const zone = address.split('%')[1];
  if (zone === undefined) return 0;
  const number = Number(zone);
  if (Number.isInteger(number)) return number;
  const addresses = networkInterfaces()[zone] ?? [];
  return addresses.find((found) => found.family === 'IPv6' && found.scopeid > 0)?.scopeid ?? 0;
}

function inConnectPhase(error: unknown): never {
  if (error instanceof EcholotError) error.phase ??= 'connect';
  throw error;
}
