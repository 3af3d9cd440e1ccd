/** iperf3 as the other side of a row: how it is asked for a load, and how its record is read. */
import { property } from './echolot.ts';
import { freePort } from './peers.ts';
import type { Processes, RunningServer, StartOptions } from './processes.ts';

/** Of both directions of `--bidir`, or of the only one. */
const RECEIVED = ['sum_received', 'sum_received_bidir_reverse'] as const;
const HOST = '127.0.0.1';
const BITS_PER_BYTE = 8;

/** It serves one client after the other. */
export async function serveIperf3(processes: Processes, where: StartOptions): Promise<RunningServer> {
  const port = await freePort();
  return await processes.serveAt(port, 'iperf3', ['-s', '-p', String(port)], where);
}

/** What its receivers counted, bytes a second of the whole time, both directions together. */
export async function iperf3BytesPerSecond(
  processes: Processes,
  port: number,
  flags: readonly string[],
  where: StartOptions,
): Promise<number> {
  const args = ['-c', HOST, '-p', String(port), '--json', ...flags];
  return readIperf3(JSON.parse(await processes.run('iperf3', args, where)));
}

/** `end.sum_received.bits_per_second`, and the same of the other direction where there is one. */
export function readIperf3(record: unknown): number {
  const end = property(record, 'end');
  const rates = RECEIVED.flatMap((name) => {
    const sum = property(end, name);
    return sum === undefined ? [] : [property(sum, 'bits_per_second')];
  });
  const valid = rates.filter((rate): rate is number => typeof rate === 'number' && rate > 0);
  if (rates.length === 0 || valid.length !== rates.length) {
    throw new Error(`cannot read what iperf3 says: ${JSON.stringify(property(record, 'error') ?? end)}`);
  }
  return valid.reduce((sum, rate) => sum + rate, 0) / BITS_PER_BYTE;
}
