/** What a load carries: as much as was asked, no more than was granted, and counted to the byte. */
import { describe, expect, test } from 'vitest';
import { MS, PretendServer, SECOND } from '../pretend-server.ts';
import { frames, joining, LoadClient, owning } from './load-client.ts';

const MBIT = 1_000_000;

async function loaded(options = {}, terms = '20000 0 8') {
  const server = await PretendServer.start(options);
  const owner = await owning(server, terms);
  return { server, owner, stream: await joining(server, owner) };
}

describe('down', () => {
  test('comes at the rate that was asked for, to a hundredth', async () => {
    const { server, stream } = await loaded();
    stream.send(`b ${8 * MBIT}\n`);
    await server.pass(2 * SECOND);
    expect(stream.receivedBytes / 2e6).toBeCloseTo(1, 1.7);
  });

  test('goes on at another rate when that is asked for', async () => {
    const { server, stream } = await loaded();
    stream.send(`b ${8 * MBIT}\n`);
    await server.pass(SECOND);
    const before = stream.receivedBytes;
    stream.send(`b ${16 * MBIT}\n`);
    await server.pass(SECOND);
    expect((stream.receivedBytes - before) / before).toBeCloseTo(2, 1);
  });

  test('nothing comes that was not asked for', async () => {
    const { server, owner, stream } = await loaded();
    await server.pass(3 * SECOND);
    expect(stream.heard).toEqual([]);
    expect(owner.receivedBytes).toBe(0);
  });

  test('ends when the client has enough, and tells how much it was', async () => {
    const { server, stream } = await loaded();
    stream.send(`b ${8 * MBIT}\n`);
    await server.pass(SECOND);
    stream.send('e 0\n');
    await server.pass(SECOND);
    expect(stream.heard.at(-1)).toEqual({ kind: 'end', sentBytes: stream.receivedBytes });
    expect(stream.said('report')).toEqual([]);
  });

  test('markers are answered between two frames of data, and after the end', async () => {
    const { server, stream } = await loaded();
    stream.send(`b ${8 * MBIT}\nm 1\nm 2\n`);
    await server.pass(SECOND);
    stream.send('m 3\n');
    await server.pass(SECOND);
    stream.send('e 0\nm 4\n');
    await server.pass(0);
    expect(stream.said('answer').map(({ marker }) => marker)).toEqual([1, 2, 3, 4]);
    expect(stream.heard.map(({ kind }) => kind)).not.toContain('fault');
  });
});

describe('up', () => {
  test('is reported ten times a second, and whole at the end', async () => {
    const { server, stream } = await loaded();
    for (let i = 0; i < 10; i++) {
      stream.send(frames(100_000));
      await server.pass(100 * MS);
    }
    stream.send('e 1000000\n');
    await server.pass(SECOND);
    const reports = stream.said('report');
    const [first] = reports;
    expect(reports.length).toBeGreaterThanOrEqual(10);
    expect(reports.length).toBeLessThanOrEqual(12);
    expect(reports[9]!.clockNs - first!.clockNs).toBe(900 * MS);
    expect(reports.at(-1)!.receivedBytes).toBe(1_000_000);
    expect(stream.heard.slice(-2).map(({ kind }) => kind)).toEqual(['report', 'end']);
    expect(stream.heard.at(-1)).toEqual({ kind: 'end', sentBytes: 0 });
  });

  test('a frame that comes in pieces counts as far as it has come', async () => {
    const { server, stream } = await loaded();
    stream.send(`d 1000000\n${'x'.repeat(400_000)}`);
    await server.pass(150 * MS);
    expect(stream.said('report').at(-1)?.receivedBytes).toBe(400_000);
  });

  test('both at once over one connection are told apart', async () => {
    const { server, stream } = await loaded();
    stream.send(`b ${8 * MBIT}\n${frames(100_000)}`);
    await server.pass(SECOND);
    stream.send('e 100000\n');
    await server.pass(SECOND);
    expect(stream.said('report').at(-1)?.receivedBytes).toBe(100_000);
    expect(stream.said('end')).toEqual([{ kind: 'end', sentBytes: stream.receivedBytes }]);
  });
});

