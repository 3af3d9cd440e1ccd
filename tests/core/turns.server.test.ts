/** What one connection may take of a server before the others have their turn, and what that changes: nothing it answers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MESSAGES_PER_TURN } from '../../src/core/limits.ts';
import { bytes, pieces, ServerEnd } from './ends.ts';

const READY = '200 OK: Ready +pipeline\n';
const CLOSING = '200 OK: Closing Connection\n';
const MANY = 10 * MESSAGES_PER_TURN;

function setup(count: number, delay = '0', fields = '+pipeline'): string {
  return `s RTT 5 ${count} ${delay} ${fields}\n`;
}

function probes(count: number): string {
  return Array.from({ length: count }, (_, i) => `m abcde ${i + 1}\n`).join('');
}

function linesOf(answer: string): number {
  return answer.split('\n').length - 1;
}

describe('a client that sends thousands of small probes at once', () => {
  test.each(['0', '0.000001'])('takes no more than its part of each turn, with a delay of %s ms', (delay) => {
    const server = new ServerEnd('auto');
    server.feed(setup(MANY, delay));
    let answer = server.feed(probes(MANY));
    expect(linesOf(answer)).toBeLessThanOrEqual(MESSAGES_PER_TURN);
    while (server.session.isHolding) {
      // As late as a busy server is: everything is overdue.
      const turn = server.wake((server.session.deadlineNs() as bigint) + 1_000_000n);
      expect(linesOf(turn)).toBeLessThanOrEqual(MESSAGES_PER_TURN + 1);
      answer += turn;
    }
    expect(answer).toBe(probes(MANY));
  });

  test('has no turn while it does not read what it was sent', () => {
    const server = new ServerEnd('auto', { limits: { idleNs: 1_000 } });
    server.feed(setup(MANY) + probes(MANY));
    server.session.handleQueued();
    expect(server.session.deadlineNs()).toBe(1_000n);
    expect(server.wake(999n)).toBe('');
    server.session.handleDrained(999n);
    expect(linesOf(server.wake(999n))).toBe(MESSAGES_PER_TURN);
  });

  test('costs one send a turn and not one for each', () => {
    const server = new ServerEnd('auto');
    server.feed(setup(MANY));
    server.session.handleBytes(bytes(probes(MESSAGES_PER_TURN)), 0n);
    expect(server.session.pollTransmit()).toEqual(bytes(probes(MESSAGES_PER_TURN)));
    expect(server.session.pollTransmit()).toBeUndefined();
  });

  test('has a send of its own for each where it asks how long each was kept', () => {
    const server = new ServerEnd('auto');
    server.feed(setup(MANY, '0', '+stamps +pipeline'));
    server.session.handleBytes(bytes(probes(2)), 0n);
    expect(server.session.pollTransmit()).toEqual(bytes('m abcde 1\n'));
    expect(server.session.polledEcho).toBe(true);
    expect(server.session.pollTransmit()).toEqual(bytes('m abcde 2\n'));
  });

  test('is answered the same bytes, however they come and whatever else it sends', () => {
    const countArb = fc.integer({ min: 1, max: 4 * MESSAGES_PER_TURN });
    const sizesArb = fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(countArb, sizesArb, fc.boolean(), (count, sizes, settles) => {
        const server = new ServerEnd('auto');
        let answer = '';
        for (const piece of pieces(`${setup(count)}${probes(count)}t\n`, sizes)) {
          answer += server.feed(piece);
          if (settles) answer += server.settle();
        }
        expect(answer + server.end() + server.settle()).toBe(READY + probes(count) + CLOSING);
        expect(server.ending).toMatchObject({ reason: 'terminated', probesEchoed: count });
      }),
      { numRuns: 100 },
    );
  });
});
