/** What a server tells its log: everything that was understood, in the order in which it happened. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { EndReason } from '../../src/core/server/server-events.ts';
import { MemoryNetwork } from '../../src/net/memory/network.ts';
import type { ServerEvent } from '../../src/server/events.ts';
import { startServer } from '../../src/server/server.ts';
import { MS, PretendServer, SECOND } from './pretend-server.ts';

function kinds(server: PretendServer): string[] {
  return server.events.map((event) => ('session' in event ? `${event.session} ${event.kind}` : event.kind));
}

describe('events', () => {
  test('tell a session from its connection to its end, with all values of the setup', async () => {
    const server = await PretendServer.start({}, { latencyNs: MS });
    const client = await server.measuring('s TTPUT 1024 10 0.5\n');
    client.send('t\n');
    await server.drive(client.until(({ ended }) => ended));
    const { local } = client.connection!;
    expect(server.events).toEqual([
      { kind: 'connected', session: 1, remote: local },
      {
        kind: 'setup',
        session: 1,
        readings: [
          {
            dialect: expect.objectContaining({ name: 'size-first' }),
            setup: {
              measurement: 'throughput',
              payloadBytes: 1_024,
              probes: 10,
              delay: { delayNs: 500 * MS, unit: 'seconds' },
            },
          },
        ],
      },
      {
        kind: 'end',
        session: 1,
        remote: local,
        reason: 'terminated',
        detail: undefined,
        echoed: 0,
        durationNs: 3 * MS,
      },
    ]);
  });

  test('tell every dialect a setup can still be, then the one that the first probe settles', async () => {
    const server = await PretendServer.start();
    const client = await server.measuring('s rtt 3 5 250\n');
    const setup = server.events[1];
    const names = setup?.kind === 'setup' ? setup.readings.map(({ dialect }) => dialect.name) : [];
    expect(names).toEqual(['probes-first', 'zero-based', 'lower-size-first']);
    client.send('m 0 hello\n');
    await server.drive(client.whenReceived('m 0 hello\n'));
    expect(kinds(server)).toEqual(['1 connected', '1 setup', '1 dialect']);
    expect(server.events[2]).toMatchObject({
      reading: {
        dialect: { name: 'zero-based' },
        setup: { payloadBytes: 5, probes: 3, delay: { delayNs: 250 * MS, unit: 'milliseconds' } },
      },
    });
  });

  test('tell the delay as the server was told to read it', async () => {
    const server = await PretendServer.start({ delayUnit: 'milliseconds' });
    await server.measuring('s RTT 5 1 2\n');
    expect(server.events[1]).toMatchObject({
      readings: [{ setup: { delay: { delayNs: 2 * MS, unit: 'milliseconds' } } }],
    });
  });

  test('tell each of several setups in one connection, and one end', async () => {
    const server = await PretendServer.start({ dialect: 'zero-based' });
    const client = await server.measuring('s rtt 1 5 0\n');
    client.send('m 0 hello\ns tput 1 3 0\nm 0 abc\nt\n');
    await server.drive(client.until(({ ended }) => ended));
    expect(kinds(server)).toEqual(['1 connected', '1 setup', '1 setup', '1 end']);
    expect(server.ends[0]).toMatchObject({ reason: 'terminated', echoed: 2 });
  });

  test('tell sessions apart that run at the same time', async () => {
    const server = await PretendServer.start();
    const one = await server.measuring();
    const two = await server.measuring();
    two.send('m hello 1\nt\n');
    await server.drive(two.until(({ ended }) => ended));
    one.connection?.destroy();
    await server.pass(0);
    expect(kinds(server)).toEqual(['1 connected', '1 setup', '2 connected', '2 setup', '2 end', '1 end']);
    expect(server.ends.map(({ remote }) => remote.port)).toEqual([
      two.connection?.local.port,
      one.connection?.local.port,
    ]);
  });

  test('tell the end as soon as the session is over, not when the client has closed too', async () => {
    const server = await PretendServer.start();
    const client = await server.measuring();
    client.send('t\n');
    await server.drive(client.until(({ ended }) => ended));
    expect(server.reasons).toEqual(['terminated']);
    await server.pass(SECOND);
    client.end();
    await server.pass(SECOND);
    expect(server.reasons).toEqual(['terminated']);
  });

  const endings: [reason: EndReason, setup: string, probes: string, go: 'stay' | 'end' | 'destroy'][] = [
    ['invalid-setup', '', 's RTT 0 10 0\n', 'stay'],
    ['invalid-setup', '', 'm hello 1\n', 'stay'],
    ['invalid-setup', '', 'GET / HTTP/1.1\r\n', 'stay'],
    ['closed-by-peer', '', '', 'end'],
    ['closed-by-peer', '', 's RTT 5', 'end'],
    ['connection-lost', '', '', 'destroy'],
    ['invalid-measurement', 's RTT 5 10 0\n', 'm hello 2\n', 'stay'],
    ['invalid-measurement', 's RTT 5 1 0\n', 'm hello 1\nm hello 2\n', 'stay'],
    ['invalid-measurement', 's RTT 5 1 0\n', 's RTT 5 1 0\n', 'stay'],
    ['invalid-termination', 's RTT 5 10 0\n', 'tt\n', 'stay'],
    ['closed-by-peer', 's RTT 5 10 0\n', 'm hello 1\n', 'end'],
    ['closed-by-peer', 's RTT 5 10 0\n', 'm hel', 'end'],
    ['connection-lost', 's RTT 5 10 0\n', 'm hel', 'destroy'],
    ['terminated', 's RTT 5 10 0\n', 't\n', 'destroy'],
  ];

  test.each(endings)('tell the end %s after %j, %j and the client’s %s', async (reason, setup, sent, go) => {
    const server = await PretendServer.start();
    const client = setup === '' ? await server.dial() : await server.measuring(setup);
    client.send(sent);
    if (go === 'end') client.end();
    if (go === 'destroy') client.connection?.destroy();
    await server.pass(0);
    expect(server.reasons).toEqual([reason]);
    await server.pass(5 * SECOND);
    expect(server.reasons).toEqual([reason]);
  });

  test('say what was wrong, in one safe line', async () => {
    const server = await PretendServer.start();
    const client = await server.dial();
    client.send('\x1b[2J\x00\xff\n');
    await server.pass(0);
    expect(server.ends[0]?.detail).toBe('\\x1b[2J\\x00\\xff\\n');
  });
});

test('a server tells its address and what it grants before anything else', async () => {
  const events: ServerEvent[] = [];
  const network = new MemoryNetwork(new VirtualClock());
  const limits = { maxPayloadBytes: 4_096 };
  const server = await startServer(network, { port: 0, limits, onEvent: (event) => events.push(event) });
  const { endpoints } = server;
  expect(events).toEqual([
    {
      kind: 'listening',
      endpoints,
      limits: server.limits,
      memory: server.status().memory,
      load: true,
      engine: 'memory',
      threads: 1,
      notNative: undefined,
    },
  ]);
  expect(server.limits).toMatchObject({ maxPayloadBytes: 4_096, maxSessions: 1_024 });
});
