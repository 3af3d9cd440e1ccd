/** What can be drawn of targets, and alarmed about, under names and in units that stay. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UNKNOWN } from '../../../src/monitor/loop/state.ts';
import { monitorFamilies } from '../../../src/monitor/metrics/families.ts';
import { Tallies } from '../../../src/monitor/metrics/tallies.ts';
import { type Family, openMetricsText } from '../../../src/text/open-metrics.ts';
import { type ParsedFamily, parsedMetrics } from '../../server/sight/parsed-metrics.ts';
import { target } from '../world.ts';
import { everything, FACTS, interval, UP } from './counted.ts';

function sampleOf(
  family: ParsedFamily | undefined,
  labels: Readonly<Record<string, string>>,
): number | undefined {
  return family?.samples.find((sample) =>
    Object.entries(labels).every(([name, value]) => sample.labels[name] === value),
  )?.value;
}

test('all metrics of a monitor are names, types and units as the format has them', () => {
  const families = parsedMetrics(openMetricsText(everything()));
  for (const [name, { type, unit, help }] of families) {
    expect(name).toMatch(/^(echolot|process)_[a-z_]+$/);
    expect(type).not.toBe('unknown');
    expect(help).toMatch(/^[A-Z0-9].*\.$/);
    expect(/_(bytes|seconds)$/.test(name), name).toBe(unit !== undefined);
  }
  expect([...families.keys()]).toEqual([
    'echolot_build',
    'process_start_time_seconds',
    'echolot_targets',
    'echolot_up',
    'echolot_runs',
    'echolot_probes',
    'echolot_probes_answered',
    'echolot_probe_failures',
    'echolot_rtt_seconds',
    'echolot_goodput_bits_per_second',
    'echolot_doubts',
    'echolot_noise_floor_seconds',
    'echolot_store_size_bytes',
    'echolot_store_trouble',
    'echolot_store_waiting',
    'echolot_store_lost_intervals',
  ]);
});

test('each figure is under its target, with the labels that the target was given', () => {
  const families = parsedMetrics(openMetricsText(everything()));
  const labels = { target: 'a', site: 'fra' };
  expect(sampleOf(families.get('echolot_up'), labels)).toBe(1);
  expect(sampleOf(families.get('echolot_probes'), labels)).toBe(20);
  expect(sampleOf(families.get('echolot_probe_failures'), { ...labels, reason: 'timeout' })).toBe(1);
  expect(sampleOf(families.get('echolot_doubts'), { ...labels, check: 'generator-late' })).toBe(1);
  const rtt = families.get('echolot_rtt_seconds');
  const application = { ...labels, layer: 'application' };
  expect(sampleOf(rtt, { ...application, le: '0.002' })).toBe(10);
  expect(sampleOf(rtt, { ...application, le: '+Inf' })).toBe(19);
  const sum = rtt?.samples.find(
    ({ name, labels }) => name.endsWith('_sum') && labels['layer'] === 'application',
  );
  expect(sum?.value).toBeCloseTo(19 * 1.95e-3, 4);
  const goodput = families.get('echolot_goodput_bits_per_second')?.samples;
  expect(goodput).toMatchObject([{ labels: { target: 'b', direction: 'up' }, value: 1e9 }]);
});

test('a target of which nothing is known is neither up nor down, and a floor that nobody measured is not 0', () => {
  const tallies = new Tallies();
  for (const status of ['waiting', 'unsent'] as const)
    tallies.add(target(status), interval(), { ...UNKNOWN, status });
  tallies.add(target('down'), interval(), { ...UNKNOWN, status: 'down' });
  const text = openMetricsText(monitorFamilies(tallies.all, { ...FACTS, noiseFloorSeconds: null }));
  expect(parsedMetrics(text).get('echolot_up')?.samples).toMatchObject([
    { labels: { target: 'down' }, value: 0 },
  ]);
  expect(text).not.toContain('noise_floor');
});

function familiesOf(names: readonly string[], site: string): Family[] {
  const tallies = new Tallies();
  // A plan refuses many of these names; metrics do not rest on that.
  for (const name of names) tallies.add({ ...target('host', { labels: { site } }), name }, interval(), UP);
  return monitorFamilies(tallies.all, FACTS);
}

test('no name of a target can break the text, pose as another metric, or be lost', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
    fc.constantFrom(
      'a"} 1\necholot_up{target="b',
      '\\',
      '\\"',
      '\n',
      '# EOF',
      '"',
      '{}',
      'le="+Inf"',
      '\u202Egnp',
    ),
  );
  const known = familiesOf(['plain'], 'fra').map(({ name }) => name);
  fc.assert(
    fc.property(fc.uniqueArray(hostile, { minLength: 1, maxLength: 5 }), hostile, (names, label) => {
      const families = parsedMetrics(openMetricsText(familiesOf(names, label)));
      const samples = families.get('echolot_up')?.samples ?? [];
      expect(samples.map(({ labels }) => labels)).toEqual(
        names.map((name) => ({ target: name, site: label })),
      );
      expect([...families.keys()]).toEqual(known);
    }),
    { numRuns: 50 },
  );
});

test('a store that cannot be written is told while that is so', () => {
  const valueFor = (trouble: string | null): number | undefined => {
    const families = monitorFamilies([], { ...FACTS, store: { ...FACTS.store, trouble } });
    return sampleOf(parsedMetrics(openMetricsText(families)).get('echolot_store_trouble'), {});
  };
  expect([valueFor(null), valueFor('disk full')]).toEqual([0, 1]);
});
