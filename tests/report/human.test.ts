/** The tables people read: every figure with its unit, every doubt with its mark. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { humanReport, type Reading } from '../../src/report/human.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import type { FitRecord } from '../../src/result/series-record.ts';
import type { Warning } from '../../src/result/warnings.ts';
import { closedLoop, type WorkloadKind, withoutSize } from '../../src/result/workload.ts';
import { type CleanOptions, cleanRecording, US } from '../analysis/recordings.ts';
import { analysed, arithmeticBlock, SAMPLE_RESULT, withBlocks } from './sample-result.ts';
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
  busyNs: null,
  receiveWindowLimitedNs: null,
  sendBufferLimitedNs: null,
};

/** A path of about 20 us that takes a nanosecond more for each byte. */
function manyBlocks(options: CleanOptions = {}): Recording {
  const workloads = [
    ...[1, 100, 1_000].map((payloadBytes) => closedLoop('rtt', payloadBytes)),
    ...[1_024, 16_384, 32_768].map((payloadBytes) => closedLoop('throughput', payloadBytes)),
  ];
  return cleanRecording({ workloads, probes: 60, warmupProbes: 5, levelNs: 20 * US, ...options });
}

/** Without line ends, which come where a line is full. */
function flat(result: Result, reading?: Reading): string {
  return humanReport(result, reading).replace(/\s+/g, ' ');
}

const FULL: Reading = { depth: 'full', width: 80 };

/** The cells of the row of one size. */
function row(report: string, size: string): string[] {
  const line = report.split('\n').find((text) => text.trimStart().startsWith(`${size} `)) ?? '';
  return line.trim().slice(size.length).trim().split(/\s+/);
}

test('the figures are those of the samples, by a pencil', () => {
  const report = humanReport(SAMPLE_RESULT);
  expect(row(report, '1 B')).toEqual(['5', '23.00', '24.00', '20.00', '30.00', '3.808']);
  expect(row(report, '1 KiB')).toEqual(['5', '163.8', '163.3', '64.00', '256.0', '73.18']);
});

describe('the whole report reads as it always did', () => {
  test('of a run that failed', async () => {
    await expect(humanReport(SAMPLE_RESULT)).toMatchFileSnapshot('golden/human.txt');
  });

  test('of many blocks, with the interval of every figure', async () => {
    await expect(humanReport(analysed(manyBlocks()))).toMatchFileSnapshot('golden/human-blocks.txt');
  });

  test('of a few thin blocks, which have no interval', async () => {
    const thin = manyBlocks({ rounds: 3, probes: 20 });
    await expect(humanReport(analysed(thin))).toMatchFileSnapshot('golden/human-thin.txt');
  });

  test('of the plain form, one block a size', async () => {
    const plain = manyBlocks({ rounds: 1, probes: 10, warmupProbes: 0, plan: { blocks: 1 } });
    await expect(humanReport(analysed(plain))).toMatchFileSnapshot('golden/human-plain.txt');
  });

  test('of several runs put together', async () => {
    const merged = manyBlocks({ runCount: 3, rounds: 4, probes: 30 });
    await expect(humanReport(analysed(merged))).toMatchFileSnapshot('golden/human-merged.txt');
  });
});

