/** The lines and the summary that people read of a series of handshakes. */
import { describe, expect, test } from 'vitest';
import {
  missedText,
  pingFailureLine,
  pingHeadline,
  pingReplyLine,
  pingUnsentLine,
} from '../../src/report/ping.ts';
import type { PingFailure, PingReply, PingResult } from '../../src/result/ping-result.ts';
import { summarize } from '../../src/stats/summary.ts';
import { pingSummary } from './rendered.ts';
import { SAMPLE_RESULT } from './sample-result.ts';

const S = 1_000_000_000;
const LOCAL = { address: '192.0.2.1', port: 40_000, family: 4 } as const;
const REMOTE = { address: '192.0.2.2', port: 443, family: 4 } as const;

function reply(sequence: number, connectNs: number | null, handshakeRttNs: number | null): PingReply {
  const resentSyns = handshakeRttNs === null ? null : 0;
  const atNs = (sequence - 1) * S;
  return { sequence, atNs, remote: REMOTE, local: LOCAL, handshakeRttNs, resentSyns, connectNs };
}

function refused(sequence: number): PingFailure {
  return {
    sequence,
    atNs: (sequence - 1) * S,
    error: {
      code: 'network',
      message: 'host.example:443 (192.0.2.2): connection refused: nothing listens there',
      advice: 'start a server there (echolot serve) or check the port',
      expected: null,
      received: null,
      phase: null,
    },
  };
}

function resultOf(replies: readonly PingReply[], failures: readonly PingFailure[]): PingResult {
  const { tool, system, engine, plan, runs } = SAMPLE_RESULT;
  const kernel = replies.flatMap(({ handshakeRttNs }) => (handshakeRttNs === null ? [] : [handshakeRttNs]));
  const application = replies.flatMap(({ connectNs }) => (connectNs === null ? [] : [connectNs]));
  return {
    format: 'echolot-ping',
    version: 1,
    tool,
    system,
    engine: {
      name: kernel.length > 0 ? 'native' : 'node',
      requested: 'auto',
      fallback: kernel.length > 0 ? null : 'it needs Linux, and this is darwin',
      clock: engine.clock,
    },
    startedAt: runs[0]?.startedAt ?? '',
    durationNs: 4.2 * S,
    plan: {
      host: 'host.example',
      port: 443,
      family: null,
      intervalNs: S,
      count: null,
      timeoutNs: 10 * S,
      engine: 'auto',
      socket: plan.socket,
    },
    socket: null,
    replies,
    failures,
    missedSlots: 0,
    statistics: {
      answered: replies.length,
      failed: failures.length,
      suspended: replies.length - application.length,
      handshakeRttNs: summarize(kernel),
      connectNs: summarize(application),
    },
    outcome: { status: 'complete', error: null },
  };
}

/** The summary without line ends, which come where a line is full. */
function flat(result: PingResult): string {
  return pingSummary(result).replace(/\s+/g, ' ');
}

/** All that is printed of a series. */
function printed(result: PingResult): string {
  const { plan, engine, replies, failures, missedSlots } = result;
  const lines = [
    pingHeadline({ plan, engine: engine.name, fallback: engine.fallback }),
    ...replies.map(pingReplyLine),
    ...failures.map(pingFailureLine),
    ...(missedSlots === 0 ? [] : [missedText(missedSlots)]),
  ];
  return `${lines.join('\n')}\n\n${pingSummary(result)}`;
}

const WITH_KERNEL = resultOf(
  [reply(1, 51_300, 24_000), reply(2, 48_120, 23_000), reply(3, 61_700, 31_000)],
  [],
);

test('a series with the figures of the kernel reads as it always did', async () => {
  await expect(printed(WITH_KERNEL)).toMatchFileSnapshot('golden/ping-kernel.txt');
});

test('a series with failures, and with the figure of the application only, reads as it always did', async () => {
  const result = resultOf([reply(1, 131_400, null), reply(4, 12_345_678, null)], [refused(2), refused(3)]);
  await expect(printed({ ...result, missedSlots: 2 })).toMatchFileSnapshot('golden/ping-application.txt');
});

describe('a figure is not more than it is', () => {
  test('the kernel counts microseconds: no digits beyond them', () => {
    expect(pingReplyLine(reply(1, 9_876, 8_000))).toBe(
      'from 192.0.2.2:443  seq 1  handshake 8 µs  (application 9.876 µs)',
    );
    expect(pingReplyLine(reply(1, 212_345_678, 203_456_000))).toContain('handshake 203.5 ms  (');
  });

  test.each([
    [499, true],
    [500, false],
  ])('the 99th percentile of %d handshakes is marked and explained: %s', (n, marked) => {
    const replies = Array.from({ length: n }, (_, i) => reply(i + 1, 50_000 + i, null));
    const summary = flat(resultOf(replies, []));
    expect(/ ~\d/.test(summary)).toBe(marked);
    expect(/ ~ /.test(summary)).toBe(marked);
  });

  test('one handshake has no standard deviation: a dash, never 0', () => {
    expect(pingSummary(resultOf([reply(1, 50_000, null)], []))).toMatch(/^ +application +1 .* –$/m);
  });
});

