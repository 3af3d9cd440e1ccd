/**
 * Row C: how long a person waits for the shortest command, and for the first probe of a measurement. Beside both a
 * node that runs nothing: the part of the wait that no change of ours can take away.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { BenchContext, Row } from '../row.ts';

const REPETITIONS = 20;
const HELP_LIMIT_NS = 150_000_000;
const FIRST_PROBE_LIMIT_NS = 300_000_000;

export async function* startUp(context: BenchContext): AsyncGenerator<Row> {
  const help: number[] = [];
  const probe: number[] = [];
  const bare: number[] = [];
  // The first run of each reads its files from the disk and is not counted.
  for (let i = 0; i <= REPETITIONS; i++) {
    context.progress(`start-up ${i}/${REPETITIONS}`);
    const times = {
      help: await wallNs(context, [context.cli, '--help']),
      probe: await firstProbeNs(context),
      bare: await wallNs(context, ['-e', '0']),
    };
    if (i === 0) continue;
    help.push(times.help);
    probe.push(times.probe);
    bare.push(times.bare);
  }
  const beside = { unit: 'ns', referenceName: 'node -e 0', reference: bare } as const;
  yield {
    ...beside,
    name: 'echolot --help, wall time',
    ours: help,
    target: { of: 'value', bound: 'atMost', limit: HELP_LIMIT_NS },
  };
  yield {
    ...beside,
    name: 'echolot measure, spawn to first probe',
    ours: probe,
    target: { of: 'value', bound: 'atMost', limit: FIRST_PROBE_LIMIT_NS },
  };
}

/** With no options but the size, against a server in this process that says yes to everything. */
async function firstProbeNs(context: BenchContext): Promise<number> {
  let firstProbeAt: bigint | undefined;
  const answer = (socket: Socket, data: Buffer | string): void => {
    const letter = data.toString().slice(0, 1);
    if (letter === 'm') firstProbeAt ??= process.hrtime.bigint();
    if (letter === 's') socket.write('200 OK: Ready\n');
    else if (letter === 't') socket.end('200 OK: Closing Connection\n');
    else socket.write(data);
  };
  const server = createServer((socket) => {
    socket.on('data', (data) => answer(socket, data));
    socket.on('error', () => {}); // the client may leave as it likes; a missing probe is told below
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const what = ['--type', 'rtt', '--sizes', '100', '--probes', '1', '--json'];
    const start = process.hrtime.bigint();
    await context.processes.run(process.execPath, [
      context.cli,
      'measure',
      '127.0.0.1',
      String(port),
      ...what,
    ]);
    if (firstProbeAt === undefined) throw new Error('no probe arrived');
    return Number(firstProbeAt - start);
  } finally {
    server.close();
  }
}

/** From before the spawn to after the last byte of output: what a shell would make a person wait. */
async function wallNs(context: BenchContext, args: readonly string[]): Promise<number> {
  const start = process.hrtime.bigint();
  await context.processes.run(process.execPath, args);
  return Number(process.hrtime.bigint() - start);
}
