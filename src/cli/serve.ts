/** `echolot serve`: a server in the foreground, with its log, until it is told to stop. */
import { type ServerEvent, serve } from '../index.ts';
import { endpointText } from '../net/connection.ts';
import { accessLog } from './access-log.ts';
import { EXIT } from './exit-codes.ts';
import type { ServeArguments } from './options.ts';
import { echoTranscript } from './transcript.ts';

const NS_PER_MS = 1_000_000;

export async function serveCommand(options: ServeArguments): Promise<number> {
  const onEvent = await watcher(options);
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
      maxDelayNs: options.maxDelayMs * NS_PER_MS,
      maxSessions: options.maxSessions,
      firstMessageNs: options.firstMessageMs * NS_PER_MS,
      idleNs: options.idleMs * NS_PER_MS,
    },
    graceMs: options.graceMs,
    ...(onEvent === undefined ? {} : { onEvent }),
  });
  const [first] = server.endpoints;
  if (options.echo) {
    process.stdout.write(`Starting up server on ${options.host} port ${first?.port}\n`);
    if (!options.quiet) process.stdout.write('Waiting to receive message from client\n');
  } else {
    process.stdout.write(`echolot listening on ${server.endpoints.map(endpointText).join(' and ')}\n`);
  }
  await stopSignal();
  await server.close();
  process.disconnect?.();
  return EXIT.done;
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
