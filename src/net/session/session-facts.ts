/** What is known of a connection of a session once it stands. */
import type { SessionFacts } from '../engine.ts';
import type { LoopDialed } from '../loop-network.ts';

export function sessionFacts({
  connection,
  connectNs,
  handshakeRttNs,
  socket,
  tls,
}: LoopDialed): SessionFacts {
  const { local, remote } = connection;
  return {
    connectNs,
    local,
    remote,
    ...(handshakeRttNs === undefined ? {} : { handshakeRttNs }),
    ...(socket === undefined ? {} : { socket }),
    ...(tls === undefined ? {} : { tls }),
  };
}
