/** `echolot send`: what came is shown in full, and only the exact echo is a success. */
import { describe, expect, test } from 'vitest';
import { sendCommand } from '../../src/cli/run/send.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { EcholotError } from '../../src/core/errors.ts';
import type { Connection } from '../../src/net/connection.ts';
import { type LinkOptions, MemoryNetwork } from '../../src/net/memory/network.ts';

const PORT = 9_900;
const MS = 1_000_000;

/** What a server does with each chunk that it gets. */
type Behaviour = (connection: Connection, chunk: Uint8Array) => void;

interface Setting {
  readonly server?: Behaviour;
  readonly link?: LinkOptions;
  readonly words?: { readonly host: string; readonly second?: string; readonly third?: string };
  readonly timeoutMs?: number;
}

interface Sent {
  readonly code: number | undefined;
  readonly error: EcholotError | undefined;
  readonly lines: readonly string[];
  readonly tookNs: number;
  /** As the server saw it. */
  readonly ended: boolean;
}

async function send({ server, link, words, timeoutMs = 1_000 }: Setting): Promise<Sent> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyNs: MS, ...link });
  let ended = false;
  if (server !== undefined) {
    await network.listen({ port: PORT }, (connection) => ({
      onBytes: (chunk) => server(connection, chunk.slice()),
      onDrain: () => {},
      onEnd: () => {
        ended = true;
      },
      onClose: () => {
        ended = true;
      },
    }));
  }
  let text = '';
  const { host, second = undefined, third = undefined } = words ?? { host: `localhost:${PORT}` };
  const startNs = clock.nowNs();
  const outcome = sendCommand({ host, second, third, timeoutMs }, network, (more) => {
    text += more;
  }).then(
    (code) => ({ code, error: undefined }),
    (error: EcholotError) => ({ code: undefined, error }),
  );
  const { code, error } = await clock.drive(outcome);
  const tookNs = Number(clock.nowNs() - startNs);
  return { code, error, lines: text.split('\n').slice(0, -1), tookNs, ended };
}

const echo: Behaviour = (connection, chunk) => connection.write(chunk);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const TRANSCRIPT = [
  `Connecting to localhost port ${PORT}`,
  'Sending Hello world!',
  'Received: Hello world!',
  'Closing connection to the server',
];

describe('the exact echo', () => {
  test('is done, with the lines of the assignment', async () => {
    const { code, lines } = await send({ server: echo });
    expect({ code, lines }).toEqual({ code: 0, lines: TRANSCRIPT });
  });

  test('may come byte by byte', async () => {
    const { code, lines } = await send({ server: echo, link: { chunkBytes: 1 } });
    expect({ code, lines }).toEqual({ code: 0, lines: TRANSCRIPT });
  });

  test('does not wait long for what never comes: a server that does not close', async () => {
    const { code, tookNs } = await send({ server: echo, timeoutMs: 60_000 });
    expect(code).toBe(0);
    expect(tookNs).toBeLessThan(500 * MS);
  });

  test('of a server that closes with its client ends at once', async () => {
    const closing: Behaviour = (connection, chunk) => {
      connection.write(chunk);
      connection.end();
    };
    const { code, tookNs } = await send({ server: closing });
    expect(code).toBe(0);
    expect(tookNs).toBeLessThan(10 * MS);
  });

  test.each([
    [{ host: 'localhost', second: String(PORT), third: 'Grüße 🙂' }],
    [{ host: `localhost:${PORT}`, second: 'Grüße 🙂' }],
  ])('of a text of one’s own: %j', async (words) => {
    const { code, lines } = await send({ server: echo, words });
    expect(code).toBe(0);
    expect(lines).toContain('Received: Grüße 🙂');
  });
});

