import { describe, expect, test } from 'vitest';
import { documentOf } from '../../../src/report/document/documents.ts';
import { markdownText } from '../../../src/report/markdown.ts';
import { echoResult, loadResult } from './load-results.ts';
import { doubt, down, latency, statistics } from './load-statistics.ts';
import { line, report, withStatistics } from './reporting.ts';
import { MBIT, S, US } from './units.ts';

describe('a load reads as it always did', () => {
  test.each([
    ['load', 'usual', 80],
    ['load-wide', 'usual', 200],
    ['load-full', 'full', 80],
  ] as const)('%s', async (name, depth, width) => {
    const doubts = [
      doubt('probes-late', 'down', 'the probes were late by 2.1 ms (p99)'),
      doubt('probes-late', 'up', 'the probes were late by 1.8 ms (p99)'),
      doubt('processors-shared', null, 'client and server share 2 processors'),
    ];
    const result = withStatistics({ doubts });
    await expect(report(result, depth, width)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test('as Markdown', async () => {
    await expect(markdownText(documentOf(loadResult(), 'full'))).toMatchFileSnapshot('golden/load.md.txt');
  });

  test('of an echo server', async () => {
    await expect(report(echoResult())).toMatchFileSnapshot('golden/load-echo.txt');
  });
});

describe('how long a load took to hold', () => {
  const settled = (settledAtNs: number | null): string =>
    report(withStatistics({ loaded: [down({ settledAtNs })] }), 'usual', 120);

  test.each([
    [3.6 * S, '0.5 s'],
    [3.1 * S, 'at once'],
    [null, 'never'],
  ])('%s is told in words', (settledAtNs, words) => {
    expect(settled(settledAtNs)).toMatch(new RegExp(`^ +down +${words} +94\\.1`, 'm'));
  });

  test('and that it never did stands beside its goodput', () => {
    expect(line(withStatistics({ loaded: [down({ settledAtNs: null })] }), 'Down')).toContain(
      'did not settle, 95 %:',
    );
  });
});

describe('a load that did not come to its end', () => {
  const cut = { ...loadResult(), phases: loadResult().phases.slice(0, 2) };
  const phases = cut.phases.map((phase, i) => ({ ...phase, isComplete: i === 0 }));
  const error = {
    code: 'peer',
    message: 'the server ended the load (time)',
    advice: 'ask for shorter phases',
    expected: null,
    received: null,
    phase: null,
  } as const;

  test('says so first, and how far it came', () => {
    const told = report({ ...cut, phases, outcome: { status: 'failed', error } }).replace(/\s+/g, ' ');
    expect(told).toContain(
      'Incomplete: the load failed: the server ended the load (time) (ask for shorter phases); 1 of 4 phases ran, ended within down',
    );
  });

  test('is told when it was cancelled, too', () => {
    const told = report({ ...cut, phases, outcome: { status: 'cancelled', error } });
    expect(told).toContain('Incomplete: the load was cancelled; 1 of 4 phases ran, ended within down');
  });

  test('before anything has no figure at all', () => {
    const nothing = statistics({ idle: null, recovery: null, loaded: [], grade: null, noGrade: 'no-load' });
    const result = loadResult({
      phases: [],
      streams: [],
      statistics: nothing,
      outcome: { status: 'failed', error },
    });
    const told = report({ ...result, foreignProbes: { ...result.foreignProbes, dueAtNs: [], rttNs: [] } });
    expect(told).not.toMatch(/NaN|undefined|Mbit/);
    expect(told).toContain('0 of 4 phases ran');
  });
});

describe('what is to be known of the figures', () => {
  test('a server that grants less is named, where less was asked for it is not', () => {
    const granted = { durationNs: 25 * S, bitsPerSecond: 50 * MBIT, streams: 8 };
    expect(report(loadResult({ granted }))).toContain('the server grants 50.0 Mbit/s in each direction');
    const plan = { ...loadResult().plan, bitsPerSecond: 20 * MBIT };
    expect(report(loadResult({ granted, plan }))).not.toContain('the server grants');
  });

  test('many streams are left to those who ask for all', () => {
    const [stream] = loadResult().streams;
    if (stream === undefined) throw new Error('there is no stream');
    const streams = Array.from({ length: 40 }, (_, i) => ({ ...stream, number: i + 1 }));
    expect(report(loadResult({ streams }))).toContain('40 streams: --full lists them');
    expect(report(loadResult({ streams }), 'full')).toMatch(/^ +40 +down/m);
  });

  test('tiny times are told in µs, and nothing as 0', () => {
    const idle = latency(21.4 * US, 60 * US);
    expect(line(withStatistics({ idle }), 'RTT, idle')).toContain('21.4 µs 95 %: 21.2–21.6');
  });
});
