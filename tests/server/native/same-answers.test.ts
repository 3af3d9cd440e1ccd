/** Whoever talks to the native server cannot tell it from the one over node:net, and neither can its log. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DIALECT_NAMES, DIALECTS } from '../../../src/core/wire/dialects.ts';
import { encodeSetup, ProbeWriter } from '../../../src/core/wire/encode.ts';
import { type EchoServer, type ServeOptions, type ServerEvent, serve } from '../../../src/index.ts';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { talk } from './talk.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** A whole session of a dialect: setup, probes, termination. */
function session(name: (typeof DIALECT_NAMES)[number]): string[] {
  const dialect = DIALECTS[name];
  const probes = Math.max(3, dialect.setup.minProbes);
  const setup = {
    measurement: 'rtt',
    payloadBytes: 12,
    probes,
    delay: { delayNs: 0, unit: 'seconds' },
  } as const;
  const writer = new ProbeWriter(dialect, setup.payloadBytes);
  const first = dialect.probe.firstSequence;
  const messages = Array.from({ length: probes }, (_, i) => latin1(writer.write(first + i)));
  return [latin1(encodeSetup(dialect, setup)), ...messages, dialect.bye.message];
}

/** Each of other letters, so that one in the place of another is seen. */
function largeProbes(count: number, payloadBytes: number): string {
  const probe = (_: unknown, i: number): string =>
    `m ${'abcdefgh'.charAt(i).repeat(payloadBytes)} ${i + 1}\n`;
  return Array.from({ length: count }, probe).join('');
}

const CONVERSATIONS: readonly (readonly [string, readonly string[]])[] = [
  ...DIALECT_NAMES.map((name) => [name, session(name)] as const),
  ['a delayed session', ['s RTT 3 2 0.002\n', 'm abc 1\n', 'm abc 2\n', 't\n']],
  ['a setup that cannot be', ['s RTT nothing\n']],
  ['a setup over the limits', ['s RTT 99999999 1 0\n']],
  ['a wrong probe', ['s RTT 3 2 0\n', 'm abc 2\n']],
  ['a wrong termination', ['s RTT 3 1 0\n', 'm abc 1\n', 'tea\n']],
  ['no end in sight', ['x'.repeat(10_000)]],
  ['an end in the middle', ['s RTT 3 1 0\n', 'm a']],
  ['silence', []],
  ['all in one', ['s RTT 3 2 0\nm abc 1\nm abc 2\nt\n']],
  ['large probes, sent ahead', ['s TTPUT 300000 6 0\n', `${largeProbes(6, 300_000)}t\n`]],
  ['a large message', ['s TPUT 700000 1 0\n', `m ${'y'.repeat(700_000)} 1\n`, 't\n']],
];

/** What an event says but for where and how long, and what an engine takes of memory. */
function essence(event: ServerEvent): unknown {
  const {
    durationNs: _duration,
    remote: _remote,
    endpoints: _endpoints,
    engine: _engine,
    memory: _memory,
    ...rest
  } = {
    durationNs: 0,
    remote: undefined,
    endpoints: undefined,
    engine: undefined,
    memory: undefined,
    ...event,
  };
  return rest;
}

/** All that was told of each session, in the order of sessions: what several tell at once has no order. */
function bySession(events: readonly ServerEvent[]): unknown[] {
  const number = (event: ServerEvent): number => ('session' in event ? event.session : 0);
  return events.toSorted((a, b) => number(a) - number(b)).map(essence);
}

interface Served {
  readonly server: EchoServer;
  readonly events: readonly ServerEvent[];
}

async function serveWatched(options: ServeOptions): Promise<Served> {
  const events: ServerEvent[] = [];
  const onEvent = (event: ServerEvent): void => void events.push(event);
  return { server: await serve({ host: '127.0.0.1', port: 0, ...options, onEvent }), events };
}

describe.skipIf(nativeUnavailable() !== undefined)('the native server', () => {
  const servers: Partial<Record<'native' | 'node', Served>> = {};
  beforeAll(async () => {
    for (const engine of ['native', 'node'] as const) servers[engine] = await serveWatched({ engine });
  });
  afterAll(async () => {
    for (const { server } of Object.values(servers)) await server.close();
  });

  test.each(CONVERSATIONS)('answers %s byte for byte as the node server does', async (_name, parts) => {
    const { native, node } = servers;
    const [nativePort, nodePort] = [native, node].map((served) => served?.server.endpoints[0]?.port ?? 0);
    const expected = await talk(nodePort ?? 0, parts);
    expect(await talk(nativePort ?? 0, parts)).toBe(expected);
  });

  test('logs the same of all that', async () => {
    for (const { server } of Object.values(servers)) await server.close();
    const [native, node] = [servers.native, servers.node].map((served) => bySession(served?.events ?? []));
    expect(native).toEqual(node);
    expect(native?.length).toBeGreaterThan(3 * DIALECT_NAMES.length);
  });

  test('tells every byte of a plain echo, each as it was', async () => {
    const { server, events } = await serveWatched({ engine: 'native', mode: 'echo' });
    const words = ['first', 'second', `third ${'z'.repeat(100_000)}`];
    const answer = await talk(server.endpoints[0]!.port, words.slice(0, 2));
    expect(answer).toBe('firstsecond');
    await talk(server.endpoints[0]!.port, [words[2]!]);
    await server.close();
    const echoed = events.flatMap((event) =>
      event.kind === 'echo' ? [Buffer.from(event.bytes).toString()] : [],
    );
    expect(echoed.join('')).toBe(words.join(''));
  });
});
