/** `echolot serve`: a server in the foreground, with its log, until it is told to stop. */

import { EcholotError } from '../core/errors.ts';
import { type ServerEvent, serve } from '../index.ts';
import { type Endpoint, endpointText } from '../net/connection.ts';
import { accessLog } from './access-log.ts';
import { EXIT } from './exit-codes.ts';
import type { ServeArguments } from './options.ts';
import { echoTranscript } from './transcript.ts';

const NS_PER_MS = 1_000_000;

export async function serveCommand(options: ServeArguments): Promise<number> {
  if (options.echo && (options.dialect !== 'auto' || options.delayUnit !== undefined)) {
    throw new EcholotError('usage', 'plain echo has no dialects and no delays', {
      advice: 'leave out --echo, or --dialect and --delay-unit',
    });
  }
  const watch = await watcher(options);
  // Before the first line is out: whoever reads it may send a signal at once.
  const stopped = stopSignal();
  const server = await serve({
    host: options.host,
    port: options.port,
    mode: options.echo ? 'echo' : 'measurement',
    dialect: options.dialect,
    ...(options.delayUnit === undefined ? {} : { delayUnit: options.delayUnit }),
    limits: {
      maxPayloadBytes: options.maxPayloadBytes,
      maxTotalPayloadBytes: options.maxTotalPayloadBytes,
      maxProbes: options.maxProbes,
      maxDelayNs: nsOf(options.maxDelayMs),
      maxSessions: options.maxSessions,
      firstMessageNs: nsOf(options.firstMessageMs),
      idleNs: nsOf(options.idleMs),
    },
    graceMs: options.graceMs,
    engine: options.engine,
    threads: options.threads,
    // Events that nobody reads are not told at all: in plain echo they carry every byte.
    ...(watch === undefined
      ? {}
      : {
          onEvent: (event) => {
            // The address comes first, before any line of the log.
            if (event.kind === 'listening') process.stdout.write(greeting(options, event.endpoints));
            watch(event);
          },
        }),
  });
  if (watch === undefined) process.stdout.write(greeting(options, server.endpoints));
  await stopped;
  await server.close();
  if (process.connected) process.disconnect?.();
  return EXIT.done;
}

/** Limits are whole nanoseconds; a product of a fraction is not always one. */
function nsOf(ms: number): number {
  return Math.round(ms * NS_PER_MS);
}

/** One line with the real address; a plain echo server greets in the assignment's words. */
function greeting({ echo, host, quiet }: ServeArguments, endpoints: readonly Endpoint[]): string {
  if (!echo) return `echolot listening on ${endpoints.map(endpointText).join(' and ')}\n`;
  const waiting = quiet ? '' : 'Waiting to receive message from client\n';
  return `Starting up server on ${host} port ${endpoints[0]?.port}\n${waiting}`;
}

async function watcher(options: ServeArguments): Promise<((event: ServerEvent) => void) | undefined> {
  if (options.quiet) return undefined;
  return options.echo ? echoTranscript((text) => process.stdout.write(text)) : accessLog(options.log);
}

/**
 * The first signal closes the server in good order, the second ends the program at once. A server that was
 * started over a channel also stops when the other end of it is gone.
 */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    const stop = (): void => {
      signals++;
      if (signals > 1) process.exit(EXIT.interrupted);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    process.once('disconnect', stop);
  });
}
