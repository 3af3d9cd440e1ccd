/** `echolot demo`: a server in a process of its own, measured at every size, and stopped again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { EcholotError } from '../../core/errors.ts';
import { MeasureError, measure } from '../../index.ts';
import { parts } from '../../parts/parts.ts';
import { chart } from '../../report/chart.ts';
import { reportPieces } from '../../report/human.ts';
import { EXIT } from '../exit-codes.ts';
import { cancelOnInterrupt } from '../interrupt.ts';
import { progressDisplay } from '../show/progress/progress.ts';
import { ProgressLine } from '../show/progress/progress-line.ts';
import { readingOf } from '../show/reading.ts';
import { print } from '../streams.ts';

const START_TIMEOUT_MS = 10_000;

export async function demoCommand(): Promise<number> {
  const [command, ...words] = parts.program;
  if (command === undefined) throw new EcholotError('internal', 'the program does not know its own file');
  const server = spawn(command, [...words, 'serve', '--port', '0', '--quiet'], {
    // The channel tells the server when this process is gone, however it went.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  try {
    const port = await listeningPort(server);
    await print(`A server of its own listens on localhost port ${port}; measuring it.\n\n`);
    await measureAndPrint(port);
  } finally {
    server.kill('SIGTERM');
    await ended(server);
  }
  await print('\nThe server is stopped.\n');
  return EXIT.done;
}

async function measureAndPrint(port: number): Promise<void> {
  const run = measure({ host: 'localhost', port });
  const stopListening = cancelOnInterrupt(() => run.cancel());
  const progress = new ProgressLine(process.stderr);
  const show = progressDisplay(progress, false);
  try {
    for await (const event of run) show(event);
    const result = await run.result;
    progress.end();
    await print(reportPieces([result], readingOf('usual', false)));
    await print(`\n${chart(result, 'rtt')}\n${chart(result, 'throughput')}`);
  } catch (error) {
    progress.end();
    if (error instanceof MeasureError && error.result.series.some(({ statistics }) => statistics !== null)) {
      await print(reportPieces([error.result], readingOf('usual', false)));
    }
    throw error;
  } finally {
    stopListening();
  }
}

/** The server's first line ends with its port. */
async function listeningPort(server: ChildProcess): Promise<number> {
  if (server.stdout === null) throw new EcholotError('internal', 'the server has no standard output');
  const lines = createInterface({ input: server.stdout });
  const signal = AbortSignal.timeout(START_TIMEOUT_MS);
  try {
    const [line] = await Promise.race([
      once(lines, 'line', { signal }),
      once(server, 'exit', { signal }).then(([code]) => {
        throw new EcholotError('internal', `the server ended with exit code ${code} before it listened`);
      }),
    ]);
    return Number(/(\d+)\s*$/.exec(String(line))?.[1]);
  } finally {
    lines.close();
  }
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
}
