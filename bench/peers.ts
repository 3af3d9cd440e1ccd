/**
 * Other tools that measure a TCP round trip, where they are installed: how each is asked for one of 100 bytes, and
 * how its answer is read. What they print differs: sockperf a median, the others a mean.
 */
import { createServer } from 'node:net';
import type { Processes, RunningServer } from './processes.ts';

export interface Peer {
  /** As the table shows it. */
  readonly name: string;
  readonly command: string;
  readonly statistic: 'p50' | 'mean';
  serve(processes: Processes): Promise<RunningServer>;
  rttNs(processes: Processes, port: number): Promise<number>;
}

const SECONDS = '1';
const MESSAGE_BYTES = '100';
const HOST = '127.0.0.1';

export const PEERS: readonly Peer[] = [
  {
    name: 'sockperf ping-pong',
    command: 'sockperf',
    statistic: 'p50',
    serve: async (processes) => {
      const port = await freePort();
      return await processes.serveAt(port, 'sockperf', ['server', '--tcp', '-i', HOST, '-p', String(port)]);
    },
    rttNs: async (processes, port) => {
      const what = ['--tcp', '--full-rtt', '-m', MESSAGE_BYTES, '-t', SECONDS];
      const args = ['ping-pong', '-i', HOST, '-p', String(port), ...what];
      return readSockperf(await processes.run('sockperf', args, { side: 'client' }));
    },
  },
  {
    name: 'iperf2 --bounceback',
    command: 'iperf',
    statistic: 'mean',
    serve: async (processes) => {
      const port = await freePort();
      return await processes.serveAt(port, 'iperf', ['-s', '-B', HOST, '-p', String(port)]);
    },
    rttNs: async (processes, port) => {
      // Its default is ten probes a second; a period of 0 sends them back to back, as the others do.
      const what = ['--bounceback', '--bounceback-period', '0', '-l', MESSAGE_BYTES, '-t', SECONDS, '-e'];
      const args = ['-c', HOST, '-p', String(port), ...what];
      return readIperf(await processes.run('iperf', args, { side: 'client' }));
    },
  },
  {
    name: 'qperf tcp_lat x 2',
    command: 'qperf',
    statistic: 'mean',
    serve: async (processes) => {
      const port = await freePort();
      return await processes.serveAt(port, 'qperf', ['--listen_port', String(port)]);
    },
    rttNs: async (processes, port) => {
      const ports = ['--listen_port', String(port), '--ip_port', String(await freePort())];
      const what = ['--msg_size', MESSAGE_BYTES, '--time', SECONDS, '--precision', '6', 'tcp_lat'];
      return readQperf(await processes.run('qperf', [HOST, ...ports, ...what], { side: 'client' }));
    },
  },
];

/** With `--full-rtt`: "sockperf: ---> percentile 50.000 =   21.488", in us. */
export function readSockperf(output: string): number {
  return numberAfter(output, /percentile 50\.000 =\s*([\d.]+)\s*$/m, 'sockperf') * 1_000;
}

/** Answers a second of "sockperf: [Valid Duration] RunTime=4.550 sec; SentMessages=182; ReceivedMessages=182". */
export function readSockperfRate(output: string): number {
  const received = numberAfter(output, /\[Valid Duration\].* ReceivedMessages=(\d+)/, 'sockperf');
  return received / numberAfter(output, /\[Valid Duration\] RunTime=([\d.]+) sec/, 'sockperf');
}

/**
 * From the line of the whole run, which is the last one with "... 38336 rps": the inverse of the mean, which the same
 * line gives with no more than three digits of a millisecond.
 */
export function readIperf(output: string): number {
  const total = output.split('\n').findLast((line) => /\brps\s*$/.test(line)) ?? '';
  return 1e9 / numberAfter(total, /\s(\d+) rps\s*$/, 'iperf2');
}

/** "latency = 10.6735 us": half of the mean round trip, in a unit that follows its size. */
export function readQperf(output: string): number {
  const unit = /latency\s*=\s*[\d.,]+ (ns|us|ms|sec)\s*$/m.exec(output)?.[1] ?? '';
  const nsPerUnit = new Map([
    ['ns', 1],
    ['us', 1e3],
    ['ms', 1e6],
    ['sec', 1e9],
  ]).get(unit);
  if (nsPerUnit === undefined) throw new Error(`cannot read what qperf says: ${output.trim()}`);
  return 2 * numberAfter(output, /latency\s*=\s*([\d.,]+)/, 'qperf') * nsPerUnit;
}

function numberAfter(text: string, pattern: RegExp, tool: string): number {
  const value = Number(pattern.exec(text)?.[1]?.replaceAll(',', ''));
  if (!(value > 0)) throw new Error(`cannot read what ${tool} says: ${text.trim()}`);
  return value;
}

/** These tools take a port and cannot be asked for a free one. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
