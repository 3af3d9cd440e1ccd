/** What other tools print is read right: a misread line would be a wrong comparison that looks like any other. */
import { describe, expect, test } from 'vitest';
import { readIperf, readQperf, readSockperf } from '../../bench/peers.ts';

/** sockperf 3.7: ping-pong --tcp --full-rtt -m 100 -t 1 */
const SOCKPERF = `sockperf: ========= Printing statistics for Server No: 0
sockperf: [Valid Duration] RunTime=0.550 sec; SentMessages=25007; ReceivedMessages=25007
sockperf: \x1b[2;35m====> avg-rtt=21.932 (std-dev=6.922)\x1b[0m
sockperf: # dropped messages = 0; # duplicated messages = 0; # out-of-order messages = 0
sockperf: Summary: Round trip is 21.932 usec
sockperf: ---> <MAX> observation =  971.468
sockperf: ---> percentile 75.000 =   23.076
sockperf: ---> percentile 50.000 =   21.488
sockperf: ---> percentile 25.000 =   19.779
sockperf: ---> <MIN> observation =   15.828
`;

/** iperf 2.1.8: -c 127.0.0.1 --bounceback --bounceback-period 0 -l 100 -i 1 -t 1 -e */
const IPERF = `[ ID] Interval            Transfer    Bandwidth         BB cnt=avg/min/max/stdev         Rtry  Cwnd/RTT    RPS
[  1] 0.0000-1.0000 sec  7.03 MBytes  58.9 Mbits/sec    36832=0.026/0.016/1.747/0.012 ms    0  576K/13 us    38000 rps
[  1] 0.0000-1.0153 sec  7.03 MBytes  58.0 Mbits/sec    36833=0.026/0.016/1.747/0.012 ms    0  576K/1911 us    40000 rps
[  1] 0.0000-1.0153 sec BB8(f)-PDF: bin(w=100us):cnt(36833)=1:36818,2:10,3:1,5:1,7:1,10:1,18:1
`;

describe('sockperf', () => {
  test('gives its median, not its mean or another percentile', () => {
    expect(readSockperf(SOCKPERF)).toBeCloseTo(21_488);
  });

  test('that measured nothing stops the row instead of giving a ratio', () => {
    expect(() => readSockperf('sockperf: No messages were received from the server.\n')).toThrow('sockperf');
  });
});

describe('iperf2', () => {
  test('gives the mean of the whole run, finer than the milliseconds it prints', () => {
    expect(readIperf(IPERF)).toBeCloseTo(25_000);
  });

  test('that could not connect stops the row', () => {
    expect(() => readIperf('tcp connect failed: Connection refused\n')).toThrow('iperf2');
  });
});

describe('qperf', () => {
  test.each([
    ['tcp_lat:\n    latency  =  10.6735 us\n', 21_347],
    ['tcp_lat:\n    latency  =  10687.8 ns\n', 21_375.6],
    ['tcp_lat:\n    latency   =  1,010.5 us\n    msg_size  =      100 bytes\n', 2_021_000],
    ['tcp_lat:\n    latency  =  1.5 ms\n', 3_000_000],
  ])('prints half a round trip in a unit of its choice: %j', (output, rttNs) => {
    expect(readQperf(output)).toBeCloseTo(rttNs);
  });

  test('in a unit nobody has seen stops the row', () => {
    expect(() => readQperf('tcp_lat:\n    latency  =  1.5 min\n')).toThrow('1.5 min');
  });
});
