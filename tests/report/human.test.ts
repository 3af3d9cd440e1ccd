/** The tables people read: every figure with its unit, every doubt with its mark. */
import { describe, expect, test } from 'vitest';
import { humanReport } from '../../src/report/human.ts';
import type { Result } from '../../src/result/result.ts';
import { summarize } from '../../src/stats/summary.ts';
import { SAMPLE_RESULT, seriesSession, withSessions } from './sample-result.ts';
import { stampedResult } from './stamped-result.ts';

const ONLY_CLIENT = {
  sendCallNs: 2_100,
  localQueueNs: 300,
  kernelRttNs: 5_430,
  wakeUpNs: 3_900,
  residenceNs: Number.NaN,
};

/** A kernel that tells nothing of the connection. */
const NO_PATH = {
  minRttNs: null,
  smoothedRttNs: null,
  retransmittedSegments: null,
  congestionWindowSegments: null,
  sendMssBytes: null,
  pathMtuBytes: null,
  peerWindowBytes: null,
  ownWindowBytes: null,
};

/** The cells of the row of one size. */
function row(report: string, size: string): string[] {
  const line = report.split('\n').find((text) => text.trimStart().startsWith(`${size} `)) ?? '';
  return line.trim().slice(size.length).trim().split(/\s+/);
}

test('the sample result is true to itself: its statistics are those of its samples', () => {
  for (const { rttNs, warmupProbes, payloadBytes, statistics } of SAMPLE_RESULT.sessions) {
    const measured = rttNs.slice(warmupProbes);
    expect(statistics?.rttNs ?? null).toEqual(summarize(measured));
    const goodput = summarize(measured.map((ns) => (payloadBytes * 8e9) / ns));
    expect(statistics?.goodputBitsPerSecond ?? null).toEqual(goodput);
  }
});

test('the whole report reads as it always did', async () => {
  await expect(humanReport(SAMPLE_RESULT)).toMatchFileSnapshot('golden/human.txt');
});

describe('a figure is not more than it is', () => {
  test('the 99th percentile of five samples is marked as thin', () => {
    expect(row(humanReport(SAMPLE_RESULT), '1 B')).toEqual(
      expect.arrayContaining(['5', '24.00', '23.00', '~29.80']),
    );
  });

  test.each([
    [499, '~'],
    [500, ''],
  ])('of %d samples the mark is "%s"', (n, mark) => {
    const [count, , , p99] = row(humanReport(withSessions(seriesSession(n))), '1 B');
    expect(count).toBe(String(n));
    expect(p99).toMatch(new RegExp(`^${mark}\\d`));
  });

  test('the mark is explained wherever it stands', () => {
    expect(humanReport(SAMPLE_RESULT)).toMatch(/^~ .*percentiles/m);
  });

  test('one sample has no standard deviation: a dash, never 0', () => {
    expect(row(humanReport(SAMPLE_RESULT), '1000 B').at(-1)).toBe('-');
  });

  test('a session without a sample is a row of dashes, never of zeros', () => {
    expect(row(humanReport(SAMPLE_RESULT), '32 KiB')).toEqual(['0', '-', '-', '-', '-', '-', '-']);
  });
});

test('a report that ended early says so itself: it may be read without its error beside it', () => {
  expect(humanReport(SAMPLE_RESULT)).toContain('no answer within 200 ms to probe 1');
});

describe('the headline tells what was measured', () => {
  test('name, address, dialect and engine', () => {
    expect(humanReport(SAMPLE_RESULT).split('\n')[0]).toBe(
      'echolot 1.2.3: echo.example port 9900 (192.0.2.2), dialect size-first, engine node',
    );
  });

  test('an address is not said twice, and plain echo is no dialect', () => {
    const plan = { ...SAMPLE_RESULT.plan, host: '192.0.2.2', protocol: 'plain' };
    const dialect = { requested: 'plain', spoken: 'plain', attempts: [] };
    expect(humanReport({ ...SAMPLE_RESULT, plan, dialect }).split('\n')[0]).toBe(
      'echolot 1.2.3: 192.0.2.2 port 9900, plain echo, engine node',
    );
  });
});

