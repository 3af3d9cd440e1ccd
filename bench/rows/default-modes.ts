/**
 * Row F: the round trip that a person sees who gives no options, beside other tools with theirs. Nobody is told to
 * spin here; how an end waits is part of what a tool is. Each tool has its own server.
 */
import { spawnSync } from 'node:child_process';
import { measure, p50, serveOurs } from '../echolot.ts';
import { PEERS, type Peer } from '../peers.ts';
import type { RunningServer } from '../processes.ts';
import { type BenchContext, type Row, Skipped } from '../row.ts';

const REPETITIONS = 5;
const PROBES = 20_000;
const WARMUP = 2_000;
const PAYLOAD_BYTES = 100;

export async function* defaultModes(context: BenchContext): AsyncGenerator<Row> {
  const peers = PEERS.filter((peer) => {
    const missing = spawnSync(peer.command, ['--version'], { timeout: 5_000 }).error !== undefined;
    if (missing) context.skip(`${peer.name}: ${peer.command} is not installed`);
    return !missing;
  });
  if (peers.length === 0) throw new Skipped('none of the other tools is installed');

  // All of them sleep while they are not asked, so they may be there together.
  await using stack = new AsyncDisposableStack();
  const ours: Sample[] = [];
  const our = stack.use(await serveOurs(context, context.engine));
  const theirs: Contest[] = [];
  for (const peer of peers) {
    theirs.push({ peer, server: stack.use(await peer.serve(context.processes)), rttNs: [] });
  }
  for (let i = 1; i <= REPETITIONS; i++) {
    context.progress(`default modes ${i}/${REPETITIONS}`);
    ours.push(await measureOurs(context, our.port));
    for (const { peer, server, rttNs } of theirs) {
      rttNs.push(await peer.rttNs(context.processes, server.port));
    }
  }

  yield {
    name: `RTT p50, default modes, ${PAYLOAD_BYTES} B`,
    unit: 'ns',
    ours: ours.map((sample) => sample.p50Ns),
    referenceName: `best of ${theirs.length} tools`,
    reference: ours.map((_, i) => Math.min(...theirs.map(({ rttNs }) => rttNs[i] ?? Infinity))),
    target: { of: 'ratio', bound: 'atMost', limit: 0.6 },
  };
  for (const { peer, rttNs } of theirs) {
    yield {
      name: peer.statistic === 'p50' ? '  our p50' : '  our mean',
      unit: 'ns',
      ours: ours.map((sample) => (peer.statistic === 'p50' ? sample.p50Ns : sample.meanNs)),
      referenceName: `${peer.name} (${peer.statistic})`,
      reference: rttNs,
      target: undefined,
    };
  }
}

interface Contest {
  readonly peer: Peer;
  readonly server: RunningServer;
  readonly rttNs: number[];
}

interface Sample {
  readonly p50Ns: number;
  readonly meanNs: number;
}

async function measureOurs(context: BenchContext, port: number): Promise<Sample> {
  const what = { port, payloadBytes: PAYLOAD_BYTES, probes: PROBES, warmup: WARMUP };
  const { rttNs } = await measure(context, { ...what, engine: context.engine });
  return { p50Ns: p50(rttNs), meanNs: rttNs.reduce((sum, ns) => sum + ns, 0) / rttNs.length };
}
