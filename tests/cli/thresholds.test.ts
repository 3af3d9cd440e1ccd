/** `--fail-if`: what is taken by which command, and what is printed when a condition is not met. */
import { formatMessage } from '@optique/core/message';
import { describe, expect, test } from 'vitest';
import { parseLoadThreshold } from '../../src/analysis/load/conditions/load-threshold.ts';
import { parseThreshold } from '../../src/analysis/threshold.ts';
import type { ThresholdFinding } from '../../src/analysis/threshold-check.ts';
import { thresholdValue } from '../../src/cli/options/thresholds.ts';
import { thresholdExitCode, thresholdReport } from '../../src/cli/show/threshold-report.ts';
import { closedLoop } from '../../src/result/workload.ts';

function parsed(kind: 'absolute' | 'either' | 'load' | 'ratio', input: string): string {
  const result = thresholdValue(kind).parse(input);
  return result.success ? result.value.text : formatMessage(result.error, { colors: false, quotes: true });
}

describe('the value of --fail-if', () => {
  test('is a time or a rate for a measurement, and a ratio for a comparison', () => {
    expect(parsed('absolute', 'rtt.p99>2ms')).toBe('rtt.p99>2ms');
    expect(parsed('ratio', 'rtt.p99 > 1.1x')).toBe('rtt.p99 > 1.1x');
    expect(parsed('absolute', 'rtt.p99 > 1.1x')).toContain('there is nothing to compare with');
    expect(parsed('ratio', 'rtt.p99 > 2ms')).toContain('a comparison has ratios');
  });

  test('is of a load where one is run, and of anything where a file may hold it', () => {
    expect(parsed('load', 'down.goodput < 90M')).toBe('down.goodput < 90M');
    expect(parsed('either', 'rpm < 300')).toBe('rpm < 300');
    expect(parsed('absolute', 'rpm < 300')).toContain('it is of a load');
    expect(parsed('ratio', 'rpm < 300')).toContain('it is of a load');
    expect(parsed('load', 'rtt.p99 > 2ms')).toContain('which a load does not have');
  });

  test('is of a change where loads are compared, and where a file may hold one', () => {
    expect(parsed('ratio', 'down.goodput < 0.9x')).toBe('down.goodput < 0.9x');
    expect(parsed('either', 'up.increase.p50 > +5ms')).toBe('up.increase.p50 > +5ms');
    expect(parsed('load', 'down.goodput < 0.9x')).toContain('there is nothing to compare with');
    expect(parsed('absolute', 'down.goodput < 0.9x')).toContain('echolot compare --load finds one');
    expect(parsed('ratio', 'down.goodput < 90M')).toContain('a comparison has ratios of goodput');
  });

  test('is suggested by its name', () => {
    const suggested = (kind: 'absolute' | 'either' | 'load', prefix: string): unknown[] => {
      const { suggest } = thresholdValue(kind);
      return [...(suggest?.(prefix) ?? [])].map((one) => ('text' in one ? one.text : one));
    };
    expect(suggested('load', 'up.')).toEqual(['up.goodput', 'up.increase.p50']);
    expect(suggested('absolute', 'up.')).toEqual([]);
    expect(suggested('either', 'r')).toEqual(['rtt.', 'rpm', 'response.']);
    expect(suggested('load', 'res')).toEqual([]);
  });

  test('that is wrong is refused with what there is', () => {
    expect(parsed('absolute', 'rtt.p100 > 2ms')).toContain('use median, a percentile such as p95');
  });
});

describe('the findings', () => {
  const of = (text: string, rest: Omit<ThresholdFinding, 'threshold' | 'interval'>): ThresholdFinding => ({
    threshold: parseThreshold(text),
    interval: null,
    ...rest,
  });
  const workload = closedLoop('rtt', 1_000);
  const passed = of('rtt.p99 > 2ms', { workload, value: 1e6, finding: 'passed', reason: null });
  const failed = of('rtt.p99 > 2ms', { workload, value: 23.1e6, finding: 'failed', reason: null });
  const unknown = of('rtt.p99 > 2ms', {
    workload,
    value: null,
    finding: 'cannot-tell',
    reason: 'it has 3 samples',
  });
  const ratio = of('rtt.p99 > 1.1x', { workload, value: 1.2345, finding: 'failed', reason: null });

  test('are told in a line each when they are not met', () => {
    expect(thresholdReport([passed, failed, unknown, ratio])).toBe(
      [
        'failed: rtt.p99 > 2ms: rtt 1000 B: 23.10 ms\n',
        'cannot tell: rtt.p99 > 2ms: rtt 1000 B: it has 3 samples\n',
        'failed: rtt.p99 > 1.1x: rtt 1000 B: 1.234x\n',
      ].join(''),
    );
    expect(thresholdReport([passed])).toBe('');
  });

  test('of a load are told in its units', () => {
    const told = (text: string, value: number): string =>
      thresholdReport([
        {
          ...{ threshold: parseLoadThreshold(text), workload: null, value, interval: null },
          ...{ finding: 'failed', reason: null },
        },
      ]);
    expect(told('down.goodput < 90M', 88.2e6)).toBe('failed: down.goodput < 90M: 88.20 Mbit/s\n');
    expect(told('up.increase.p50 > 30ms', 31.5e6)).toBe('failed: up.increase.p50 > 30ms: 31.50 ms\n');
    expect(told('up.increase.p50 < 30ms', -31.5e6)).toBe('failed: up.increase.p50 < 30ms: -31.50 ms\n');
    expect(told('rpm < 300', 123.4)).toBe('failed: rpm < 300: 123 round trips a minute\n');
  });

  test('are told where the interval holds the limit, since the next run may decide otherwise', () => {
    const narrow = (finding: ThresholdFinding, low: number, high: number): string =>
      thresholdReport([{ ...finding, interval: { low, high } }]);
    expect(narrow(passed, 0.9e6, 2.1e6)).toBe(
      'passed: rtt.p99 > 2ms: rtt 1000 B: 1,000 µs, its interval 900.0 to 2,100 µs holds the limit: run longer to be sure\n',
    );
    expect(narrow(failed, 1.5e6, 30e6)).toMatch(
      /^failed: .*23\.10 ms, its interval 1\.500 to 30\.00 ms holds/,
    );
    expect(narrow(ratio, 1.05, 1.4)).toMatch(/1\.234x, its interval 1\.050 to 1\.400x holds the limit/);
    expect(narrow(passed, 0.9e6, 2e6)).toBe('');
    expect(narrow(failed, 20e6, 30e6)).toBe('failed: rtt.p99 > 2ms: rtt 1000 B: 23.10 ms\n');
  });

  test('make the program fail unless all are met: what cannot be told is no success', () => {
    expect(thresholdExitCode([])).toBe(0);
    expect(thresholdExitCode([passed])).toBe(0);
    expect(thresholdExitCode([passed, failed])).toBe(3);
    expect(thresholdExitCode([passed, unknown])).toBe(1);
  });
});
