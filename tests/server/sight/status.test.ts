/** What an operator is told of a server: nobody is refused or dropped without being counted. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { ServerCounters } from '../../../src/server/counters.ts';
import { ServerLoadDesk } from '../../../src/server/load/desk.ts';
import { LoadPlaces } from '../../../src/server/load/load-places.ts';
import { planServer } from '../../../src/server/plan.ts';
import { startServer } from '../../../src/server/server.ts';
import { countsOf } from '../../../src/server/sight/status.ts';
import { PretendServer, SECOND } from '../pretend-server.ts';
import { RecordedNetwork } from '../recorded-network.ts';

describe('an operator sees', () => {
  test('each session begun, open and ended, by how it ended', async () => {
    const server = await PretendServer.start();
    const done = await server.measuring('s RTT 1 1 0\n');
    done.send('m x 1\nt\n');
    const wrong = await server.dial();
    wrong.send('s RTT nonsense\n');
    const open = await server.measuring('s RTT 700 1 0\n');
    await server.pass(SECOND);
    expect(server.server.status()).toMatchObject({
      isAccepting: true,
      sessions: 1,
      reservedPayloadBytes: 701,
      sessionsBegun: 3,
      sessionsEnded: { terminated: 1, 'invalid-setup': 1, shutdown: 0 },
      echoed: 1,
    });
    expect(open.received).toBe('');
  });

  test('each connection that was refused, and each that was dropped without a word', async () => {
    const server = await PretendServer.start({ limits: { maxSessions: 1 } });
    await server.measuring();
    for (let client = 0; client < 130; client++) await server.dial();
    expect(server.server.status()).toMatchObject({
      sessions: 1,
      refused: { full: 128, share: 0 },
      dropped: { untold: 2 },
    });
  });
});

test('a client over its share does not pass for a server that is full', async () => {
  const network = new RecordedNetwork();
  const server = await startServer(network, { limits: { maxClientSessions: 1 } });
  network.connect();
  network.connect();
  expect(server.status()).toMatchObject({ clients: 1, refused: { full: 0, share: 1 } });
});

describe('whoever looks whether the server is there', () => {
  test.each([
    ['says nothing', ''],
    ['says half a word', 's RTT 5'],
  ])('and %s is counted as that, and not as a client that was lost', async (_, said) => {
    const server = await PretendServer.start();
    const client = await server.dial();
    client.send(said).end();
    await server.drive(client.until(({ closed }) => closed));
    expect(server.ends).toMatchObject([{ reason: 'closed-by-peer', isHealthCheck: true }]);
    expect(server.server.status().sessionsEnded).toMatchObject({ 'health-check': 1, 'closed-by-peer': 0 });
  });

  test('is told from a client that leaves in the middle, and from one that breaks a rule', async () => {
    const server = await PretendServer.start();
    const client = await server.measuring();
    client.end();
    await server.pass(SECOND);
    const stranger = await server.dial();
    stranger.send('GET / HTTP/1.1\r\n').end();
    await server.pass(SECOND);
    expect(server.reasons).toEqual(['closed-by-peer', 'invalid-setup']);
    expect(server.ends.some(({ isHealthCheck }) => isHealthCheck)).toBe(false);
  });

  test('of a plain echo server as well', async () => {
    const server = await PretendServer.start({ mode: 'echo' });
    for (const said of ['', 'x']) {
      (await server.dial()).send(said).end();
      await server.pass(SECOND);
    }
    expect(server.server.status().sessionsEnded).toMatchObject({ 'health-check': 1, 'closed-by-peer': 1 });
  });
});

test('a load that has to wait and a stream that may not join are counted, and bytes of all loads add up', () => {
  const { limits } = planServer({});
  const places = new LoadPlaces(limits);
  const question = { kind: 'new', durationMs: 1_000, bitsPerSecond: 0, streams: 1 } as const;
  const owner = { session: 1, remote: { address: '192.0.2.1', port: 1, family: 4 } } as const;
  const desk = () =>
    new ServerLoadDesk(
      places,
      { limits: () => limits, take: () => undefined, giveBack: () => {} },
      new VirtualClock(),
      owner,
    );
  for (let round = 0; round < 2; round++) {
    const first = desk();
    expect(first.answer(question)?.kind).toBe('granted');
    expect(desk().answer(question)?.kind).toBe('wait');
    expect(desk().answer({ kind: 'join', key: 'wrong' })).toBeUndefined();
    first.grant?.load.add('receivedBytes', 10);
    first.grant?.load.add('sentBytes', 20);
    first.grant?.load.leave(0n);
  }
  expect(countsOf(new ServerCounters(), places).loads).toEqual({
    underWay: 0,
    waiting: 0,
    begun: 2,
    busy: 2,
    turnsGiven: 0,
    turnsLost: { left: 0, expired: 0 },
    joinsRefused: 2,
    receivedBytes: 20,
    sentBytes: 40,
  });
});
