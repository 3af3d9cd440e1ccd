/** What an alert may ask for, and that everything else is refused with words that help. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../../src/core/errors.ts';
import { parseCondition } from '../../../src/monitor/alerts/condition.ts';

describe('a condition is read as it is meant', () => {
  test.each([
    ['rtt.p99 > 2ms for 3 of 5', { figure: { layer: 'rtt', statistic: 'p99Ns' }, limit: 2e6, bad: 3, of: 5 }],
    ['rtt.median>=300us', { figure: { layer: 'rtt', statistic: 'p50Ns' }, operator: '>=', bad: 1, of: 1 }],
    [
      '  handshake.p99   > 5ms  for 2 of 2 ',
      { figure: { layer: 'handshake', statistic: 'p99Ns' }, text: 'handshake.p99 > 5ms for 2 of 2' },
    ],
    ['network.p99 > 5ms', { figure: { layer: 'network', statistic: 'p99Ns' } }],
    ['residence.p50 > 1ms', { figure: { layer: 'residence', statistic: 'p50Ns' } }],
    ['lost > 1% for 2 of 3', { figure: 'lost', limit: 0.01, bad: 2, of: 3 }],
    ['down.goodput < 90M', { figure: 'down.goodput', operator: '<', limit: 90e6 }],
    ['increase.p50 > 30ms', { figure: 'increase.p50', limit: 30e6 }],
    ['down for 3 of 3', { kind: 'down', bad: 3, of: 3 }],
    ['down', { kind: 'down', bad: 1, of: 1 }],
    ['change > 10 %', { kind: 'change', limit: 1.1, figure: { layer: 'rtt', statistic: 'p50Ns' } }],
    ['change > 25% of p99', { kind: 'change', limit: 1.25, figure: { layer: 'rtt', statistic: 'p99Ns' } }],
    ['change > 5 % of handshake.p50', { figure: { layer: 'handshake', statistic: 'p50Ns' } }],
  ])('%s', (text, expected) => {
    expect(parseCondition(text)).toMatchObject(expected);
  });
});

describe('what cannot be asked of an interval is refused', () => {
  test.each([
    ['', 'is no condition'],
    ['rtt.p99', 'is no condition'],
    ['rtt.p95 > 2ms', 'not kept of rtt'],
    ['rtt.p50.p50 > 2ms', 'not kept of rtt'],
    ['rtt.constructor > 2ms', 'not kept of rtt'],
    ['constructor.p50 > 2ms', 'is not kept'],
    ['rtt.p99 > 2', 'ends with "2"'],
    ['rtt.p99 > 10%', 'ends with "10%"'],
    ['lost > 200%', 'ends with "200%"'],
    ['down.goodput < 90', 'ends with "90"'],
    ['rtt.p99 > 2ms for 3', 'of how many intervals'],
    ['rtt.p99 > 2ms for 5 of 3', 'of how many intervals'],
    ['rtt.p99 > 2ms for 0 of 3', 'of how many intervals'],
    ['down for 3 of 101', 'of how many intervals'],
    ['change > 0 %', 'is no change'],
    ['change < 10 %', 'is no change'],
    ['change > 10 % of p90', 'of which no change is told'],
    ['change > 10 % of lost', 'is not kept'],
    ['change > 10 % for 3 of 5', 'counts intervals'],
  ])('%s', (text, message) => {
    expect(() => parseCondition(text)).toThrow(EcholotError);
    expect(() => parseCondition(text)).toThrow(message);
  });
});

test('any text is a condition or an error of the user, soon', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 200 }),
        fc.stringMatching(/^(change|down|rtt.p50|lost)[ >0-9%a-z.]{0,60}$/),
      ),
      (text) => {
        try {
          expect(parseCondition(text).text.length).toBeLessThanOrEqual(text.length);
        } catch (error) {
          expect(error).toMatchObject({ code: 'usage' });
        }
      },
    ),
  );
});
