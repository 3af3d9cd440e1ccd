/**
 * Row C: how long a person waits for the shortest command. Beside it a node that runs nothing: the part of the
 * wait that no change of ours can take away.
 */
import type { BenchContext, Row } from '../row.ts';

const REPETITIONS = 20;

export async function startUp(context: BenchContext): Promise<Row[]> {
  const ours: number[] = [];
  const reference: number[] = [];
  // The first run of each reads its files from the disk and is not counted.
  for (let i = 0; i <= REPETITIONS; i++) {
    context.progress(`start-up ${i}/${REPETITIONS}`);
    const help = await wallNs(context, [context.cli, '--help']);
    const bare = await wallNs(context, ['-e', '0']);
    if (i === 0) continue;
    ours.push(help);
    reference.push(bare);
  }
  return [
    {
      name: 'echolot --help, wall time',
      unit: 'ns',
      ours,
      referenceName: 'node -e 0',
      reference,
      target: { of: 'value', bound: 'atMost', limit: 150_000_000 },
    },
  ];
}

/** From before the spawn to after the last byte of output: what a shell would make a person wait. */
async function wallNs(context: BenchContext, args: readonly string[]): Promise<number> {
  const start = process.hrtime.bigint();
  await context.processes.run(process.execPath, args);
  return Number(process.hrtime.bigint() - start);
}