test('a report can be pasted: no line ends in blanks, none is wider than 110 columns but warnings', () => {
  const lines = humanReport(SAMPLE_RESULT).split('\n');
  expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  expect(lines.filter((line) => line.length > 110 && !line.startsWith('warning: '))).toEqual([]);
});

describe('the anatomy of the round trip', () => {
  test('with all that the kernel told reads as it always did', async () => {
    await expect(humanReport(await stampedResult())).toMatchFileSnapshot('golden/human-native.txt');
  });

  test('fits a terminal of 100 columns, but for warnings', async () => {
    const lines = humanReport(await stampedResult()).split('\n');
    const long = lines.filter((line) => line.length > 100 && !/^(warning: |~ )/.test(line));
    expect(long).toEqual([]);
  });

  test('shows in which layer the tail is, marked where it is thin', async () => {
    const wakeUps = new Array<number>(600).fill(3_900).fill(2_181_000, 590);
    const script = (probes: number): Promise<Result> =>
      stampedResult(
        { layers: wakeUps.slice(-probes).map((wakeUpNs) => ({ ...ONLY_CLIENT, wakeUpNs })) },
        probes,
      );
    const tail = (report: string): string => report.slice(report.indexOf('at the 99th percentile'));
    expect(row(tail(humanReport(await script(600))), '1 B').at(-2)).toBe('2,181');
    expect(row(tail(humanReport(await script(100))), '1 B').at(-2)).toBe('~2,181');
  });

  test('is not there without stamps: no table of dashes', () => {
    expect(humanReport(SAMPLE_RESULT)).not.toContain('Anatomy');
  });

  test('is not there for a multipath socket, and the report says why', () => {
    const { plan } = SAMPLE_RESULT;
    const socket = { ...plan.socket, multipath: true };
    const multipath = { ...SAMPLE_RESULT, plan: { ...plan, stamps: true, socket } };
    const why = 'no anatomy of the round trip: the kernel gives a multipath socket no stamps';
    expect(humanReport(multipath)).toContain(why);
    expect(humanReport(SAMPLE_RESULT)).not.toContain(why);
    expect(humanReport({ ...multipath, plan: { ...multipath.plan, stamps: false } })).not.toContain(why);
  });

  test('of a server that tells no residence has no network figure, and says why', async () => {
    const report = humanReport(
      await stampedResult({
        facts: {},
        residenceSource: undefined,
        layers: [ONLY_CLIENT],
        path: NO_PATH,
      }),
    );
    const anatomy = report.slice(report.indexOf('Anatomy'));
    expect(row(anatomy, '1 B')).toEqual(['11.84', '2.100', '0.3000', '-', '-', '3.900', '5.430']);
    expect(report).toContain('does not tell how long it keeps a probe');
    expect(report).not.toMatch(/TCP|window|handshake/);
  });

  test('tells a few missing stamps in a line, and many in a warning instead', async () => {
    const result = await stampedResult();
    expect(humanReport(result)).not.toContain('missing stamps, of');
    expect(humanReport({ ...result, warnings: [] })).toContain(
      'missing stamps, of 10 probes: 0 of this kernel, 2 of the server',
    );
  });

  test('of a server that stamps in its program says what that means', async () => {
    const report = humanReport(await stampedResult({ residenceSource: 'application' }));
    expect(report).toContain('waking up and reading there count as network');
  });
});

test('a run that fell back says so above all figures, and once', () => {
  const reason = 'the package koffi does not load';
  const engine = { ...SAMPLE_RESULT.engine, requested: 'auto', fallback: reason } as const;
  const warnings = [{ code: 'engine-fell-back', message: reason, advice: 'none', reason }] as const;
  const report = humanReport({ ...SAMPLE_RESULT, engine, warnings });
  expect(report.split('\n')[1]).toBe(`(not the native engine: ${reason})`);
  expect(report.split(reason)).toHaveLength(2);
});