describe('a figure that is missing is not missed', () => {
  test('a stop of the program leaves the kernel its figure, and the summary tells of it', () => {
    const stopped = reply(2, null, 25_000);
    expect(pingReplyLine(stopped)).toBe(
      'from 192.0.2.2:443  seq 2  handshake 25 µs  (application stopped meanwhile)',
    );
    const summary = flat(resultOf([reply(1, 50_000, 24_000), stopped], []));
    expect(summary).toMatch(/ handshake RTT 2 /);
    expect(summary).toMatch(/ application 1 /);
    expect(summary).toContain(
      "without the application's figure: 1 handshake during which this program was stopped",
    );
  });

  test('a stop in the only handshake leaves the table of the kernel alone', () => {
    const summary = flat(resultOf([reply(1, null, 24_000)], []));
    expect(summary).toMatch(/ handshake RTT 1 /);
    expect(summary).not.toMatch(/ application \d/);
  });

  test('a SYN that was sent again explains the long time, and why the kernel has no figure', () => {
    const resent = { ...reply(2, 1_030 * 1_000_000, null), resentSyns: 1 };
    expect(pingReplyLine(resent)).toBe(
      'from 192.0.2.2:443  seq 2  application 1,030 ms  SYN retransmitted 1 time',
    );
    const summary = flat(resultOf([reply(1, 50_000, 24_000), resent], []));
    expect(summary).toContain('without handshake RTT: 1 handshake whose SYN was retransmitted');
    const alone = flat(resultOf([{ ...resent, connectNs: null }], []));
    expect(alone).toContain('without handshake RTT: 1 handshake');
    expect(alone).not.toContain('cannot read');
  });
});

describe('nothing is hidden', () => {
  test('without a single reply there is no table, and the reason stands once with its number', () => {
    const summary = flat(resultOf([], [refused(1), refused(2), refused(3)]));
    expect(summary).toBe(
      'TCP handshakes with host.example port 443 3 handshakes, 0 answered, 3 failed, in 4.2 s ' +
        'failed 3 times: host.example:443 (192.0.2.2): connection refused: nothing listens there; ' +
        'start a server there (echolot serve) or check the port ',
    );
  });

  test('what this machine could not send is told apart from what the path lost', () => {
    const summary = flat({
      ...resultOf([reply(2, 50_000, null)], []),
      unsent: [refused(1), refused(3)],
    });
    expect(summary).toContain(' 1 handshake, 1 answered, 0 failed');
    expect(summary).toContain('not sent, and no loss of the path, 2 times: host.example:443');
    expect(pingUnsentLine(refused(3))).toMatch(/^not sent {2}seq 3 {2}host\.example:443/);
  });

  test('a series that could not go on says so itself: it may be read without its error beside it', () => {
    const { error } = refused(1);
    expect(flat({ ...WITH_KERNEL, outcome: { status: 'failed', error } })).toContain(
      `incomplete: ${error.message}`,
    );
  });

  test('one is not many', () => {
    const summary = flat({ ...resultOf([], [refused(1)]), missedSlots: 1 });
    expect(summary).toContain(' 1 handshake, 0 answered');
    expect(summary).toContain('left out 1 start:');
    expect(summary).toContain('failed 1 time:');
  });
});

test('an address of IPv6 and its port can be told apart', () => {
  const remote = { address: '2001:db8::7', port: 443, family: 6 } as const;
  expect(pingReplyLine({ ...reply(1, 50_000, null), remote })).toContain('from [2001:db8::7]:443  ');
});

describe('a saved series is as long as its reader asks for', () => {
  const failed = { ...resultOf([reply(1, 51_300, 24_000), reply(3, 61_700, 31_000)], [refused(2)]) };

  test('brief: the medians, and what failed', () => {
    const brief = pingSummary(failed, 'brief');
    expect(brief).toMatch(/^handshake RTT +27\.50 µs +median; 24\.00 µs to 31\.00 µs$/m);
    expect(brief).toMatch(/^application +56\.50 µs +median; 51\.30 µs to 61\.70 µs$/m);
    expect(brief).toContain('failed 1 time');
    expect(brief).not.toContain('p99');
  });

  test('brief, of a series without an answer: no figure is made up', () => {
    expect(pingSummary(resultOf([], [refused(1)]), 'brief')).not.toContain('median');
  });

  test('full: more percentiles, the plan and the machine', () => {
    const full = pingSummary(failed, 'full');
    expect(full).toContain(pingSummary(failed).trim().split('\n').at(-1));
    expect(full).toMatch(/^ +p50 +27\.50 +56\.50$/m);
    expect(full).toMatch(/^ +p99\.9 +~/m);
    expect(full).toMatch(/^ +handshakes +until it is stopped$/m);
    expect(full).toMatch(/^ +engine +native$/m);
  });
});
