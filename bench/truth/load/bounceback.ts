/**
 * Another tool that measures under a load of its own, on the same path: iperf2 sends bounces beside a stream. Its mean
 * beside ours, and beside each what the router says of its queue meanwhile.
 */
import { spawnSync } from 'node:child_process';
import type { LoadResult } from '../../../src/index.ts';
import { readBounces } from '../../iperf2.ts';
import { backlogBytes, makeRouted, narrow, type Routed } from '../../namespaces.ts';
import { freePort } from '../../peers.ts';
import { Skipped } from '../../row.ts';
import { mean, type Part, type Reached, reachWithin, type TruthContext } from '../part.ts';
import { loaded, phaseOf } from './asked.ts';

const BITS_PER_SECOND = 50_000_000;
const QUEUE_BYTES = 100_000;
const NS_PER_BYTE = (8 * 1e9) / BITS_PER_SECOND;
const SECONDS = 6;
const LOOK_MS = 50;
const TIMEOUT_MS = 30_000;

export const loadBounceback: Part = {
  name: 'load-bounceback',
  defaultRepeats: 3,
  setting: `${SECONDS} s up, cubic, ${BITS_PER_SECOND / 1e6} Mbit/s`,
  async *run(context) {
    const { error, stdout, stderr } = spawnSync('iperf', ['--help'], { encoding: 'utf8', timeout: 5_000 });
    if (error !== undefined) throw new Skipped('iperf2 --bounceback-congest: iperf is not installed');
    if (!`${stdout}${stderr}`.includes('--bounceback-congest')) {
      throw new Skipped('iperf2 --bounceback-congest: the installed iperf is too old');
    }
    using routed = makeRouted('cubic');
    narrow(routed.router, routed.towards.server, {
      bitsPerSecond: BITS_PER_SECOND,
      queueBytes: QUEUE_BYTES,
    });
    await using reached = await reachWithin(context, routed);
    const port = await freePort();
    await using _ = await context.processes.serveAt(port, 'iperf', ['-s', '-p', String(port)], {
      namespace: routed.server,
    });
    const rows: Row[] = [];
    for (let i = 1; i <= context.repeats; i++) {
      context.progress(`bounces under load ${i}/${context.repeats}`);
      const iperf = await withQueue(routed, () => bounced(context, routed, port));
      const ours = await withQueue(routed, () => probed(context, reached));
      rows.push({
        ...{ iperfNs: iperf.value, iperfQueueNs: iperf.queueNs },
        ...{ oursNs: ours.value, oursQueueNs: ours.queueNs },
      });
    }
    const ms = (pick: (row: Row) => number): string => (mean(rows.map(pick)) / 1e6).toFixed(2);
    yield {
      question: `mean round trip beside a stream up, through a queue of ${(QUEUE_BYTES * NS_PER_BYTE) / 1e6} ms`,
      found: `ours ${ms(({ oursNs }) => oursNs)} ms, the queue meanwhile ${ms(({ oursQueueNs }) => oursQueueNs)} ms; iperf2 --bounceback-congest ${ms(({ iperfNs }) => iperfNs)} ms, the queue meanwhile ${ms(({ iperfQueueNs }) => iperfQueueNs)} ms`,
      target: 'shown',
      met: rows.every((row) => Object.values(row).every(Number.isFinite)),
      numbers: {
        ours: rows.map(({ oursNs }) => oursNs),
        oursQueue: rows.map(({ oursQueueNs }) => oursQueueNs),
        iperf: rows.map(({ iperfNs }) => iperfNs),
        iperfQueue: rows.map(({ iperfQueueNs }) => iperfQueueNs),
      },
    };
  },
};

interface Row {
  readonly iperfNs: number;
  readonly iperfQueueNs: number;
  readonly oursNs: number;
  readonly oursQueueNs: number;
}

/** What waits at the router while something runs, as a time: the mean of many looks at a queue that is not empty. */
async function withQueue(
  { router, towards }: Routed,
  run: () => Promise<number>,
): Promise<{ readonly value: number; readonly queueNs: number }> {
  const looks: number[] = [];
  const timer = setInterval(() => {
    const bytes = backlogBytes(router, towards.server);
    if (bytes > 0) looks.push(bytes * NS_PER_BYTE);
  }, LOOK_MS);
  try {
    const value = await run();
    return { value, queueNs: mean(looks) };
  } finally {
    clearInterval(timer);
  }
}

async function bounced({ processes }: TruthContext, routed: Routed, port: number): Promise<number> {
  const what = ['--bounceback', '--bounceback-congest=up', '-t', String(SECONDS), '-e'];
  const args = ['-c', routed.serverAddress, '-p', String(port), ...what];
  const output = await processes.run('iperf', args, { namespace: routed.client, timeoutMs: TIMEOUT_MS });
  return readBounces(output).meanNs;
}

/** The mean of the probes beside the data while the load had settled. */
async function probed(context: TruthContext, reached: Reached): Promise<number> {
  const result = await loaded(context, reached, { phases: ['up'], seconds: SECONDS });
  return mean(settledProbes(result));
}

function settledProbes(result: LoadResult | undefined): number[] {
  const phase = phaseOf(result, 'up');
  if (result === undefined || phase === undefined) return [];
  const { sentAtNs, rttNs } = result.foreignProbes;
  const fromNs = phase.settledAtNs ?? 0;
  return rttNs.flatMap((ns, i) => {
    const sentNs = sentAtNs[i] ?? null;
    return ns === null || sentNs === null || sentNs < fromNs || sentNs > phase.toAtNs ? [] : [ns];
  });
}
