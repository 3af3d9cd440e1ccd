/** The C client of the rows that compare clients. */
import type { Compiled } from '../compile.ts';
import { readNumbers } from '../numbers.ts';
import type { StartOptions } from '../processes.ts';
import type { BenchContext } from '../row.ts';

export interface PingPong {
  readonly minNs: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
}

export interface Exchange {
  readonly port: number;
  readonly probes: number;
  readonly bytes: number;
  readonly warmup?: number;
  readonly where?: StartOptions;
}

export async function pingPong(
  { processes }: BenchContext,
  compiled: Compiled,
  { port, probes, bytes, warmup = 0, where }: Exchange,
): Promise<PingPong> {
  const args = [port, probes, bytes, warmup].map(String);
  const output = await processes.run(compiled.pingPong, args, { side: 'client', ...where });
  return readNumbers(output, ['minNs', 'p50Ns', 'p99Ns']);
}