describe('a figure is not more than it is', () => {
  test.each([
    [49, undefined],
    [50, '20.44'],
  ])('of %d samples the 90th percentile is %s', (n, p90) => {
    const report = humanReport(withBlocks(arithmeticBlock(n)));
    expect(row(report, '1 B')[0]).toBe(String(n));
    const [, tail] = report.split('The slow tail');
    expect(tail === undefined ? undefined : row(tail, '1 B')[0]).toBe(p90);
  });

  test.each([
    [99, undefined],
    [100, '~20.98'],
    [499, '~24.93'],
    [500, '24.94'],
  ])('of %d samples the 99th percentile is %s', (n, p99) => {
    const [, tail = ''] = humanReport(withBlocks(arithmeticBlock(n))).split('The slow tail');
    expect(row(tail, '1 B')[1]).toBe(p99);
  });

  test('what a percentile needs is told wherever it is missing', () => {
    expect(humanReport(SAMPLE_RESULT)).toContain('p90 needs 50 probes a size, p99 500, p99.9 5,000');
    expect(humanReport(withBlocks(arithmeticBlock(500)))).toContain('p99.9 needs 5,000 probes a size');
    expect(humanReport(withBlocks(arithmeticBlock(5_000)))).not.toContain('needs');
  });

  test('one sample has no standard deviation: a dash, never 0', () => {
    const table = humanReport(SAMPLE_RESULT).split('Round-trip time in')[1] ?? '';
    expect(row(table, '1000 B').at(-1)).toBe('–');
  });

  test('a block without a sample is a row of dashes, never of zeros', () => {
    expect(row(humanReport(SAMPLE_RESULT), '32 KiB')).toEqual(['0', '–', '–', '–', '–', '–']);
  });

  test('a run of one process says how far its intervals carry, several runs that they are the units', () => {
    const one = flat(analysed(manyBlocks()));
    expect(one).toContain('they hold for this process');
    const several = flat(analysed(manyBlocks({ runCount: 3 })));
    expect(several).toContain('made of 3 runs');
    expect(several).not.toContain('this process');
  });
});

describe('the line through the sizes', () => {
  const ofKind = (kind: WorkloadKind): FitRecord['workload'] => withoutSize(closedLoop(kind, 1));
  const fit: FitRecord = {
    workload: ofKind('rtt'),
    sizes: 6,
    intercept: { value: 12_900, interval: { low: 12_500, high: 13_400 } },
    interceptRefused: null,
    slopeNsPerByte: { value: 0.085, interval: { low: 0.08, high: 0.091 } },
    rateBitsPerSecond: { value: 94.1e9, interval: { low: 87.9e9, high: 100e9 } },
    rSquared: 0.998,
  };
  const told = (changes: Partial<FitRecord>): string =>
    humanReport({ ...SAMPLE_RESULT, fits: [{ ...fit, ...changes }] }).replace(/\n {2}(?=\S)/g, ' ');

  test('is told in the unit of the table above it, with its rate', () => {
    expect(told({})).toContain(
      'RTT = 12.90 µs (12.50 to 13.40) + 0.08500 µs (0.08000 to 0.09100) per 1,000 B; rate 94.10 Gbit/s (87.90 to 100.0) if one direction is slow, twice that if both are\n',
    );
  });

  test('that would start below 0 has no start, and says so', () => {
    const text = told({ intercept: null, interceptRefused: 'negative' });
    expect(text).toContain('RTT grows by 0.08500 µs (0.08000 to 0.09100) per 1,000 B; rate');
    expect(text).toContain('no time for an empty message: the line would have it below 0\n');
  });

  test('that fits badly has no start either', () => {
    const text = told({ intercept: null, interceptRefused: 'poor-fit', rSquared: 0.876 });
    expect(text).toContain('the medians do not lie on a line, R² = 0.88\n');
  });

  test.each([
    ['chance alone could have made', { value: 2.74, interval: { low: -1.287, high: 5.301 } }],
    ['falls', { value: -2.74, interval: { low: -5.287, high: -0.301 } }],
    ['has no interval to show that it rises', { value: 0.085, interval: null }],
  ] as const)('that %s gets no sentence, and no rate', (_why, slopeNsPerByte) => {
    for (const kind of ['rtt', 'throughput'] as const) {
      const text = told({ workload: ofKind(kind), slopeNsPerByte });
      expect(text).not.toMatch(/per 1,000 B|one direction|difference/);
    }
  });

  test('beside a table of rates has the unit of the round-trip times behind them', () => {
    const fits: FitRecord[] = [{ ...fit, workload: ofKind('throughput'), intercept: null }];
    expect(humanReport({ ...SAMPLE_RESULT, fits })).toContain('RTT grows by 0.08500 µs (');
  });
});

