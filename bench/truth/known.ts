/** Known truths: delays that the server was asked for, and the rate of a path that was shaped. */
import type { Result } from '../../src/index.ts';
import { makePair, narrow, setCongestionControl } from '../namespaces.ts';
import { type Finding, PAYLOAD_SHARE, type Part, percent, runJson, type TruthContext } from './part.ts';

const TIMEOUT_MS = 120_000;
const DELAYS_MS = [1, 5, 20, 100] as const;
const DELAY_ERROR = 0.005;
const SHAPED_BITS_PER_SECOND = 50_000_000;
const RATE_ERROR = 0.03;
/** Whole segments, so that each further byte costs the same. */
const SIZES = Array.from({ length: 10 }, (_, i) => 1_448 * (i + 1)).join(',');

export const delays: Part = {
  name: 'delays',
  async *run(context) {
    await using server = await context.processes.serve(
      process.execPath,
      [...[context.cli, 'serve', '--quiet', '--host', '127.0.0.1', '--port', '0']],
      {},
    );
    const measured = async (delay: string): Promise<Medians> => {
      context.progress(`server delay ${delay}`);
      const what = ['--type', 'rtt', '--sizes', '100', '--server-delay', delay];
      const args = ['measure', '127.0.0.1', String(server.port), ...what];
      return mediansOf(await runJson<Result>(context, args, { timeoutMs: TIMEOUT_MS }));
    };
    const without = await measured('0');
    for (const delayMs of DELAYS_MS) {
      const found = await measured(`${delayMs}ms`);
      const delayNs = delayMs * 1e6;
      // Without a delay the server keeps a probe for a few microseconds, and with one it is ready before it is due.
      yield delayFinding(
        `a server delay of ${delayMs} ms, by the layer "server"`,
        delayNs,
        found.residenceNs,
      );
      const differenceNs = found.rttNs - without.rttNs;
      yield delayFinding(`a server delay of ${delayMs} ms, by the difference of RTTs`, delayNs, differenceNs);
    }
  },
};

function delayFinding(question: string, delayNs: number, foundNs: number): Finding {
  const error = foundNs / delayNs - 1;
  return {
    question,
    found: `${(foundNs / 1e6).toFixed(4)} ms, off by ${percent(error, 2)}`,
    target: `within ${percent(DELAY_ERROR)}`,
    met: Math.abs(error) <= DELAY_ERROR,
    numbers: { delayNs, foundNs, error },
  };
}

interface Medians {
  readonly rttNs: number;
  readonly residenceNs: number;
}

export const rate: Part = {
  name: 'rate',
  async *run(context) {
    using pair = makePair();
    for (const name of [pair.client, pair.server]) setCongestionControl(name, 'reno');
    narrow(pair.client, 'veth0', { bitsPerSecond: SHAPED_BITS_PER_SECOND, queueBytes: 1_000_000 });
    context.progress('shaped rate');
    const result = await measureIn(context, pair);
    const fit = result.fits.find(({ workload }) => workload.kind === 'rtt');
    const found = fit?.rateBitsPerSecond?.value ?? Number.NaN;
    const interval = fit?.rateBitsPerSecond?.interval;
    const truth = SHAPED_BITS_PER_SECOND * PAYLOAD_SHARE;
    const error = found / truth - 1;
    yield {
      question: `a path shaped to ${SHAPED_BITS_PER_SECOND / 1e6} Mbit/s (${(truth / 1e6).toFixed(2)} of payload)`,
      found: `${(found / 1e6).toFixed(2)} Mbit/s by the size fit (${((interval?.low ?? Number.NaN) / 1e6).toFixed(2)} to ${((interval?.high ?? Number.NaN) / 1e6).toFixed(2)}), off by ${percent(error, 2)}; intercept ${fit?.interceptRefused ?? 'given'}`,
      target: `within ${percent(RATE_ERROR)}`,
      met: Math.abs(error) <= RATE_ERROR,
      numbers: { truth, found, error },
    };
  },
};

async function measureIn(
  context: TruthContext,
  { client, server, serverAddress }: ReturnType<typeof makePair>,
): Promise<Result> {
  await using running = await context.processes.serve(
    process.execPath,
    [context.cli, 'serve', '--quiet', '--host', serverAddress, '--port', '0'],
    { namespace: server },
  );
  const args = ['measure', serverAddress, String(running.port), '-t', 'rtt', '-s', SIZES];
  return await runJson<Result>(context, args, { timeoutMs: TIMEOUT_MS, namespace: client });
}

function mediansOf({ series }: Result): Medians {
  const rttNs = series[0]?.statistics?.rttNs.median;
  const residenceNs = series[0]?.layers?.statistics.residenceNs?.median;
  if (rttNs === undefined || residenceNs === undefined) throw new Error('the result has no medians');
  return { rttNs, residenceNs };
}
