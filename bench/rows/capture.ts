/**
 * Row J: whether the kernel's stamps tell the truth. The same probes are seen by an AF_PACKET socket that knows
 * nothing of our sockets, and the medians are held against each other. Of a packet on its way out the kernel takes
 * three stamps: SCHED, that of the capture, SND. What the capture does with the packet is between the last two, so
 * the capture lengthens what it measures, and the truth is bounded by a row from SND and one from SCHED.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Compiled } from '../compile.ts';
import { kernelRttNs, measure, p50, queuedKernelRttNs, serveOurs } from '../echolot.ts';
import { type BenchContext, type Row, Skipped } from '../row.ts';

const REPETITIONS = 7;
const PROBES = 3_000;
const WARMUP = 1_000;
const PAYLOAD_BYTES = 100;

export async function* captured(context: BenchContext, compiled: Compiled): AsyncGenerator<Row> {
  if (process.getuid?.() !== 0) throw new Skipped('only root may capture');
  await using server = await serveOurs(context, context.engine);
  const directory = mkdtempSync(join(tmpdir(), 'echolot-bench-'));
  try {
    const file = join(directory, 'round-trips.json');
    const fromSnd: number[] = [];
    const fromSched: number[] = [];
    const reference: number[] = [];
    for (let i = 1; i <= REPETITIONS; i++) {
      context.progress(`capture ${i}/${REPETITIONS}`);
      const what = { port: server.port, engine: context.engine, payloadBytes: PAYLOAD_BYTES };
      {
        await using _capture = await context.processes.serve(
          compiled.capture,
          ['lo', String(server.port), file],
          {},
        );
        const answer = await measure(context, { ...what, probes: PROBES, warmup: WARMUP });
        fromSnd.push(p50(kernelRttNs(answer)));
        fromSched.push(p50(queuedKernelRttNs(answer)));
      }
      reference.push(p50(readCapture(JSON.parse(readFileSync(file, 'utf8')))));
    }
    const common = { unit: 'ns', referenceName: 'AF_PACKET capture of the same probes', reference } as const;
    yield {
      ...common,
      name: 'kernel RTT p50',
      ours: fromSnd,
      target: { of: 'ratio', bound: 'within', limit: 0.05 },
    };
    yield { ...common, name: '  kernel RTT p50 from SCHED on', ours: fromSched, target: undefined };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The capture saw the whole connection; a probe is what is longer than its payload, setup and bye are not. */
function readCapture(pairs: unknown): number[] {
  const probes: unknown[] = Array.isArray(pairs) ? pairs.filter((pair) => pair[0] > PAYLOAD_BYTES) : [];
  const rttNs = probes.map((pair) => Number(Array.isArray(pair) ? pair[1] : undefined));
  if (rttNs.length !== WARMUP + PROBES || !rttNs.every((ns) => ns > 0)) {
    throw new Error(`${rttNs.length} of ${WARMUP + PROBES} probes are in the capture`);
  }
  return rttNs.slice(WARMUP);
}