test('behind something between, neither handshake nor window stand for the path', () => {
  const near = { connectNs: 50 * US, handshakeRttNs: 50 * US, layers: null };
  const recording = cleanRecording({ levelNs: 40_000 * US, blockOver: near });
  const proxied = flat({ ...recording, ...analyse(recording) }, FULL);
  expect(proxied).toContain('doubt: the handshake takes 50 µs, and an echo');
  expect(proxied).toContain('it does not stand for the path: an echo takes far longer');
  expect(proxied).toContain('no window bound: who answers the handshake may not be who echoes');
  expect(proxied).not.toMatch(/window bound [\d.]|receive window of the server \d/);
  expect(flat(analysed(cleanRecording()), FULL)).toMatch(
    /receive window of the server .* window bound [\d.]/,
  );
});

describe('the verdict', () => {
  test('names what was looked for in vain, and what could not be', () => {
    const result = { ...SAMPLE_RESULT, warnings: [] };
    expect(flat(result)).toContain('; no doubts found');
    expect(flat(result)).toContain('6 things were checked: 2 clear, 3 could not be looked for');
    expect(flat(result, FULL)).toMatch(/clock .*? not found/);
    expect(flat(result, FULL)).toMatch(/window .*? unknown: no kernel told/);
  });

  test('tells each doubt with its advice', () => {
    const plan = { ...SAMPLE_RESULT.plan, probes: null };
    const report = flat({ ...SAMPLE_RESULT, plan });
    expect(report).toContain('1 doubt: too few samples');
    expect(report).toMatch(/doubt: 5 probes a size are few[^;]*; use --probes 10/);
  });

  test('tells the same doubt of many sizes once', () => {
    const drift = (payloadBytes: number): Warning => ({
      code: 'drift',
      check: 'drift',
      run: 1,
      workload: closedLoop('rtt', payloadBytes),
      message: `the probes of ${payloadBytes} B drift`,
      advice: 'wait',
      firstMedianNs: 1,
      lastMedianNs: 2,
      pValue: 0.001,
    });
    const report = humanReport({ ...SAMPLE_RESULT, warnings: [drift(1), drift(100), drift(1_024)] });
    expect(report).toContain('1 doubt');
    expect(report).toContain('doubt: the probes of 1 B drift, and likewise RTT of 100 B, 1 KiB; wait\n');
  });

  test.each([
    ['precision', 14, 0.017, 'precision reached after 14 rounds: medians known to within 1.7 %, asked 2 %'],
    [
      'max-time',
      33,
      0.034,
      'stopped by the time limit after 33 rounds: medians known to within 3.4 %, asked 2 %',
    ],
    ['max-time', 1, null, 'stopped by the time limit after 1 round'],
  ] as const)('of a run that ended by %s in round %d tells how narrow it became', (...row) => {
    const [reason, rounds, achievedPrecision, text] = row;
    const plan = { ...SAMPLE_RESULT.plan, blocks: null, precision: 0.02 };
    const stop = { reason, rounds, achievedPrecision };
    expect(flat({ ...SAMPLE_RESULT, plan, stop })).toContain(` ${text} `);
  });

  test('finds nothing against a run that has nothing against it', () => {
    const recording = manyBlocks();
    expect(humanReport({ ...recording, ...analyse(recording) })).toContain('no doubts found');
  });
});

describe('what every sample contains is said beside the figures', () => {
  test('the delay the server was asked for', () => {
    const plan = { ...SAMPLE_RESULT.plan, serverDelayNs: 500_000_000 };
    expect(flat({ ...SAMPLE_RESULT, plan })).toContain('wait 500.0 ms before each echo: every sample');
    expect(flat(SAMPLE_RESULT)).not.toContain('wait');
  });

  test('how to go straight to a dialect that was found after others', () => {
    const error = SAMPLE_RESULT.outcome.error!;
    const attempts = ['size-first', 'probes-first'].map((dialect) => ({ dialect, error }));
    const dialect = { requested: 'auto', spoken: 'hello', attempts };
    expect(flat({ ...SAMPLE_RESULT, dialect })).toContain(
      'found after size-first, probes-first: --dialect hello goes',
    );
  });

  test('the noise floor of this machine', () => {
    expect(flat(SAMPLE_RESULT, FULL)).toContain('least 20.50 µs, median 22.50 µs');
  });
});

