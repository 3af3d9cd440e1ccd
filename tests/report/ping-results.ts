/** A small series of handshakes. */
import type { PingResult } from '../../src/result/ping-result.ts';
import { summarize } from '../../src/stats/summary.ts';
import { SAMPLE_RESULT } from './sample-result.ts';

const S = 1_000_000_000;
const LOCAL = { address: '192.0.2.1', port: 40_000, family: 4 } as const;
const REMOTE = { address: '192.0.2.2', port: 443, family: 4 } as const;

export function pingResult(connectsNs: readonly number[] = [51_300, 48_120, 61_700]): PingResult {
  const { tool, system, engine, plan, runs } = SAMPLE_RESULT;
  const replies = connectsNs.map((connectNs, i) => {
    const times = { atNs: i * S, handshakeRttNs: 24_000 + i * 1_000, resentSyns: 0, connectNs };
    return { sequence: i + 1, remote: REMOTE, local: LOCAL, ...times };
  });
  return {
    ...{ format: 'echolot-ping', version: 1, tool, system },
    engine: { name: 'native', requested: 'auto', fallback: null, clock: engine.clock },
    startedAt: runs[0]?.startedAt ?? '',
    durationNs: 4.2 * S,
    plan: {
      ...{ host: 'host.example', port: 443, family: null, intervalNs: S, count: null },
      ...{ timeoutNs: 10 * S, engine: 'auto', socket: plan.socket },
    },
    ...{ socket: null, replies, failures: [], missedSlots: 0 },
    statistics: {
      ...{ answered: replies.length, failed: 0, suspended: 0 },
      handshakeRttNs: summarize(replies.map(({ handshakeRttNs }) => handshakeRttNs)),
      connectNs: summarize(connectsNs),
    },
    outcome: { status: 'complete', error: null },
  };
}
