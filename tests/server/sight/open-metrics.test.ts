/** What a scraper reads: a text that breaks the format is refused as a whole, and the operator is blind. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ProcessFacts, processFamilies, serverFamilies } from '../../../src/server/sight/families.ts';
import { counter, gauge, histogram, info, openMetricsText } from '../../../src/text/open-metrics.ts';
import { PretendServer } from '../pretend-server.ts';
import { parsedMetrics } from './parsed-metrics.ts';

const FACTS: ProcessFacts = {
  version: '1.2.3',
  node: '26.0.0',
  startSeconds: 1_795_989_559.685,
  cpuSeconds: 0.25,
  residentBytes: 2 ** 27,
  loopDelay: { bounds: [0.5, 2], counts: [3, 1, 1], sum: 4.5 },
  logLinesDropped: 7,
  metricsDropped: 0,
};

describe('all metrics of a server', () => {
  test.for(['measurement', 'echo'] as const)(
    'are names, types and units as the format has them: %s',
    async (mode) => {
      const { server } = await PretendServer.start({ mode });
      const text = openMetricsText([
        ...processFamilies(FACTS),
        ...serverFamilies(server.status(), server.limits),
      ]);
      const families = parsedMetrics(text);
      for (const [name, { type, unit, help }] of families) {
        expect(name).toMatch(/^(echolot|process)_[a-z_]+$/);
        expect(type).not.toBe('unknown');
        expect(help).toMatch(/^[A-Z0-9].*\.$/);
        expect([undefined, 'bytes', 'seconds']).toContain(unit);
        expect(/bytes|seconds/.test(name), name).toBe(unit !== undefined);
      }
      expect(families.get('echolot_log_lines_dropped')?.samples[0]).toMatchObject({ value: 7 });
      expect(families.has('echolot_echoed_bytes')).toBe(mode === 'echo');
    },
  );

  test('a histogram is summed up, and its last bucket has all', () => {
    const { samples } = parsedMetrics(openMetricsText(processFamilies(FACTS))).get(
      'echolot_event_loop_delay_seconds',
    )!;
    expect(samples.map(({ labels, value }) => [labels['le'], value])).toEqual([
      ['0.5', 3],
      ['2.0', 4],
      ['+Inf', 5],
      [undefined, 5],
      [undefined, 4.5],
    ]);
  });
});

test('no value of a label, and no help, can break the text or pose as another metric', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (one, help) => {
      const text = openMetricsText([info('a', help, { one, other: `\\${one}"\n` }), gauge('b', 'B.', 1)]);
      const families = parsedMetrics(text);
      expect([...families.keys()]).toEqual(['a', 'b']);
      expect(families.get('a')).toMatchObject({
        help: help.toWellFormed(),
        samples: [{ labels: { one: one.toWellFormed(), other: `\\${one}"\n`.toWellFormed() } }],
      });
    }),
  );
});

test('each number comes out as the one that went in', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: 0 }), fc.maxSafeNat(), (level, total) => {
      const buckets = { bounds: [1], counts: [total, 0], sum: level };
      const families = parsedMetrics(
        openMetricsText([gauge('a', 'A.', level), counter('b', 'B.', total), histogram('c', 'C.', buckets)]),
      );
      expect(families.get('a')?.samples[0]?.value).toBe(level);
      expect(families.get('b')?.samples[0]?.value).toBe(total);
      expect(families.get('c')?.samples.at(-1)?.value).toBe(level);
    }),
  );
});