test('a report that ended early says so itself: it may be read without its error beside it', () => {
  expect(humanReport(SAMPLE_RESULT)).toContain('no answer within 200 ms to probe 1');
});

describe('the headline tells what was measured', () => {
  test('name, address, dialect and engine', () => {
    expect(flat(SAMPLE_RESULT)).toMatch(
      /^TCP echo measurement of echo\.example port 9900 192\.0\.2\.2, dialect size-first, engine node, took/,
    );
  });

  test('an address is not said twice, and plain echo is no dialect', () => {
    const plan = { ...SAMPLE_RESULT.plan, host: '192.0.2.2', protocol: 'plain' };
    const dialect = { requested: 'plain', spoken: 'plain', attempts: [] };
    expect(flat({ ...SAMPLE_RESULT, plan, dialect })).toMatch(
      /^TCP echo measurement of 192\.0\.2\.2 port 9900 plain echo, engine node, took/,
    );
  });
});

test('a report can be pasted: no line ends in blanks, none is wider than 80 columns', async () => {
  for (const result of [SAMPLE_RESULT, analysed(manyBlocks()), await stampedResult()]) {
    const lines = humanReport(result).split('\n');
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  }
});

test('a run of hundreds of connections does not take a line for each', () => {
  const lines = humanReport(analysed(manyBlocks({ rounds: 100 }))).split('\n');
  expect(lines.length).toBeLessThan(85);
});

describe('the anatomy of the round trip', () => {
  test('with all that the kernel told reads as it always did', async () => {
    await expect(humanReport(analysed(await stampedResult()))).toMatchFileSnapshot('golden/human-native.txt');
  });

  test('shows in which layer the tail is, marked where it is thin', async () => {
    const wakeUps = new Array<number>(600).fill(3_900).fill(2_181_000, 590);
    const script = (probes: number): Promise<Result> =>
      stampedResult(
        { layers: wakeUps.slice(-probes).map((wakeUpNs) => ({ ...ONLY_CLIENT, wakeUpNs })) },
        probes,
      );
    const tail = (result: Result): string => {
      const report = humanReport(result, FULL);
      return report.slice(report.indexOf('at the 99th percentile'));
    };
    expect(row(tail(await script(600)), '1 B').at(-2)).toBe('2,181');
    expect(row(tail(await script(100)), '1 B').at(-2)).toBe('~2,181');
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
      FULL,
    );
    const anatomy = report.slice(report.indexOf('Anatomy'));
    expect(row(anatomy, '1 B')).toEqual(['11.84', '2.100', '0.3000', '–', '–', '3.900', '5.430']);
    expect(report).toContain('does not tell how long it keeps a probe');
    expect(report.split('Socket options')[0]).not.toMatch(/TCP:|window|handshake/);
  });

  test('tells a few missing stamps in a line, and many in a warning instead', async () => {
    const result = await stampedResult();
    expect(humanReport(result)).not.toContain('missing stamps, of');
    expect(humanReport({ ...result, warnings: [] })).toContain(
      'missing stamps, of 10 probes: 0 of this kernel, 2 of the server',
    );
  });

  test('of a server that stamps in its program says what that means', async () => {
    const report = flat(await stampedResult({ residenceSource: 'application' }));
    expect(report).toContain('waking up and reading there count as network');
  });
});

test('a run that fell back says why in its headline', () => {
  const reason = 'the package koffi does not load';
  const engine = { ...SAMPLE_RESULT.engine, requested: 'auto', fallback: reason } as const;
  const warnings = [
    { code: 'engine-fell-back', check: 'engine', message: 'another engine', advice: 'none', reason },
  ] as const;
  const report = humanReport({ ...SAMPLE_RESULT, engine, warnings });
  expect(report.replace(/\s+/g, ' ')).toContain(`engine node, not native: ${reason}, took`);
  expect(report).not.toContain('doubt:');
});
