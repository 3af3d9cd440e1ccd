/** Loads over sockets of the kernel, their connections on whichever thread: counted to the byte, and ended for all. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type ServeOptions, type ServerEvent, serve } from '../../../src/index.ts';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { LoadSocket } from './load-sockets.ts';

const SOON_MS = 5_000;
const LOADED_MS = 400;
const clients: LoadSocket[] = [];

afterEach(() => {
  for (const { socket } of clients.splice(0)) socket.destroy();
});

async function ask(port: number, question: string): Promise<LoadSocket> {
  const client = await LoadSocket.ask(port, question);
  clients.push(client);
  return client;
}

async function serving(options: ServeOptions) {
  const events: ServerEvent[] = [];
  const server = await serve({
    host: '127.0.0.1',
    port: 0,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const port = server.endpoints[0]!.port;
  const owner = await ask(port, 'l new 20000 0 16');
  const join = (): Promise<LoadSocket> => ask(port, `l ${owner.key}`);
  const downs = await Promise.all([1, 2, 3, 4].map(join));
  const ups = await Promise.all([1, 2, 3, 4].map(join));
  const ended = async (): Promise<Extract<ServerEvent, { kind: 'load-end' }>> => {
    await expect.poll(() => events.map(({ kind }) => kind), { timeout: SOON_MS }).toContain('load-end');
    return events.find((event) => event.kind === 'load-end')!;
  };
  return { server, port, owner, downs, ups, streams: [...downs, ...ups], events, ended };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

const ENGINES: readonly (readonly [string, ServeOptions])[] = [
  ['node', { engine: 'node' }],
  ['native', { engine: 'native' }],
  ['native, two threads', { engine: 'native', threads: 2 }],
];

describe.each(ENGINES)('%s', (_, options) => {
  const skipped = options.engine === 'native' && nativeUnavailable() !== undefined;

  test.skipIf(skipped)('what was sent is what has come, in both directions, stream by stream', async () => {
    const { server, owner, downs, ups, streams, ended } = await serving(options);
    for (const down of downs) down.socket.write('b 0\n');
    for (const up of ups) up.fill();
    for (let marker = 1; marker <= 10; marker++) {
      for (const client of [owner, ...streams]) client.socket.write(`m ${marker}\n`);
      await sleep(LOADED_MS / 10);
    }
    for (const stream of streams) stream.end();
    await expect
      .poll(() => streams.map(({ last }) => last?.kind), { timeout: SOON_MS })
      .toEqual(streams.map(() => 'end'));
    for (const down of downs) {
      expect(down.receivedBytes).toBeGreaterThan(0);
      expect(down.last).toEqual({ kind: 'end', sentBytes: down.receivedBytes });
    }
    for (const up of ups) {
      const report = up.said.findLast(({ kind }) => kind === 'report');
      expect(report).toMatchObject({ receivedBytes: up.sentBytes });
    }
    for (const client of [owner, ...streams]) {
      expect(client.fault).toBeUndefined();
      expect(client.said.filter(({ kind }) => kind === 'answer')).toHaveLength(10);
    }
    owner.socket.end();
    const end = await ended();
    expect(end).toMatchObject({
      reason: 'done',
      streams: 8,
      receivedBytes: sum(ups.map(({ sentBytes }) => sentBytes)),
      sentBytes: sum(downs.map(({ receivedBytes }) => receivedBytes)),
    });
    await expect.poll(() => streams.map(({ over }) => over)).toEqual(streams.map(() => 'done'));
    await server.close();
  });

  test.skipIf(skipped)('the kernel says how long markers were here, where there are stamps', async () => {
    const { server, owner } = await serving(options);
    for (let marker = 1; marker <= 20; marker++) {
      owner.socket.write(`m ${marker}\n`);
      await sleep(5);
    }
    await sleep(150);
    const told = owner.said.flatMap((message) => (message.kind === 'kernel-answer' ? [message] : []));
    const answered = owner.said.flatMap((message) => (message.kind === 'answer' ? [message.marker] : []));
    if (options.engine === 'node') expect(told).toEqual([]);
    else {
      expect(told.length).toBeGreaterThan(15);
      for (const { marker, residenceNs, waitNs } of told) {
        expect(answered).toContain(marker);
        expect(residenceNs).toBeGreaterThan(0);
        expect(waitNs).toBeLessThanOrEqual(residenceNs);
      }
    }
    await server.close();
  });

  test.skipIf(skipped)('a client that is killed in the middle makes room at once', async () => {
    const { server, port, owner, downs, ups, streams, ended } = await serving(options);
    for (const down of downs) down.socket.write('b 0\n');
    for (const up of ups) up.fill();
    await sleep(LOADED_MS);
    for (const { socket } of [owner, ...streams]) socket.resetAndDestroy();
    expect(await ended()).toMatchObject({ reason: 'done' });
    expect((await ask(port, 'l new 1000 0 1')).key).not.toBe('');
    await server.close();
  });

  test.skipIf(skipped)(
    'clients wait for their turn in the order of their coming, on whichever thread',
    async () => {
      const { server, port, owner, events } = await serving(options);
      const turns: LoadSocket[] = [];
      for (let client = 0; client < 6; client++) turns.push(await ask(port, 'l turn 60000 1000 0 1'));
      expect(turns.map(({ answer }) => Number(answer.split(' ').at(-1)))).toEqual([0, 1, 2, 3, 4, 5]);
      const told = (kind: 'load' | 'load-turn'): number[] =>
        events.flatMap((event) => (event.kind === kind ? [event.session] : []));
      await expect.poll(() => told('load-turn'), { timeout: SOON_MS }).toHaveLength(6);
      const waiting = told('load-turn');
      turns[2]?.socket.destroy();
      await expect.poll(() => server.status().loads.waiting, { timeout: SOON_MS }).toBe(5);
      owner.socket.destroy();
      for (const turn of [0, 1, 3, 4, 5]) {
        await expect.poll(() => told('load'), { timeout: SOON_MS }).toContain(waiting[turn]);
        turns[turn]?.socket.destroy();
      }
      expect(told('load').slice(1)).toEqual(waiting.filter((_, turn) => turn !== 2));
      await expect
        .poll(() => server.status().loads, { timeout: SOON_MS })
        .toMatchObject({ underWay: 0, waiting: 0, turnsGiven: 5, turnsLost: { left: 1, expired: 0 } });
      await server.close();
    },
  );

  test.skipIf(skipped)('a server that closes in the middle tells all, and is closed soon', async () => {
    const { server, owner, downs, ups, streams } = await serving(options);
    for (const down of downs) down.socket.write('b 0\n');
    for (const up of ups) up.fill();
    await sleep(LOADED_MS);
    const ends = [owner, ...streams].map(({ closed }) => closed);
    const startMs = performance.now();
    await server.close();
    await Promise.all(ends);
    expect(performance.now() - startMs).toBeLessThan(SOON_MS);
    expect([owner, ...downs].map(({ over }) => over)).toEqual([owner, ...downs].map(() => 'shutdown'));
    expect(server.connections).toBe(0);
  });

  test.skipIf(skipped)('clients that do not read are dropped, and the server closes', async () => {
    const { server, owner, downs, ups, ended } = await serving(options);
    for (const client of [...downs, ...ups]) client.socket.pause().write('b 0\n');
    await sleep(LOADED_MS);
    owner.socket.end();
    await ended();
    await expect.poll(() => server.connections, { timeout: SOON_MS }).toBe(0);
    await server.close();
  });
});
