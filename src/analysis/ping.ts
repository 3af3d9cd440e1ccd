/** What a series of handshakes says, from its replies and failures. */
import type { PingFailure, PingReply, PingStatistics } from '../result/ping-result.ts';
import { summarize } from '../stats/summary.ts';

export function pingStatistics(
  replies: readonly PingReply[],
  failures: readonly PingFailure[],
  unsent: readonly PingFailure[],
): PingStatistics {
  const kernel = replies.map(({ handshakeRttNs }) => handshakeRttNs).filter((ns) => ns !== null);
  const application = replies.map(({ connectNs }) => connectNs).filter((ns) => ns !== null);
  const secured = replies.flatMap(({ tlsHandshakeNs }) => tlsHandshakeNs ?? []);
  const asksTls = replies.some(({ tlsHandshakeNs }) => tlsHandshakeNs !== undefined);
  return {
    answered: replies.length,
    failed: failures.length,
    unsent: unsent.length,
    suspended: replies.length - application.length,
    handshakeRttNs: summarize(kernel),
    connectNs: summarize(application),
    ...(asksTls ? { tlsHandshakeNs: summarize(secured) } : {}),
  };
}
