/** What is asked of a target is checked before it is measured, and what is not asked has a value that makes sense. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../../src/core/errors.ts';
import {
  MAX_INTERVAL_MS,
  MIN_INTERVAL_MS,
  planTarget,
  planTargets,
} from '../../../src/monitor/plan/target.ts';

const HOST = { host: 'host.example', port: 9_900 };

describe('a target', () => {
  test('is known by its host and port, and the same options are the same target', () => {
    expect(planTarget(HOST).name).toBe('host.example:9900');
    expect(planTarget({ host: '2001:db8::1', port: 1 }).name).toBe('[2001:db8::1]:1');
    expect(JSON.stringify(planTarget(HOST))).toBe(JSON.stringify(planTarget(HOST)));
  });

  test('is done with its probes and their answers before its next start, whatever its interval', () => {
    fc.assert(
      fc.property(fc.integer({ min: 12_000, max: 3_600_000 }), (intervalMs) => {
        const target = planTarget({ ...HOST, intervalMs });
        if (target.kind !== 'measure') throw new Error('echoes');
        const { stepNs, timeoutNs, ratesPerSecond } = target.paced;
        // Connecting, sending, and the last answer.
        expect((timeoutNs + stepNs + timeoutNs) / 1e6).toBeLessThan(intervalMs);
        expect(((ratesPerSecond[0] ?? 0) * stepNs) / 1e9).toBeCloseTo(20, 6);
      }),
    );
  });

  test('that is measured often has time for a SYN that is sent again: one lost packet is no outage', () => {
    for (const kind of ['measure', 'ping'] as const) {
      const target = planTarget({ ...HOST, kind, intervalMs: 1_000 });
      const timeoutNs =
        target.kind === 'measure' ? target.paced.timeoutNs : target.kind === 'ping' ? target.timeoutNs : 0;
      expect(timeoutNs).toBeGreaterThanOrEqual(3e9);
    }
  });

  const wrong = [
    ['port', { port: 0 }],
    ['interval', { intervalMs: MIN_INTERVAL_MS - 1 }],
    ['interval', { intervalMs: MAX_INTERVAL_MS + 1 }],
    ['interval', { intervalMs: Number.NaN }],
    ['probes', { probes: 0 }],
    ['probes', { probes: 1.5 }],
    ['size', { payloadBytes: 0 }],
    ['size', { payloadBytes: 2 ** 30 }],
    ['name', { name: ' a' }],
    ['name', { name: '\u0000' }],
    ['name', { name: '\u202e' }],
    ['timeout', { timeoutMs: 20_000 }],
    ['kind', { kind: 'guess' as never }],
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(201) }],
    ['name', { name: '\ud800' }],
    ['label', { labels: { le: 'x' } }],
    ['label', { labels: { __name__: 'x' } }],
    ['label', { labels: { 'a b': 'x' } }],
    ['label', { labels: { a: 'x'.repeat(201) } }],
    ['labels', { labels: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`l${i}`, 'x'])) }],
    ['load', { kind: 'load', intervalMs: 20_000 }],
    ['dialect', { kind: 'load', protocol: 'tabs' }],
  ] as const;

  test.each(wrong)('with a %s that cannot be is refused: %j', (what, options) => {
    try {
      planTarget({ ...HOST, ...options });
    } catch (error) {
      expect(error).toBeInstanceOf(EcholotError);
      expect((error as EcholotError).code).toBe('usage');
      expect((error as EcholotError).message).toContain(what);
      expect((error as EcholotError).advice).toBeTruthy();
      return;
    }
    throw new Error('it was taken');
  });

  test('of a name that another one has is refused', () => {
    expect(() => planTargets([HOST, { ...HOST }])).toThrow(/two targets are called host\.example:9900/);
    expect(() => planTargets([])).toThrow(/no target/);
  });
});
