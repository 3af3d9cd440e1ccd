/** `echolot serve`: a server in the foreground, with its log, until it is told to stop. */

import { BlockList } from 'node:net';
import { EcholotError } from '../core/errors.ts';
import { type ServerEvent, serve } from '../index.ts';
import { type Endpoint, endpointText } from '../net/connection.ts';
import { EXIT } from './exit-codes.ts';
import type { ServeArguments } from './options.ts';
import { type Onlooker, ServeOutput } from './serve-output.ts';

const NS_PER_MS = 1_000_000;

export async function serveCommand(options: ServeArguments): Promise<number> {
  checkArguments(options);
  const output = await ServeOutput.open(options);
  const { onlooker } = output;
  // Before the first line is out: whoever reads it may send a signal at once.
  const stopped = stopSignal(onlooker);
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
  if (onlooker === undefined) output.greet(greeting(options, server.endpoints));
  await stopped;
  await server.close();
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
 * One line with the real address, which ends with the port; a plain echo server greets in the assignment's words.
 * Who listens on loopback is told that nobody else can come: it is the most common reason for "nothing listens".
 */
function greeting({ echo, host, quiet }: ServeArguments, endpoints: readonly Endpoint[]): string {
  const isLocal = endpoints.every(isLoopback);
  if (!echo) {
    const scope = isLocal ? ', for this machine only (--host ADDRESS lets others in),' : '';
    return `echolot listening${scope} on ${endpoints.map(endpointText).join(' and ')}\n`;
  }
  const scope = isLocal && !quiet ? '(for this machine only; --host ADDRESS lets others in)\n' : '';
  const waiting = quiet ? '' : 'Waiting to receive message from client\n';
  return `Starting up server on ${host} port ${endpoints[0]?.port}\n${scope}${waiting}`;
}

function isLoopback({ address, family }: Endpoint): boolean {
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  return loopback.check(address.split('%', 1)[0] ?? '', family === 4 ? 'ipv4' : 'ipv6');
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
