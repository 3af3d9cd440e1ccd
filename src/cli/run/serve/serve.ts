/** `echolot serve`: a server in the foreground, with its log, until it is told to stop. */

import { EcholotError } from '../../../core/errors.ts';
import { type Endpoint, type Metrics, type ServerEvent, serve, serveMetrics } from '../../../index.ts';
import type { ServeArguments } from '../../commands/serve.ts';
import { EXIT } from '../../exit-codes.ts';
import { greeting, metricsGreeting, type TlsGreeted, tlsGreeting } from '../../log/greeting.ts';
import { ServeOutput } from '../../log/serve-output.ts';
import { StatusSight } from '../../log/status-sight.ts';
import { stopSignal } from '../../stop-signal.ts';
import { Hangup } from './hangup.ts';
import { checkConfig, hostOf, serveOptions } from './options.ts';

export async function serveCommand(options: ServeArguments): Promise<number> {
  checkArguments(options);
  if (options.checkConfig) return await checkConfig(options);
  const output = await ServeOutput.open(options);
  // Before the first line is out: whoever reads it may send a signal at once.
  const hangup = new Hangup(options, output);
  const stopped = stopSignal(() => {
    const { isTaken } = hangup;
    if (isTaken) hangup.happen();
    return isTaken;
  });
  const metrics = await Promise.race([startMetrics(options, output), stopped]);
  const status = new StatusSight((message) => output.note(message));
  try {
    if (options.statusSocket !== undefined) await status.openAt(options.statusSocket);
    await serveUntil(stopped, options, output, hangup, metrics ?? undefined, status);
  } finally {
    metrics?.close();
    status.close();
  }
  if (process.connected) process.disconnect?.();
  await output.end(EXIT.done);
  return EXIT.done;
}

async function serveUntil(
  stopped: Promise<void>,
  options: ServeArguments,
  output: ServeOutput,
  hangup: Hangup,
  metrics: Metrics | undefined,
  status: StatusSight,
): Promise<void> {
  const { onlooker } = output;
  const greet = (endpoints: readonly Endpoint[], secured: TlsGreeted | undefined): void =>
    output.greet(
      greeting({ ...options, host: hostOf(options) }, endpoints) +
        tlsGreeting(secured, Date.now()) +
        metricsGreeting(metrics?.endpoints ?? []),
    );
  const starting = serve({
    ...serveOptions(options),
    // Events that nobody reads are not told at all: in plain echo they carry every byte.
    ...(onlooker === undefined
      ? {}
      : {
          onEvent: (event: ServerEvent) => {
            // The address comes first, before any line of the log.
            if (event.kind === 'listening') greet(event.endpoints, event.tls);
            onlooker.tell(event);
          },
        }),
  });
  // A name to listen on is looked up first, and nobody waits for a resolver that is silent.
  const server = await Promise.race([starting, stopped]);
  if (server === undefined) return;
  metrics?.show(server);
  hangup.server = server;
  await status.show(server);
  if (onlooker === undefined) greet(server.endpoints, server.tls);
  await stopped;
  await server.close();
}

/** Before the server, so that an address that cannot be had is an error before any client has come. */
async function startMetrics({ metrics }: ServeArguments, output: ServeOutput): Promise<Metrics | undefined> {
  if (metrics === undefined) return undefined;
  return await serveMetrics({
    ...metrics,
    logLinesDropped: () => output.linesDropped,
    onTrouble: (error) => output.note(`metrics: ${error instanceof Error ? error.message : String(error)}`),
  });
}

function checkArguments({ echo, dialect, delayUnit, logFile, quiet }: ServeArguments): void {
  if (echo && (dialect !== 'auto' || delayUnit !== undefined)) {
    throw new EcholotError('usage', 'plain echo has no dialects and no delays', {
      advice: 'leave out --echo, or --dialect and --delay-unit',
    });
  }
  if (logFile === undefined) return;
  if (echo) {
    throw new EcholotError('usage', 'plain echo has no log, but a transcript on standard output', {
      advice: 'leave out --log-file, and redirect standard output',
    });
  }
  if (quiet) {
    throw new EcholotError('usage', '--quiet logs nothing', { advice: 'leave out --quiet or --log-file' });
  }
}
