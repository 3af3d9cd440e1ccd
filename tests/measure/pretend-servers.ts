/** Servers of the field on the memory network: ours in any dialect, and others that answer line by line. */
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { Connection, ConnectionHandler } from '../../src/net/connection.ts';
import type { Engine } from '../../src/net/engine.ts';
import { type LinkOptions, MemoryNetwork } from '../../src/net/memory/network.ts';
import { createLoopEngine } from '../../src/net/session/session-loop.ts';
import type { ServerEvent } from '../../src/server/events.ts';
import type { ServeOptions } from '../../src/server/plan.ts';
import { startServer } from '../../src/server/server.ts';
import { advance } from './watching.ts';

export const PORT = 9_900;

/** The clock of a machine that has run for an hour: nothing may rest on one that starts at 0. */
const ORIGIN_NS = 3_600_000_000_000n;

/** A memory network that counts the connections which clients open on it. */
class CountingNetwork extends MemoryNetwork {
  dials = 0;

  override dial(...args: Parameters<MemoryNetwork['dial']>): ReturnType<MemoryNetwork['dial']> {
    this.dials++;
    return super.dial(...args);
  }
}

export interface World {
  readonly clock: VirtualClock;
  readonly network: CountingNetwork;
  readonly engine: Engine;
}

export function world(link: LinkOptions = { latencyNs: 1_000_000 }): World {
  const clock = new VirtualClock();
  advance(clock, ORIGIN_NS);
  const network = new CountingNetwork(clock, link);
  return { clock, network, engine: createLoopEngine('memory', network) };
}

/** echolot's own server. @returns what it tells, filled as it happens */
export async function serve({ network }: World, options: ServeOptions = {}): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  await startServer(network, { port: PORT, onEvent: (event) => events.push(event), ...options });
  return events;
}

/** What a scripted server does with a line: an answer, an answer after a while, or an end. */
export type Answer =
  | { readonly say: string; readonly afterNs?: number }
  /** Says it and closes the connection. */
  | { readonly refuse: string }
  | 'silence'
  | 'reset';

/**
 * A server that answers each line, LF cut off, as `script` says; `connection` counts from 0.
 * @returns how many connections the client has left, in peace or not
 */
export async function serveLines(
  { clock, network }: World,
  script: (line: string, lineNumber: number, connection: number) => Answer,
): Promise<() => number> {
  let connections = 0;
  const left = new Set<number>();
  await network.listen({ port: PORT }, (connection) => {
    const number = connections++;
    let unread = '';
    let lines = 0;
    const onBytes = (chunk: Uint8Array): void => {
      unread += Buffer.from(chunk).toString('latin1');
      for (let lf = unread.indexOf('\n'); lf >= 0; lf = unread.indexOf('\n')) {
        const line = unread.slice(0, lf);
        unread = unread.slice(lf + 1);
        answer(clock, connection, script(line, lines++, number));
      }
    };
    return handler(connection, onBytes, () => left.add(number));
  });
  return () => left.size;
}

function answer(clock: VirtualClock, connection: Connection, given: Answer): void {
  if (given === 'silence') return;
  if (given === 'reset') connection.destroy();
  else if ('refuse' in given) {
    connection.write(latin1(given.refuse));
    connection.close();
  } else {
    const dueNs = clock.nowNs() + BigInt(given.afterNs ?? 0);
    clock.wakeAt(dueNs, () => connection.write(latin1(given.say)));
  }
}

/** RFC 862 in three lines. */
export async function servePlainEcho({ network }: World): Promise<void> {
  await network.listen({ port: PORT }, (connection) =>
    handler(connection, (chunk) => connection.write(chunk.slice())),
  );
}

function handler(
  connection: Connection,
  onBytes: (chunk: Uint8Array) => void,
  onLeft: () => void = () => {},
): ConnectionHandler {
  const onEnd = (): void => {
    onLeft();
    connection.end();
  };
  return { onBytes, onDrain: () => {}, onEnd, onClose: onLeft };
}

function latin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
