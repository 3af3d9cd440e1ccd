/** `echolot serve`: a server in the foreground, with its log, until it is told to stop. */

import { EcholotError } from '../../core/errors.ts';
import { type ServerEvent, serve } from '../../index.ts';
import type { ServeArguments } from '../commands/serve.ts';
import { EXIT } from '../exit-codes.ts';
import { greeting } from '../log/greeting.ts';
import { type Onlooker, ServeOutput } from '../log/serve-output.ts';

const NS_PER_MS = 1_000_000;

export async function serveCommand(options: ServeArguments): Promise<number> {
  checkArguments(options);
  const output = await ServeOutput.open(options);
  const { onlooker } = output;
  // Before the first line is out: whoever reads it may send a signal at once.
  const stopped = stopSignal(onlooker);
  const starting = serve({
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
      maxLoadMs: Math.ceil(options.maxLoadMs),
      maxLoadBitsPerSecond: options.maxLoadBitsPerSecond,
      maxLoadStreams: options.maxLoadStreams,
    },
    load: !options.noLoad,
    graceMs: options.graceMs,
    engine: options.engine,
    threads: options.threads,
    // Events that nobody reads are not told at all: in plain echo they carry every byte.
    ...(onlooker === undefined
      ? {}
      : {
          onEvent: (event: ServerEvent) => {
            // The address comes first, before any line of the log.
            if (event.kind === 'listening') output.greet(greeting(options, event.endpoints));
            onlooker.tell(event);
          },
        }),
  });
  // A name to listen on is looked up first, and nobody waits for a resolver that is silent.
  const server = await Promise.race([starting, stopped]);
  if (server !== undefined) {
    if (onlooker === undefined) output.greet(greeting(options, server.endpoints));
    await stopped;
    await server.close();
  }
  if (process.connected) process.disconnect?.();
  await output.end(EXIT.done);
  return EXIT.done;
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

/** Limits are whole nanoseconds; a product of a fraction is not always one. */
function nsOf(ms: number): number {
  return Math.round(ms * NS_PER_MS);
}

/**
 * The first signal closes the server in good order, the second ends the program at once; SIGHUP too is such a signal,
 * for a terminal that is lost, unless the log has a file, which it then opens anew. A server that was started over a
 * channel also stops when the other end of it is gone.
 */
function stopSignal(onlooker: Onlooker | undefined): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    const stop = (): void => {
      signals++;
      if (signals > 1) process.exit(EXIT.interrupted);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    process.on('SIGHUP', onlooker?.reopen ?? stop);
    process.once('disconnect', stop);
  });
}
