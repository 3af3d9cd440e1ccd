/** A client of good faith beside a storm: whether it is let in, how soon, and what its round trips take. */
import { join } from 'node:path';
import { property } from '../echolot.ts';
import { readNumbers } from '../numbers.ts';
import type { Processes } from '../processes.ts';
import { sampleAt } from '../stats.ts';
import type { Scene } from './scene.ts';

const PROBES = 2_000;
const PAYLOAD_BYTES = 100;
const TIMEOUT_MS = 30_000;
const ATTEMPTS = 10;

export interface Beside {
  /** Of many attempts: from the first packet to the answer to a setup, at most. */
  readonly longestAdmissionNs: number;
  /** Attempts of those that came to nothing. */
  readonly refused: number;
  /** Undefined where it was not let in. */
  readonly rtt: { readonly p50Ns: number; readonly p99Ns: number; readonly longestNs: number } | undefined;
}

/** @param from its own address */
export async function beside(
  processes: Processes,
  cli: string,
  scene: Scene,
  port: number,
  from: string,
): Promise<Beside> {
  const { server, client } = scene;
  const place = { namespace: client.namespace, timeoutMs: TIMEOUT_MS * ATTEMPTS };
  const asked = join(import.meta.dirname, 'admission-child.ts');
  const admission = await processes.run(
    process.execPath,
    [asked, server.address, `${port}`, from, `${ATTEMPTS}`],
    place,
  );
  const { longestNs, refused } = readNumbers(admission, ['longestNs', 'refused']);
  const what = ['--type', 'rtt', '--sizes', `${PAYLOAD_BYTES}`, '--probes', `${PROBES}`, '--blocks', '1'];
  const how = ['--engine', 'native', '--dialect', 'size-first', '--bind', from, '--timeout', '10s', '--json'];
  const said = await processes
    .run(process.execPath, [cli, 'measure', server.address, `${port}`, ...what, ...how], place)
    .catch((error: Error) => {
      processes.throwIfInterrupted();
      if (!/echolot: (limit|peer|network|timeout): /.test(error.message)) throw error;
      return undefined;
    });
  const rtt = said === undefined ? undefined : readRtt(JSON.parse(said));
  return { longestAdmissionNs: longestNs, refused, rtt };
}

function readRtt(result: unknown): Beside['rtt'] {
  const blocks = property(result, 'blocks');
  const block: unknown = Array.isArray(blocks) ? blocks[0] : undefined;
  const rttNs = property(property(block, 'samples'), 'rttNs');
  if (!Array.isArray(rttNs)) throw new Error('the result has no samples');
  const numbers = rttNs.filter((ns): ns is number => typeof ns === 'number');
  return {
    p50Ns: sampleAt(numbers, 0.5),
    p99Ns: sampleAt(numbers, 0.99),
    longestNs: numbers.reduce((longest, ns) => Math.max(longest, ns), 0),
  };
}
