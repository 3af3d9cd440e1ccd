/**
 * Servers of every kind on one engine, in a process of their own, so that its memory and descriptors are theirs alone and its
 * death is seen. Started by real-servers.ts with the engine as its argument; tells of ends as they come, and of its state
 * when it is asked.
 */
import { readdirSync } from 'node:fs';
import process from 'node:process';
import { type EchoServer, serve } from '../src/index.ts';
import { optionsOf, SERVER_KINDS, type ServerKind } from './input.ts';
import { type FromServers, fromText, type ServersState, type ToldEnd } from './real-servers.ts';

/** Ends are told together: each message costs more than an end. */
const TELL_EVERY_MS = 10;

const engine = process.argv[2] === 'native' ? 'native' : 'node';
const servers = new Map<ServerKind, EchoServer>();
let ends: ToldEnd[] = [];

for (const kind of SERVER_KINDS) {
  const server = await serve({
    ...optionsOf(kind),
    engine,
    host: '127.0.0.1',
    port: 0,
    onEvent: (event) => {
      if (event.kind !== 'end') return;
      const { reason, detail } = event;
      ends.push({ kind, from: fromText(event.remote.address, event.remote.port), reason, detail });
    },
  });
  servers.set(kind, server);
}

setInterval(() => {
  if (ends.length === 0) return;
  tell({ ends });
  ends = [];
}, TELL_EVERY_MS);
process.on('message', () => tell({ state: state() }));
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole group: whoever started this one ends it, after its last question.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {});
tell({ ports: [...servers].map(([kind, { endpoints }]) => [kind, endpoints[0]?.port ?? 0]) });

function tell(message: FromServers): void {
  process.send?.(message);
}

function state(): ServersState {
  globalThis.gc?.();
  const all = [...servers.values()].map((server) => server.status());
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    residentBytes: process.memoryUsage().rss,
    connections: all.reduce((sum, { sessions, lingering }) => sum + sessions + lingering, 0),
    reservedBytes: all.reduce((sum, { reservedPayloadBytes }) => sum + reservedPayloadBytes, 0),
  };
}
