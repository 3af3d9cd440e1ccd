/** `echolot serve`: a server in the foreground, with its log, until it is told to stop. */

import { monotonic } from '../../../clock/monotonic.ts';
import { EcholotError } from '../../../core/errors.ts';
import {
  type Endpoint,
  type Metrics,
  type ServeOptions,
  type ServerEvent,
  serve,
  serveMetrics,
} from '../../../index.ts';
import { type FromManager, takeFromManager } from '../../../service/environment.ts';
import { ServiceLife } from '../../../service/life.ts';
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
  const output = ServeOutput.open(options);
  const manager = takeFromManager(process.env, process.pid);
  const life = new ServiceLife(manager, {
    timekeeper: monotonic,
    onTrouble: (message) => output.note(message),
  });
  // Before the first line is out: whoever reads it may send a signal at once.
  const hangup = new Hangup(options, output);
  const stopped = stopSignal(() => {
    const { isTaken } = hangup;
    if (isTaken) void life.reload(() => hangup.happen());
    return isTaken;
  });
  void stopped.then(() => life.stopping());
  const metrics = await Promise.race([startMetrics(options, output), stopped]);
  const status = new StatusSight((message) => output.note(message));
  try {
    if (options.statusSocket !== undefined) await status.openAt(options.statusSocket);
    await serveUntil(stopped, options, manager, {
      output,
      hangup,
      life,
      metrics: metrics ?? undefined,
      status,
    });
  } finally {
    life.end();
    metrics?.close();
    status.close();
  }
  if (process.connected) process.disconnect?.();
  await output.end(EXIT.done);
  return EXIT.done;
}

/** What runs beside the server. */
interface Beside {
  readonly output: ServeOutput;
  readonly hangup: Hangup;
  readonly life: ServiceLife;
  readonly metrics: Metrics | undefined;
  readonly status: StatusSight;
}

async function serveUntil(
  stopped: Promise<void>,
  options: ServeArguments,
  manager: FromManager,
  { output, hangup, life, metrics, status }: Beside,
): Promise<void> {
  const { onlooker } = output;
  const greet = (endpoints: readonly Endpoint[], secured: TlsGreeted | undefined): void =>
    output.greet(
      greeting({ ...options, host: hostOf(options) }, endpoints) +
        tlsGreeting(secured, Date.now()) +
        metricsGreeting(metrics?.endpoints ?? []),
    );
  const starting = serve({
    ...onSocketsOf(manager, serveOptions(options)),
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
  life.ready();
  await stopped;
  await server.close();
}

/** Sockets that a service manager has opened are listened on whatever host and port the options name. @throws EcholotError `usage` */
function onSocketsOf<O extends Pick<ServeOptions, 'tls'>>(
  { sockets, tlsSockets }: FromManager,
  options: O,
): O & Pick<ServeOptions, 'sockets' | 'tls'> {
  const { tls } = options;
  if (tlsSockets !== undefined && tls === undefined) {
    throw new EcholotError(
      'usage',
      'the service manager passes a socket for TLS, and there is no certificate',
      {
        advice: 'give one with --tls-cert and --tls-key, or take FileDescriptorName=tls from the socket',
      },
    );
  }
  return {
    ...options,
    ...(sockets && { sockets }),
    ...(tls && tlsSockets && { tls: { ...tls, sockets: tlsSockets } }),
  };
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
