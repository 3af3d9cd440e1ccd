/** How a load ends: in time, for all of its connections, whatever its client does. */
import { describe, expect, test } from 'vitest';
import { LINGER_NS, MS, PretendServer, SECOND } from '../pretend-server.ts';
import { frames, joining, type LoadClient, owning } from './load-client.ts';

const TICK = 100 * MS;

async function loaded(terms = '20000 0 8', options = {}) {
  const server = await PretendServer.start(options);
  const owner = await owning(server, terms);
  const down = await joining(server, owner);
  const up = await joining(server, owner);
  down.send('b 8000000\n');
  up.send(frames(50_000));
  await server.pass(SECOND);
  return { server, owner, down, up, all: [owner, down, up] };
}

function reasons(all: readonly LoadClient[]): (string | undefined)[] {
  return all.map(({ over }) => over);
}

describe('at the granted moment', () => {
  test('it is over, to the nanosecond, and nothing follows', async () => {
    const { server, down, all } = await loaded('3000 0 8');
    await server.pass(2 * SECOND - 1);
    expect(reasons(all)).toEqual([undefined, undefined, undefined]);
    await server.pass(1);
    expect(reasons(all)).toEqual(['time', 'time', 'time']);
    expect(all.every(({ raw }) => raw.ended)).toBe(true);
    expect(down.heard.at(-1)?.kind).toBe('over');
  });

  test('a client that goes on sending is cut off', async () => {
    const { server, owner, up } = await loaded('1500 0 8');
    const before = () => server.events.filter(({ kind }) => kind === 'load-end').length;
    await server.pass(SECOND / 2);
    expect(before()).toBe(1);
    for (let i = 0; i < 30; i++) {
      up.send(frames(50_000));
      await server.pass(TICK);
    }
    expect(up.raw.closed).toBe(true);
    expect(owner.raw.closed).toBe(true);
    expect(server.server.connections).toBe(0);
  });
});

describe('when its client', () => {
  test('closes the connection of the owner, all is over a tenth of a second later', async () => {
    const { server, owner, down, up } = await loaded();
    owner.raw.end();
    await server.pass(0);
    expect(owner.over).toBe('done');
    await server.pass(TICK);
    expect(reasons([down, up])).toEqual(['done', 'done']);
  });

  test('says on it that it is done, it is answered', async () => {
    const { server, owner, down } = await loaded();
    owner.send('e 0\n');
    await server.pass(TICK);
    expect(owner.heard.slice(-2)).toEqual([
      { kind: 'end', sentBytes: 0 },
      { kind: 'over', reason: 'done' },
    ]);
    expect(down.over).toBe('done');
  });

  test('closes a stream, the others go on', async () => {
    const { server, owner, down, up } = await loaded();
    up.raw.end();
    const before = down.receivedBytes;
    await server.pass(SECOND);
    expect(up.over).toBe('done');
    expect(reasons([owner, down])).toEqual([undefined, undefined]);
    expect(down.receivedBytes).toBeGreaterThan(before + 900_000);
  });

  test('resets a stream, the others go on', async () => {
    const { server, owner, down, up } = await loaded();
    down.raw.connection?.destroy();
    await server.pass(SECOND);
    expect(reasons([owner, up])).toEqual([undefined, undefined]);
    expect(server.reasons).toEqual(['connection-lost']);
  });

  test.each([
    ['sends garbage instead of a frame', 'GET / HTTP/1.1\r\n\r\n'],
    ['sends a frame that is too long', `d ${2 ** 21}\n`],
    ['sends a line without an end', 'm'.repeat(200)],
    ['says what servers say', 'r 1 2 3\n'],
    ['lies about what it has sent', 'e 49999\n'],
    ['sends markers at full speed', 'm 1\n'.repeat(100_000)],
  ])('%s, all is over', async (_, sent) => {
    const { server, up, all } = await loaded();
    up.send(sent);
    await server.pass(TICK);
    expect(reasons(all)).toEqual(['rules', 'rules', 'rules']);
    expect(server.ends.map(({ reason }) => reason)).toContain('invalid-measurement');
    await server.pass(LINGER_NS);
    expect(all.every(({ raw }) => raw.closed)).toBe(true);
    expect(server.server.connections).toBe(0);
    expect(await server.servesWell()).toBe(true);
  });

  test('sends data on the connection of the owner, all is over', async () => {
    const { server, owner, all } = await loaded();
    owner.send(frames(1_000));
    await server.pass(TICK);
    expect(reasons(all)).toEqual(['rules', 'rules', 'rules']);
  });
});

describe('when the server is told to stop', () => {
  test('all hear of it at once, and the server does not wait for the end of the load', async () => {
    const { server, all } = await loaded('60000 0 8', { graceMs: 10_000 });
    const before = server.nowNs;
    for (const { raw } of all) void raw.until(({ ended }) => ended).then(() => raw.end());
    await server.drive(server.server.close());
    expect(reasons(all)).toEqual(['shutdown', 'shutdown', 'shutdown']);
    expect(server.nowNs - before).toBe(0);
  });

  test('a client that does not close is not waited for longer than the grace period', async () => {
    const { server, all } = await loaded('60000 0 8', { graceMs: 500 });
    const before = server.nowNs;
    await server.drive(server.server.close());
    expect(reasons(all)).toEqual(['shutdown', 'shutdown', 'shutdown']);
    expect(server.nowNs - before).toBe(500 * MS);
  });
});

describe('afterwards', () => {
  test('the log has who asked, what was granted, what was carried, and why it ended', async () => {
    const { server, owner, down, up } = await loaded('60000 0 8');
    down.send('e 0\n');
    up.send('e 50000\n');
    await server.pass(SECOND);
    const sentBytes = down.receivedBytes;
    owner.raw.end();
    await server.pass(TICK);
    const loads = server.events.filter(({ kind }) => kind.startsWith('load'));
    const remote = { address: '127.0.0.1', port: expect.any(Number), family: 4 };
    expect(loads).toEqual([
      {
        kind: 'load',
        session: 1,
        remote,
        granted: { durationMs: 60_000, bitsPerSecond: 0, streams: 8 },
      },
      {
        kind: 'load-end',
        session: 1,
        remote,
        reason: 'done',
        streams: 2,
        receivedBytes: 50_000,
        sentBytes,
        durationNs: 2 * SECOND + TICK,
      },
    ]);
    expect(server.ends.map(({ session, reason }) => [session, reason])).toEqual([
      [1, 'terminated'],
      [2, 'terminated'],
      [3, 'terminated'],
    ]);
  });

  test('no timer is left, and no place is taken', async () => {
    const { server, all } = await loaded('2000 0 8');
    await server.pass(SECOND);
    for (const { raw } of all) raw.connection?.close();
    await server.pass(0);
    expect(server.server.connections).toBe(0);
    const nowNs = server.nowNs;
    while (server.clock.step());
    expect(server.nowNs - nowNs).toBeLessThan(SECOND);
  });
});
