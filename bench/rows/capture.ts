/**
 * Row J: whether the kernel's stamps tell the truth. The same probes are seen by an AF_PACKET socket that knows
 * nothing of our sockets, and the two medians are held against each other. The capture takes its stamps a little
 * outside of ours, before the packet is handed to the driver, and its copying is part of both.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Compiled } from '../compile.ts';
import { kernelRttNs, measure, p50, serveOurs } from '../echolot.ts';
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
    const ours: number[] = [];
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
        ours.push(p50(kernelRttNs(await measure(context, { ...what, probes: PROBES, warmup: WARMUP }))));
      }
      reference.push(p50(readCapture(JSON.parse(readFileSync(file, 'utf8')))));
    }
    yield {
      name: 'kernel RTT p50',
      unit: 'ns',
      ours,
      referenceName: 'AF_PACKET capture of the same probes',
      reference,
      target: { of: 'ratio', bound: 'within', limit: 0.05 },
    };
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