describe('anything else is a failure, and shown in full', () => {
  test.each([
    ['a refusal of another protocol', '404 ERROR: Invalid Connection Setup Message\n'],
    ['stale bytes before the echo', 'old Hello world!'],
    ['something of the same length', 'Hello World!'],
    ['something shorter', 'Bye'],
  ])('%s', async (_what, answer) => {
    const { error, lines } = await send({ server: (connection) => connection.write(bytes(answer)) });
    expect(error).toMatchObject({
      code: 'peer',
      message: `localhost:${PORT}: what came back is not what was sent`,
    });
    expect(lines[2]).toBe(`Received: ${answer.replace('\n', '\\u000a')}`);
  });

  test('bytes behind the echo, however late in the same moment they come', async () => {
    const { error, lines } = await send({
      server: (connection, chunk) => {
        connection.write(chunk);
        connection.write(bytes('!!'));
      },
    });
    expect(error).toMatchObject({ code: 'peer' });
    expect(error?.message).toContain('2 bytes more than what was sent came back');
    expect(lines[2]).toBe('Received: Hello world!!!');
  });

  test('one byte behind the echo, which is one', async () => {
    const { error } = await send({
      server: (connection, chunk) => connection.write(bytes(`${Buffer.from(chunk).toString()}!`)),
    });
    expect(error?.message).toContain('1 byte more than what was sent came back');
  });

  test('a part of the echo, and the end', async () => {
    const { error, lines } = await send({
      server: (connection, chunk) => {
        connection.write(chunk.subarray(0, 5));
        connection.end();
      },
    });
    expect(error?.message).toContain('closed the connection after 5 of 12 bytes of the echo');
    expect(lines[2]).toBe('Received: Hello');
  });

  test('a part of the echo, and silence until the time is over', async () => {
    const { error, lines, tookNs } = await send({
      server: (connection, chunk) => connection.write(chunk.subarray(0, 5)),
    });
    expect(error).toMatchObject({ code: 'timeout' });
    expect(error?.message).toContain('5 of 12 bytes came back within 1000 ms');
    expect(lines[2]).toBe('Received: Hello');
    expect(tookNs).toBe(1_000 * MS);
  });

  test('silence', async () => {
    const { error, lines } = await send({ server: () => {} });
    expect(error?.message).toBe(`localhost:${PORT}: nothing came back within 1000 ms`);
    expect(lines).toEqual([TRANSCRIPT[0], TRANSCRIPT[1], TRANSCRIPT[3]]);
  });

  test('a reset', async () => {
    const { error } = await send({ server: (connection) => connection.destroy() });
    expect(error).toMatchObject({ code: 'network' });
    expect(error?.message).toContain('reset by the peer');
  });
});

test('where nothing connects, the error is that of the connection', async () => {
  const { error, lines } = await send({});
  expect(error).toMatchObject({ code: 'network' });
  expect(error?.message).toContain('connection refused');
  expect(lines).toEqual([TRANSCRIPT[0]]);
});

test('a server that floods is left as soon as it is known not to echo, and is not kept in memory', async () => {
  let written = 0;
  const { error, lines, ended } = await send({
    server: (connection) => {
      for (let i = 0; i < 1_000; i++, written++) connection.write(bytes('Hello world!'.repeat(100)));
    },
    link: { bytesPerSecond: 1e6 },
    timeoutMs: 60_000,
  });
  expect(error?.message).toContain('at least 4096 bytes more than what was sent came back');
  expect(lines[2]?.length).toBeLessThan(5_000);
  expect(lines[2]?.endsWith('...')).toBe(true);
  expect({ written, ended }).toEqual({ written: 1_000, ended: true });
});

test('neither control characters nor marks of direction of the server reach the terminal', async () => {
  const evil = 'a\u001b[2J\u009b\u202ecod.exe\u2066\u200b\u061c';
  const { lines } = await send({ server: (connection) => connection.write(bytes(evil)) });
  expect(lines[2]).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

describe('words that cannot be', () => {
  test.each([
    [{ host: 'localhost' }, 'the port is missing'],
    [{ host: 'localhost', second: 'hello' }, '"hello" is no port'],
    [{ host: 'localhost', second: '0' }, '"0" is no port'],
    [{ host: 'localhost:9900', second: 'hello', third: 'world' }, '"world" is one word too many'],
    [{ host: 'http://localhost', second: '80' }, 'http://localhost is a URL'],
    [{ host: 'localhost:9900', second: '' }, 'the message is empty'],
  ])('%j', async (words, what) => {
    const { error, lines } = await send({ words });
    expect(error).toMatchObject({ code: 'usage' });
    expect(error?.message).toContain(what);
    expect(lines).toEqual([]);
  });
});
