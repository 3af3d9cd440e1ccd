/** Plays an input over a real socket: its pieces, each in a write of its own, then FIN, and hears all until the server's. */
import { connect, type Socket } from 'node:net';
import { type FuzzInput, joinsLoad, latin1, type ServerKind, withKey } from './input.ts';
import { type Outcome, withoutKey } from './outcome.ts';
import { keyIn, OWNER_SAYS } from './pretend-server.ts';
import { fromText, type RealServers, type ToldEnd } from './real-servers.ts';

/** Longer than any limit of the servers: whoever is open then stays. */
const STUCK_MS = 15_000;
const HOST = '127.0.0.1';
/** Each has ports of its own: a port rests for a minute after a connection, and one address has 28,000. */
const ADDRESSES = 200;
let addresses = 0;

function nextAddress(): string {
  addresses = (addresses + 1) % ADDRESSES;
  return `127.0.0.${addresses + 1}`;
}

export async function playOverSocket(servers: RealServers, input: FuzzInput): Promise<Outcome> {
  if (!joinsLoad(input)) return await talk(servers, input);
  const owner = await beginLoad(servers);
  const outcome = await talk(servers, owner.key === undefined ? input : withKey(input, owner.key));
  await owner.leave();
  return { ...outcome, detail: withoutKey(outcome.detail) };
}

function talk(servers: RealServers, { server, pieces }: FuzzInput): Promise<Outcome> {
  return new Promise((resolve) => {
    const call = new Call(servers, server, (heard, end, fault) =>
      resolve({ answer: heard, reason: end?.reason, detail: end?.detail, fault }),
    );
    call.say(pieces, true);
  });
}

interface Owner {
  /** Undefined where no load was granted. */
  readonly key: string | undefined;
  leave(): Promise<void>;
}

function beginLoad(servers: RealServers): Promise<Owner> {
  return new Promise((resolve) => {
    const gone = Promise.withResolvers<void>();
    const leave = async (): Promise<void> => {
      call.say([], true);
      await gone.promise;
    };
    const call = new Call(servers, 'load', () => {
      resolve({ key: undefined, leave });
      gone.resolve();
    });
    call.onHeard = (heard) => {
      const key = keyIn(heard);
      if (key !== undefined) resolve({ key, leave });
    };
    call.say(OWNER_SAYS, false);
  });
}

type Over = (heard: string, end: ToldEnd | undefined, fault: string | undefined) => void;

/** One connection, over when it is closed and the server's log has told of its end. */
class Call {
  onHeard: ((heard: string) => void) | undefined;
  private readonly socket: Socket;
  private readonly over: Over;
  private readonly stuck: NodeJS.Timeout;
  private readonly chunks: string[] = [];
  private end: ToldEnd | undefined;
  private isClosed = false;
  private fault: string | undefined;

  constructor(servers: RealServers, kind: ServerKind, over: Over) {
    this.over = over;
    const port = servers.portOf(kind);
    const localAddress = nextAddress();
    const socket = connect({ port, host: HOST, localAddress, allowHalfOpen: true, noDelay: true });
    this.socket = socket;
    socket.on('connect', () =>
      servers.awaitEnd(kind, fromText(localAddress, socket.localPort), (end) => {
        this.end = end;
        this.settle();
      }),
    );
    socket.on('data', (chunk: Buffer) => this.hear(latin1(chunk)));
    socket.on('end', () => this.say([], true));
    socket.on('error', (error) => {
      this.fault ??= servers.death ?? `the connection failed: ${error.message}`;
    });
    socket.on('close', () => {
      this.isClosed = true;
      this.settle();
    });
    this.stuck = setTimeout(() => {
      this.fault ??= servers.death ?? (this.isClosed ? 'no end was told' : 'the connection stays');
      socket.destroy();
      this.isClosed = true;
      this.finish();
    }, STUCK_MS);
  }

  say(pieces: readonly Uint8Array[], isLast: boolean): void {
    if (this.socket.writableEnded) return;
    for (const piece of pieces) this.socket.write(piece);
    if (isLast) this.socket.end();
  }

  private hear(text: string): void {
    this.chunks.push(text);
    this.onHeard?.(this.chunks.join(''));
  }

  private settle(): void {
    if (this.isClosed && (this.end !== undefined || this.fault !== undefined)) this.finish();
  }

  private finish(): void {
    clearTimeout(this.stuck);
    this.over(this.chunks.join(''), this.end, this.fault);
  }
}
