/**
 * Servers that do nothing wrong and are easily taken for it, each a process of its own:
 * `blame-servers.ts plain|slow-reader|proxy HOST ARGUMENT`. Prints where it listens, and serves until it is ended.
 */
import { connect, createServer, type Socket } from 'node:net';

/** A reader that takes this much in each of these, as a program does that parses what it reads. */
const SLOW_CHUNK_BYTES = 1_024;
const SLOW_CHUNK_MS = 1;

const [kind = '', host = '127.0.0.1', argument = ''] = process.argv.slice(2);
const SERVERS: Readonly<Record<string, (client: Socket) => void>> = {
  plain: (client) => client.pipe(client),
  'slow-reader': (client) => void readSlowly(client, Number(argument)),
  proxy: (client) => passOn(client, argument),
};
const serve = SERVERS[kind];
if (serve === undefined) throw new Error(`there is no server "${kind}"`);

const server = createServer({ noDelay: true, pauseOnConnect: kind === 'slow-reader' }, (client) => {
  client.on('error', () => client.destroy());
  serve(client);
});
server.listen(0, host, () => {
  const address = server.address();
  console.log(`listening on ${typeof address === 'object' ? address?.port : ''}`);
});

/** Echoes each message of so many bytes with one write, once it has read all of it in small steps. */
async function readSlowly(client: Socket, messageBytes: number): Promise<void> {
  let left = messageBytes;
  const chunks: Buffer[] = [];
  while (!client.destroyed && !client.readableEnded) {
    const chunk: Buffer | null = client.read(Math.min(SLOW_CHUNK_BYTES, left));
    if (chunk !== null) {
      chunks.push(chunk);
      left -= chunk.length;
    }
    if (left === 0) {
      client.write(Buffer.concat(chunks.splice(0)));
      left = messageBytes;
    }
    await new Promise((resolve) => setTimeout(resolve, SLOW_CHUNK_MS));
  }
}

/** @param target `PORT,MS`: the server behind, on this host, and how far it is away, both ways together */
function passOn(client: Socket, target: string): void {
  const [port = 0, rttMs = 0] = target.split(',').map(Number);
  const server = connect({ port, host, noDelay: true });
  server.on('error', () => client.destroy());
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    from.on('data', (bytes) => setTimeout(() => to.write(bytes), rttMs / 2));
    from.on('end', () => setTimeout(() => to.end(), rttMs / 2));
    from.on('close', () => setTimeout(() => to.destroy(), rttMs));
  }
}
