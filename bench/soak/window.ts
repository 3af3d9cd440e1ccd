/** One look of a client of good faith: the p99 of its round trips in some seconds. */
import { property } from '../echolot.ts';
import type { Processes } from '../processes.ts';
import { sampleAt } from '../stats.ts';

const PAYLOAD_BYTES = 100;
/** With the delay of the server between them, some four seconds. */
const PROBES = 2_000;
const SERVER_DELAY = '2ms';
const DELAY_NS = 2e6;
const TIMEOUT_MS = 60_000;

/** @returns the p99 of the round trips without the delay, ns */
export async function window(processes: Processes, cli: string, host: string, port: number): Promise<number> {
  const what = ['--type', 'rtt', '--sizes', `${PAYLOAD_BYTES}`, '--probes', `${PROBES}`, '--blocks', '1'];
  const how = ['--engine', 'native', '--dialect', 'size-first', '--server-delay', SERVER_DELAY, '--json'];
  const said = await processes.run(process.execPath, [cli, 'measure', host, `${port}`, ...what, ...how], {
    timeoutMs: TIMEOUT_MS,
  });
  const blocks = property(JSON.parse(said), 'blocks');
  const block: unknown = Array.isArray(blocks) ? blocks[0] : undefined;
  const rttNs = property(property(block, 'samples'), 'rttNs');
  if (!Array.isArray(rttNs)) throw new Error('the result has no samples');
  const numbers = rttNs.filter((ns): ns is number => typeof ns === 'number');
  return sampleAt(numbers, 0.99) - DELAY_NS;
}
