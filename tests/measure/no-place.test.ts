/** Servers without a place for us: full, or gone after one connection. Neither is a foreign dialect. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { type RunOptions, startRun } from '../../src/measure/exchange/run.ts';
import type { Engine } from '../../src/net/engine.ts';
import { type Answer, PORT, serve, serveLines, type World, world } from './pretend-servers.ts';
import { failureOf } from './watching.ts';

const READY = '200 OK: Ready\n';
const CLOSING = '200 OK: Closing Connection\n';
const SETUP_ERROR = '404 ERROR: Invalid Connection Setup Message\n';
const OPTIONS = { host: 'echo.example', port: PORT, type: 'rtt', sizes: [10, 20] } as const;
const PLAIN_FORM = { sizes: [10], blocks: 1, warmupProbes: 0 };

function start({ clock, engine }: World, options: Partial<RunOptions> = {}) {
  return startRun({ engine, clock, analyse }, { ...OPTIONS, ...options });
}

function good(line: string): Answer {
  if (line.startsWith('s RTT')) return { say: READY };
  if (line === 't') return { refuse: CLOSING };
  return line.startsWith('m ') ? { say: `${line}\n` } : { refuse: SETUP_ERROR };
}

/** Says that it is full to every connection but these. */
async function serveFull({ network }: World, fromConnection = 0): Promise<void> {
  let connections = 0;
  await network.listen({ port: PORT }, (connection) => {
    const nothing = {
      onBytes: () => {},
      onDrain: () => {},
      onEnd: () => connection.close(),
      onClose: () => {},
    };
    if (connections++ >= fromConnection) {
      connection.write(Buffer.from(SETUP_ERROR));
      connection.end();
      return nothing;
    }
    return {
      ...nothing,
      onBytes: (chunk: Uint8Array) => {
        const answer = good(Buffer.from(chunk).toString('latin1').replace(/\n$/, ''));
        if (typeof answer === 'object')
          connection.write(Buffer.from('say' in answer ? answer.say : answer.refuse));
      },
    };
  });
}

describe('a server that is full', () => {
  test.each(['auto', 'size-first', 'probes-first'] as const)(
    'is named as that on the second connection, and no dialect is blamed (%s)',
    async (protocol) => {
      const here = world();
      await serveFull(here);
      const error = await failureOf(here.clock, start(here, { protocol }));
      expect(error.code).toBe('limit');
      expect(error.message).toMatch(/^the server is full, or does not serve this address: it refused/);
      expect(error.received).toContain('404 ERROR');
      expect(error.advice).not.toContain('--dialect');
      expect(here.network.dials).toBe(2);
    },
  );

  test('is named as that in the middle of a run, which keeps what it has', async () => {
    const here = world();
    await serveFull(here, 2);
    const error = await failureOf(here.clock, start(here, { protocol: 'size-first' }));
    expect(error.code).toBe('limit');
    expect(error.result.blocks.length).toBeGreaterThan(0);
  });

  test('is echolot itself with as many sessions as it may have', async () => {
    const here = world();
    await serve(here, { limits: { maxSessions: 1 } });
    const idle = { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => {} };
    const target = { host: 'echo.example', port: PORT, family: undefined };
    await here.clock.drive(here.network.dial(target, idle, { timeoutNs: 1e9, signal: undefined }));
    const error = await failureOf(here.clock, start(here));
    expect(error.code).toBe('limit');
  });

  test('is not what refuses a setup: it listens for as long as it is told nothing', async () => {
    const here = world();
    await serveLines(here, () => ({ refuse: SETUP_ERROR }));
    const error = await failureOf(here.clock, start(here, { protocol: 'size-first' }));
    expect(error).toMatchObject({ code: 'peer', phase: 'setup' });
    expect(error.message).toBe('the server refused the setup at 10 B');
  });

  test('that has a place again a moment later costs the run nothing', async () => {
    const here = world();
    await serveLines(here, (line, number, connection) =>
      connection === 1 && number === 0 ? { refuse: SETUP_ERROR } : good(line),
    );
    const result = await here.clock.drive(start(here, { protocol: 'size-first' }).result);
    expect(result.outcome.status).toBe('complete');
  });
});

