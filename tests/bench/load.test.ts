/** What the two sides of the rows of loads say is read right: a misread record would be a wrong ratio like any other. */
import { describe, expect, test } from 'vitest';
import { readLoad } from '../../bench/echolot-load.ts';
import { readBounces } from '../../bench/iperf2.ts';
import { readIperf3 } from '../../bench/iperf3.ts';
import { analyseLoad } from '../../src/analysis/load/analyse-load.ts';
import type { LoadResult } from '../../src/result/load/load-result.ts';
import { loadRecording, S } from '../analysis/load/loads.ts';

/** iperf 3.12: -c 127.0.0.1 -t 1 -P 2 --bidir --json, its sums */
const BOTH_WAYS = {
  end: {
    sum_sent: { seconds: 1.00021, bytes: 146_800_640, bits_per_second: 1_174_158_546.7, sender: true },
    sum_received: { seconds: 1.011321, bytes: 138_412_032, bits_per_second: 1_094_900_883.1, sender: true },
    sum_sent_bidir_reverse: { seconds: 1.00021, bits_per_second: 8_722_320_632.7, sender: false },
    sum_received_bidir_reverse: { seconds: 1.011321, bits_per_second: 8_611_976_074.9, sender: false },
  },
};

describe('iperf3', () => {
  test('gives what both of its receivers counted', () => {
    expect(readIperf3(BOTH_WAYS)).toBeCloseTo((1_094_900_883.1 + 8_611_976_074.9) / 8);
  });

  test('gives what its only receiver counted, not what was sent', () => {
    const { sum_sent, sum_received } = BOTH_WAYS.end;
    expect(readIperf3({ end: { sum_sent, sum_received } })).toBeCloseTo(1_094_900_883.1 / 8);
  });

  test('that could not connect stops the row with its reason', () => {
    expect(() => readIperf3({ start: {}, end: {}, error: 'the server is busy' })).toThrow('busy');
  });
});

/** iperf 2.1.8: -c 10.0.1.2 --bounceback --bounceback-congest=up -t 4 -e, its last lines */
const BOUNCES = `[  1] 3.0000-4.0000 sec  1.95 KBytes  16.0 Kbits/sec    10=17.206/13.597/36.902/7.051 ms    0   14K/15612 us    58 rps
[  2] 3.0000-4.0000 sec  5.59 MBytes  46.9 Mbits/sec  58644/0          2       72K/11777(398) us  498
[  1] 0.0000-4.0341 sec  8.01 KBytes  16.3 Kbits/sec    41=11.719/2.085/36.902/5.681 ms    0   14K/16020 us    85 rps
[  2] 0.0000-4.0506 sec  21.7 MBytes  44.9 Mbits/sec  227555/0         10       74K/12102(371) us  464
`;

describe('iperf2 under a load of its own', () => {
  test('gives the mean of its bounces in the whole run, and how many a second they were', () => {
    const { meanNs, perSecond } = readBounces(BOUNCES);
    expect(meanNs).toBeCloseTo(11_719_000);
    expect(perSecond).toBeCloseTo(41 / 4.0341);
  });

  test('that had none stops the part', () => {
    expect(() => readBounces('connect failed: Connection refused\n')).toThrow('iperf2');
  });
});

describe('our load', () => {
  const recording = loadRecording([
    {
      name: 'both',
      durationNs: 4 * S,
      streams: [
        { direction: 'down', rate: () => 8e6 },
        { direction: 'up', rate: () => 16e6 },
      ],
    },
  ]);
  const result: LoadResult = { ...recording, statistics: analyseLoad(recording) };

  test('gives what both receivers counted over the phase', () => {
    expect(readLoad(result, result.engine.name as 'native')).toBeCloseTo(3e6, -4);
  });

  test('of another engine than was asked for stops the row', () => {
    const wanted = result.engine.name === 'node' ? 'native' : 'node';
    expect(() => readLoad(result, wanted)).toThrow(result.engine.name);
  });

  test('that carried nothing stops the row instead of giving a ratio', () => {
    const { statistics } = result;
    expect(() => readLoad({ ...result, statistics: { ...statistics, loaded: [] } }, 'node')).toThrow();
  });
});