describe('the owner', () => {
  test('is answered at once, however much the streams carry, and told what all have received', async () => {
    const { server, owner, stream } = await loaded();
    const other = await joining(server, owner);
    stream.send(frames(200_000));
    other.send(frames(300_000));
    await server.pass(250 * MS);
    owner.send('m 7\n');
    await server.pass(0);
    expect(owner.said('answer').at(-1)).toEqual({ kind: 'answer', marker: 7, residenceNs: 0 });
    expect(owner.said('report').at(-1)?.receivedBytes).toBe(500_000);
  });

  test('hears how busy the processor was', async () => {
    let us = 0;
    const server = await PretendServer.start({}, {}, { processorTime: () => (us += 25_000) });
    const owner = await owning(server);
    await server.pass(300 * MS);
    expect(owner.said('report').map(({ cpuMillionths }) => cpuMillionths)).toEqual([
      250_000, 250_000, 250_000,
    ]);
  });
});

describe('a rate that was granted', () => {
  const limits = { maxLoadBitsPerSecond: 8 * MBIT };

  test('is kept by the server, whatever is asked of it', async () => {
    const { server, stream } = await loaded({ limits });
    stream.send('b 0\n');
    await server.pass(2 * SECOND);
    expect(stream.receivedBytes / 2e6).toBeCloseTo(1, 1.7);
  });

  test('is kept by the server, however often a client asks for more', async () => {
    const { server, stream } = await loaded({ limits });
    for (let i = 0; i < 1_000; i++) {
      stream.send(i % 2 === 0 ? 'b 0\n' : `b ${4 * MBIT}\n`);
      await server.pass(2 * MS);
    }
    expect(stream.receivedBytes).toBeLessThan(2.1e6);
  });

  test('is shared by streams, one that comes later and one that leaves included', async () => {
    const { server, owner, stream } = await loaded({ limits });
    stream.send('b 0\n');
    await server.pass(SECOND);
    const other = await joining(server, owner);
    other.send('b 0\n');
    await server.pass(2 * SECOND);
    expect(stream.receivedBytes / 2e6).toBeCloseTo(1, 0.5);
    expect(other.receivedBytes / 1e6).toBeCloseTo(1, 1);
    other.raw.end();
    await server.pass(SECOND);
    expect(stream.receivedBytes / 3e6).toBeCloseTo(1, 0.5);
  });

  test('is kept by the client, or it waits', async () => {
    const { server, owner, stream } = await loaded({ limits });
    const other = await joining(server, owner);
    for (let i = 0; i < 40; i++) {
      stream.send(frames(100_000));
      other.send(frames(100_000));
      await server.pass(50 * MS);
    }
    const received = owner.said('report').at(-1)!.receivedBytes;
    expect(received).toBeGreaterThan(1.9e6);
    expect(received).toBeLessThan(2.6e6);
  });

  test('is not exceeded by connections that come, send for a moment, and leave', async () => {
    const { server, owner } = await loaded({ limits });
    for (let i = 0; i < 40; i++) {
      const stream = await joining(server, owner);
      stream.send(frames(100_000));
      await server.pass(50 * MS);
      stream.raw.end();
    }
    expect(owner.said('report').at(-1)!.receivedBytes).toBeLessThan(2.7e6);
  });

  test('is no trouble for a client that keeps it', async () => {
    const { server, owner, stream } = await loaded({ limits });
    const arrivals: number[] = [];
    for (let i = 0; i < 40; i++) {
      stream.send(`${frames(50_000)}m ${i}\n`);
      await server.pass(0);
      arrivals.push(stream.said('answer').length);
      await server.pass(50 * MS);
    }
    expect(arrivals).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(owner.over).toBeUndefined();
  });
});

test('what comes right behind the question is part of the load', async () => {
  const server = await PretendServer.start();
  const owner = await owning(server);
  const stream = await LoadClient.ask(server, `l ${owner.key}\n${frames(1_000)}m 1`);
  await server.pass(150 * MS);
  expect(stream.said('answer')).toHaveLength(1);
  expect(stream.said('report').at(-1)?.receivedBytes).toBe(1_000);
});