describe('a server that takes one connection', () => {
  /** Listens no more once somebody has come. */
  async function serveOne(here: World, script: (line: string) => Answer): Promise<void> {
    const { network } = here;
    const listen = network.listen.bind(network);
    network.listen = async (options, accept) => {
      const listener = await listen(options, (connection) => {
        listener.close();
        return accept(connection);
      });
      return listener;
    };
    await serveLines(here, script);
  }

  test('is named as that with the remedy, and what its one session measured is in the report', async () => {
    const here = world();
    await serveOne(here, good);
    const error = await failureOf(here.clock, start(here));
    expect(error).toMatchObject({ code: 'peer', phase: 'connect' });
    expect(error.message).toContain('took one connection and no other');
    expect(error.advice).toContain('--dialect size-first --blocks 1 --warmup 0');
    expect(error.result.blocks.map(({ kind, round }) => [kind, round])).toEqual([['measured', 1]]);
    expect(error.result.series[0]?.statistics?.rttNs.n).toBe(10);
  });

  test('can be measured with that remedy', async () => {
    const here = world();
    await serveOne(here, good);
    const result = await here.clock.drive(start(here, { ...PLAIN_FORM, protocol: 'size-first' }).result);
    expect(result.outcome.status).toBe('complete');
  });

  test('is named as that when the one connection was spent on a dialect it does not speak', async () => {
    const here = world();
    await serveOne(here, () => ({ refuse: SETUP_ERROR }));
    const error = await failureOf(here.clock, start(here));
    expect(error.message).toContain('took one connection and no other');
    expect(error.advice).toContain('--dialect NAME --blocks 1 --warmup 0');
    expect(error.details).toEqual([
      'size-first: refused the setup ("404 ERROR: Invalid Connection Setup Message")',
    ]);
    expect(here.network.dials).toBe(3);
  });

  test('is named as that when the others only wait in the queue of its kernel', async () => {
    const here = world();
    await serveLines(here, (line, _, connection) => (connection === 0 ? good(line) : 'silence'));
    const error = await failureOf(here.clock, start(here));
    expect(error.message).toContain('took one connection and no other: no answer within');
    expect(error.result.series[0]?.statistics?.rttNs.n).toBe(10);
  });

  /** Ends or resets every connection but the first one. */
  function only(here: World, script: (line: string) => Answer, other: 'close' | 'reset'): Promise<unknown> {
    return serveLines(here, (line, _, connection) => {
      if (connection === 0) return script(line);
      return other === 'close' ? { refuse: '' } : 'reset';
    });
  }
  const echo = (line: string): Answer => ({ say: `${line}\n` });

  test.each([
    ['size-first', 'reset', good],
    ['size-first', 'close', good],
    ['plain', 'reset', echo],
    ['plain', 'close', echo],
  ] as const)(
    'is named as that when the others are taken to nothing (%s, %s)',
    async (protocol, other, script) => {
      const here = world();
      await only(here, script, other);
      const error = await failureOf(here.clock, start(here, { protocol }));
      expect(error.code).toBe('peer');
      expect(error.message).toContain('took one connection and no other');
      const name = protocol === 'plain' ? '--plain' : `--dialect ${protocol}`;
      expect(error.advice).toContain(`${name} --blocks 1 --warmup 0,`);
      expect(error.result.blocks.map(({ kind, round }) => [kind, round])).toEqual([['measured', 1]]);
      expect(error.result.series[0]?.statistics?.rttNs.n).toBe(10);
    },
  );

  test('is named as that in plain echo when the others only wait in the queue of its kernel', async () => {
    const here = world();
    await serveLines(here, (line, _, connection) => (connection === 0 ? echo(line) : 'silence'));
    const error = await failureOf(here.clock, start(here, { protocol: 'plain' }));
    expect(error.message).toContain('took one connection and no other');
    expect(error.result.blocks).toHaveLength(1);
  });

  test('is measured with stamps off where the question for them would use the connection up', async () => {
    const here = world();
    await only(here, good, 'reset');
    const engine: Engine = { ...here.engine, name: 'native' };
    const asked = await failureOf(here.clock, start({ ...here, engine }));
    expect(asked.advice).toContain('--dialect size-first --blocks 1 --warmup 0 --stamps off');
    const other = world();
    await only(other, good, 'reset');
    const unasked = await failureOf(
      other.clock,
      start({ ...other, engine: { ...other.engine, name: 'native' } }, { stamps: false }),
    );
    expect(unasked.advice).not.toContain('--stamps');
  });

  test.each(['size-first', 'plain'] as const)(
    'is not one that breaks off larger sizes: the smaller one is served again (%s)',
    async (protocol) => {
      const here = world();
      await serveLines(here, (line) => {
        if (line.includes(' 20 ') || line.length === 19) return 'reset';
        return protocol === 'plain' ? echo(line) : good(line);
      });
      const error = await failureOf(here.clock, start(here, { protocol }));
      expect(error.message).not.toContain('one connection');
      expect(error.code).toBe('network');
    },
  );

  test('is told as a possibility when it refused the first dialect, and reset the others', async () => {
    const here = world();
    await only(here, () => ({ refuse: SETUP_ERROR }), 'reset');
    const error = await failureOf(here.clock, start(here));
    expect(error.advice).toContain('it answered the first connection only');
    expect(error.advice).toContain('--dialect NAME --blocks 1 --warmup 0');
  });

  test('is told as a possibility when it answered the first dialect, and was silent to the others', async () => {
    const here = world();
    await serveLines(here, (_, __, connection) => (connection === 0 ? { refuse: SETUP_ERROR } : 'silence'));
    const error = await failureOf(here.clock, start(here));
    expect(error.advice).toContain('it answered the first connection only');
    expect(error.advice).toContain('--dialect NAME --blocks 1 --warmup 0');
  });

  test('is not a server that went away later', async () => {
    const here = world();
    const { network } = here;
    const listen = network.listen.bind(network);
    network.listen = async (options, accept) => {
      let taken = 0;
      const listener = await listen(options, (connection) => {
        if (++taken === 3) listener.close();
        return accept(connection);
      });
      return listener;
    };
    await serveLines(here, good);
    const error = await failureOf(here.clock, start(here));
    expect(error).toMatchObject({ code: 'network', phase: 'connect' });
  });
});
