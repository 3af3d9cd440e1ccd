/** Findings as the record of a check has them. */

import { printable } from '../core/wire/grammar.ts';
import type { TracedMessage } from '../net/engine.ts';
import type { CheckedSession, MessageRecord, RuleRecord } from '../result/check-result.ts';
import type { SeenSession } from './client/client-session.ts';
import type { RuleFinding } from './rule.ts';

/** Enough of a conversation to see what went wrong. */
const MOST_MESSAGES = 12;

export function ruleRecord({ rule, verdict, note, fault, messages, tookNs }: RuleFinding): RuleRecord {
  const { name, phase, demand, source } = rule;
  return {
    name,
    phase,
    demand,
    source,
    verdict,
    note: note ?? null,
    expected: fault?.expected ?? null,
    received: fault?.received ?? null,
    messages: verdict === 'fail' ? messages.slice(-MOST_MESSAGES).map(messageRecord) : [],
    tookNs: Math.round(tookNs),
  };
}

function messageRecord({ direction, atNs, bytes, head, tail }: TracedMessage): MessageRecord {
  return {
    direction,
    atNs: Math.max(0, Math.round(atNs)),
    bytes,
    head: printable(head, head.length),
    tail: printable(tail, tail.length),
  };
}

/** Of the sessions that got as far as an echo. */
export function checkedSessions(sessions: readonly SeenSession[]): CheckedSession[] {
  return sessions.flatMap(({ reading, probes }) => {
    const echoed = probes.flatMap(({ arrivedNs, echoedNs }) =>
      echoedNs === undefined ? [] : [{ arrivedNs, echoedNs }],
    );
    if (reading === undefined || echoed.length === 0) return [];
    const held = mean(echoed.map(({ arrivedNs, echoedNs }) => Number(echoedNs - arrivedNs)));
    const gaps = echoed
      .slice(1)
      .map(({ arrivedNs }, i) => Number(arrivedNs - (echoed[i]?.echoedNs ?? arrivedNs)));
    const { measurement, payloadBytes, delay } = reading.setup;
    return [
      {
        measurement,
        payloadBytes,
        probes: echoed.length,
        serverDelayNs: delay.delayNs,
        meanRttLowNs: Math.round(held),
        meanRttHighNs: Math.round(held + (gaps.length === 0 ? 0 : Math.max(0, mean(gaps)))),
      },
    ];
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
