/** What CI is told of conditions: every one of them, in XML that it can read whatever the names are. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseThreshold } from '../../src/analysis/threshold.ts';
import type { ThresholdFinding } from '../../src/analysis/threshold-check.ts';
import { prepareJudge } from '../../src/cli/show/judge.ts';
import { junitReport } from '../../src/cli/show/junit.ts';
import { closedLoop } from '../../src/result/workload.ts';

function found(finding: ThresholdFinding['finding'], text = 'rtt.p99 > 2ms'): ThresholdFinding {
  return {
    threshold: parseThreshold(text),
    workload: closedLoop('rtt', 100),
    value: 3e6,
    interval: null,
    finding,
    reason: 'too few',
  };
}

describe('the file for CI', () => {
  test('has a case for each condition, failed, in error or passed', () => {
    const findings = [found('failed'), found('cannot-tell'), found('passed')];
    const xml = junitReport([{ name: 'run.json', findings }]);
    expect(xml).toContain('<testsuite name="run.json" tests="3" failures="1" errors="1">');
    expect(xml).toContain('<failure message="failed: rtt.p99 &gt; 2ms: rtt 100 B: 3,000 µs"/>');
    expect(xml).toContain('<error message="cannot tell: rtt.p99 &gt; 2ms: rtt 100 B: too few"/>');
    expect(xml.match(/<testcase /g)).toHaveLength(3);
    expect(xml.match(/<testcase [^>]*\/>/g)).toHaveLength(1);
  });

  test('says of a condition that was decided narrowly that it was, whichever way', () => {
    const interval = { low: 1.7e6, high: 2.3e6 };
    const findings = [
      { ...found('passed'), value: 1.9e6, interval },
      { ...found('failed'), value: 2.1e6, interval },
    ];
    const xml = junitReport([{ name: 'run.json', findings }]);
    const narrow = 'its interval 1,700 to 2,300 µs holds the limit: run longer to be sure';
    expect(xml).toContain('tests="2" failures="1" errors="0"');
    expect(xml).toContain(
      `<system-out>passed: rtt.p99 &gt; 2ms: rtt 100 B: 1,900 µs, ${narrow}</system-out>`,
    );
    expect(xml).toContain(`<failure message="failed: rtt.p99 &gt; 2ms: rtt 100 B: 2,100 µs, ${narrow}"/>`);
  });

  test('stays XML whatever a file is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const xml = junitReport([{ name, findings: [found('failed')] }]);
        const attributes = [...xml.matchAll(/ name="([^"]*)"/g)].map(([, value = '']) => value);
        expect(attributes).toHaveLength(3);
        for (const value of attributes) expect(value).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot);)/);
        // XML 1.0, 2.2: no control characters, halves of pairs or what is no character.
        expect(xml).toMatch(/^[\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
      }),
    );
  });
});

test('a file without conditions is refused before anything is measured: it would say that all is well', () => {
  expect(() => prepareJudge({ failIf: [], junit: 'out.xml' })).toThrow('there are none');
});

test('of several records the worst counts: a failed one before one that cannot tell', async () => {
  const judge = prepareJudge({ failIf: [], junit: undefined });
  const judged = (finding: ThresholdFinding['finding']) => ({ name: finding, findings: [found(finding)] });
  expect(await judge([judged('passed'), judged('cannot-tell'), judged('failed')])).toBe(3);
  expect(await judge([judged('passed'), judged('cannot-tell')])).toBe(1);
  expect(await judge([judged('passed')])).toBe(0);
});
