/** Threads of one server: one port, one set of limits, one good end. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type ServeOptions, type ServerEvent, serve } from '../../../src/index.ts';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { ServerCounters } from '../../../src/server/counters.ts';
import { LoadPlaces } from '../../../src/server/load/load-places.ts';
import { startNativeServer } from '../../../src/server/native/server.ts';
import { ServerThread, type ThreadOptions } from '../../../src/server/native/thread.ts';
import { planServer } from '../../../src/server/plan.ts';
import { full } from '../pretend-server.ts';
import { stay, talk } from './talk.ts';

const SETUP = 's RTT 3 2 0\n';
const READY = '200 OK: Ready\n';
const REFUSED = full(5);
const SOON_MS = 2_000;

const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

async function serveWatched(options: ServeOptions) {
  const events: ServerEvent[] = [];
  const server = await startNativeServer({
    host: '127.0.0.1',
    port: 0,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { server, events, port: server.endpoints[0]!.port };
}

function threadOptions(): ThreadOptions {
  const { limits, mode, dialect, graceMs, readBytes } = planServer({});
  return {
    options: { host: '127.0.0.1', port: 0, mode, dialect, limits, graceMs },
    sharing: 'none',
    readBytes,
    garbageBytes: undefined,
    counters: new ServerCounters().memory,
    places: new LoadPlaces(limits).memory,
    budgets: undefined,
    onEvent: undefined,
  };
}

function newThread(changes: Partial<ThreadOptions> = {}): ServerThread {
  return new ServerThread({ ...threadOptions(), ...changes });
}

async function destroyed(clients: readonly { socket: Socket }[]): Promise<void> {
  for (const { socket } of clients) {
    socket.destroy();
    if (!socket.closed) await once(socket, 'close');
  }
}

describe.skipIf(nativeUnavailable() !== undefined)('threads', () => {
  test('hold the limit on sessions together, and count sessions together', async () => {
    const { server, events, port } = await serveWatched({ threads: 3, limits: { maxSessions: 5 } });
    const clients = await Promise.all(Array.from({ length: 20 }, () => stay(port, SETUP)));
    const answers = clients.map(({ answer }) => answer).sort();
    expect(answers).toEqual([...Array<string>(5).fill(READY), ...Array<string>(15).fill(REFUSED)]);
    expect(server.connections).toBe(5);
    await destroyed(clients);
    await server.close();
    expect(server.connections).toBe(0);
    const numbers = events.flatMap((event) => (event.kind === 'connected' ? [event.session] : []));
    expect(numbers.sort()).toEqual([1, 2, 3, 4, 5]);
    expect(events.filter(({ kind }) => kind === 'refused')).toHaveLength(15);
  });

  test('hold the limit on payload together, and give back what ended', async () => {
    const { server, port } = await serveWatched({
      threads: 2,
      limits: { maxPayloadBytes: 1_000, maxTotalPayloadBytes: 3_000 },
    });
    const clients = await Promise.all(Array.from({ length: 12 }, () => stay(port, 's RTT 1000 2 0\n')));
    expect(clients.filter(({ answer }) => answer === READY)).toHaveLength(3);
    await destroyed(clients);
    await expect.poll(() => server.connections).toBe(0);
    expect(await talk(port, ['s RTT 1000 1 0\n', 't\n'])).toContain(READY);
    await server.close();
  });

  test('take the port from nobody: a second server on it fails, whatever threads either has', async () => {
    for (const [first, second] of [
      [1, 2],
      [2, 1],
      [2, 2],
    ] as const) {
      const { server, port } = await serveWatched({ threads: first });
      await expect(startNativeServer({ host: '127.0.0.1', port, threads: second })).rejects.toMatchObject({
        code: 'network',
        message: expect.stringContaining('taken'),
        advice: expect.stringContaining('--port'),
      });
      await server.close();
      const again = await startNativeServer({ host: '127.0.0.1', port, threads: second });
      await again.close();
    }
  });

  test('say once that the server closes, with all sessions in flight, and let those end', async () => {
    const { server, events, port } = await serveWatched({ threads: 2 });
    const clients = await Promise.all(Array.from({ length: 6 }, () => stay(port, SETUP)));
    const closing = server.close();
    await expect.poll(() => events.filter(({ kind }) => kind === 'closing')).toHaveLength(1);
    expect(events).toContainEqual({ kind: 'closing', sessionsInFlight: 6, graceMs: 10_000 });
    await expect(stay(port, SETUP)).rejects.toThrow('ECONNREFUSED');
    for (const { socket } of clients) socket.end('m abc 1\nm abc 2\nt\n');
    await closing;
    const ends = events.flatMap((event) => (event.kind === 'end' ? [event.reason] : []));
    expect(ends).toEqual(Array(6).fill('terminated'));
  });

  test('cut what is still in flight when the grace period is over', async () => {
    const { server, events, port } = await serveWatched({ threads: 2, graceMs: 50 });
    const client = await stay(port, SETUP);
    await server.close();
    client.socket.destroy();
    expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'shutdown' });
  });

  test('end with the signal, and leave no descriptor behind', async () => {
    const before = openDescriptors();
    const controller = new AbortController();
    const { server, port } = await serveWatched({ threads: 2, signal: controller.signal });
    const client = await stay(port, 's RTT 3 1 0\n');
    controller.abort();
    client.socket.end('m abc 1\nt\n');
    await server.close();
    await destroyed([client]);
    await expect.poll(openDescriptors).toBeLessThanOrEqual(before);
  });

  test('are one where nobody asks for more; the node engine has no more', async () => {
    await expect(serve({ engine: 'node', threads: 2 })).rejects.toMatchObject({ code: 'usage' });
    const { events, server } = await serveWatched({});
    await server.close();
    expect(events[0]).toMatchObject({
      kind: 'listening',
      engine: 'native',
      threads: 1,
      notNative: undefined,
    });
  });

  test('that are terminated in the middle end soon, and nothing of theirs stays open', async () => {
    const before = openDescriptors();
    const thread = newThread();
    const [endpoint] = await thread.listening;
    const clients = await Promise.all([1, 2, 3].map(() => stay(endpoint!.port, SETUP)));
    const startMs = performance.now();
    await thread.terminate();
    await thread.ended;
    expect(performance.now() - startMs).toBeLessThan(SOON_MS);
    await destroyed(clients);
    await expect(stay(endpoint!.port, SETUP)).rejects.toThrow('ECONNREFUSED');
    await expect.poll(openDescriptors).toBeLessThanOrEqual(before);
  });

  test('that cannot begin say why, and leave nothing open', async () => {
    const before = openDescriptors();
    const thread = newThread({ counters: new SharedArrayBuffer(3) });
    await expect(thread.listening).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('a thread of the server failed'),
    });
    await expect(thread.ended).rejects.toMatchObject({ code: 'internal' });
    await expect.poll(openDescriptors).toBeLessThanOrEqual(before);
  });
});
