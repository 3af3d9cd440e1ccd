/** A series of handshakes for people while it runs: one line for each as it comes, without its end. */
import type { PingEngineInfo, PingFailure, PingPlanRecord, PingReply } from '../result/ping-result.ts';
import { endpointText } from '../text/endpoint.ts';
import { counted } from '../text/numbers.ts';
import { kernelTimeText, timeText } from '../text/units.ts';

const NS_PER_S = 1_000_000_000;

/** What a run says of itself before it starts. */
export interface PingHead {
  readonly plan: Pick<PingPlanRecord, 'host' | 'port' | 'intervalNs'> & {
    readonly socket: { readonly tls?: unknown };
  };
  readonly engine: PingEngineInfo['name'];
  readonly fallback: string | null;
}

export function pingHeadline({
  plan: { host, port, intervalNs, socket },
  engine,
  fallback,
}: PingHead): string {
  const reason = fallback === null ? '' : ` (not the native engine: ${fallback})`;
  const kind = socket.tls === undefined ? 'handshake' : 'handshake of TCP, then of TLS in full,';
  return `${host} port ${port}: a ${kind} every ${intervalNs / NS_PER_S} s, engine ${engine}${reason}`;
}

export function pingReplyLine(reply: PingReply): string {
  const { remote, sequence, handshakeRttNs, resentSyns, connectNs, tlsHandshakeNs } = reply;
  const application = `application ${connectNs === null ? 'stopped meanwhile' : timeText(connectNs)}`;
  const times =
    handshakeRttNs === null ? application : `handshake ${kernelTimeText(handshakeRttNs)}  (${application})`;
  const resent =
    resentSyns === null || resentSyns === 0 ? '' : `  SYN retransmitted ${counted(resentSyns, 'time')}`;
  const secured =
    tlsHandshakeNs === undefined || tlsHandshakeNs === null ? '' : `  TLS ${timeText(tlsHandshakeNs)}`;
  return `from ${endpointText(remote)}  seq ${sequence}  ${times}${secured}${resent}`;
}

export function pingFailureLine({ sequence, error }: PingFailure): string {
  return `no reply  seq ${sequence}  ${error.message}`;
}

export function pingUnsentLine({ sequence, error }: PingFailure): string {
  return `not sent  seq ${sequence}  ${error.message}`;
}

/** Starts that were left out, since nothing is sent in a hurry afterwards. */
export function missedText(slots: number): string {
  return `left out ${counted(slots, 'start')}: a handshake, or a stop of this program, took their time`;
}

/** Lines that came faster than they could be printed. */
export function lostText(events: number): string {
  return `not shown: ${counted(events, 'line')}, which came faster than they are read; the summary has them`;
}
