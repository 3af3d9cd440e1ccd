/** What a thread needs to connect to a target: its addresses as the kernel takes them, looked up on this side. */
import { monotonic } from '../../../clock/monotonic.ts';
import type { SocketOptions } from '../../../facts/socket.ts';
import type { DialOutcome, Target } from '../../dialer.ts';
import { unpackError } from '../../errors/packed-error.ts';
import { inPhase } from '../../errors/session-error.ts';
import { subjectOf } from '../../reach/failures.ts';
import { addressesOf, sourceFor } from '../../reach/resolve.ts';
import { scopeIdOf } from '../kernel/interfaces.ts';
import { loadLibc } from '../kernel/libc.ts';
import { encodeAddress } from '../kernel/sockaddr.ts';
import type { DialOrder, DialReport } from './client-messages.ts';

export interface DialOrderOptions {
  readonly timeoutNs: number;
  readonly socket: SocketOptions;
  readonly signal: AbortSignal | undefined;
  /** The longest answer that is expected on the connection, bytes. */
  readonly echoBytes: number;
}

/** @throws EcholotError as {@link addressesOf} does */
export async function dialOrder(
  target: Target,
  { timeoutNs, socket, signal, echoBytes }: DialOrderOptions,
): Promise<DialOrder> {
  const startNs = monotonic.nowNs();
  const { host, port } = target;
  const found = await addressesOf(target, {
    timekeeper: monotonic,
    timeoutNs,
    signal,
    bindAddress: socket.bindAddress,
    device: socket.device,
  }).catch(inConnectPhase);
  const { libc } = loadLibc();
  return {
    host,
    port,
    addresses: found.map((each) => ({
      ...each,
      sockaddr: encodeAddress(each.address, port, libc === undefined ? 0 : scopeIdOf(libc, each.address)),
      subject: subjectOf(target, each),
    })),
    timeoutNs,
    spentNs: Number(monotonic.nowNs() - startNs),
    socket: { ...socket, ...sourceFor(socket, found) },
    echoBytes,
  };
}

/** What the thread found of these addresses. */
export function dialOutcome({ addresses }: DialOrder, { chosen, failures }: DialReport): DialOutcome {
  const plain = addresses.map(({ address, family }) => ({ address, family }));
  return {
    addresses: plain,
    chosen: chosen === undefined ? undefined : plain[chosen],
    failures: failures.flatMap(({ index, error }) => {
      const address = plain[index];
      return address === undefined ? [] : [{ address, error: unpackError(error) }];
    }),
  };
}

/** The order again for the address that answered alone. */
export function orderAgain(order: DialOrder, { chosen }: DialReport): DialOrder {
  return { ...order, spentNs: 0, addresses: order.addresses.filter((_, i) => i === chosen) };
}

function inConnectPhase(error: unknown): never {
  throw inPhase(error, 'connect');
}
