/** Whom a series of handshakes reaches, and what it refuses to do. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { startPing } from '../../src/measure/ping/ping.ts';
import type { PingOptions } from '../../src/measure/ping/ping-plan.ts';
import { handshakerOver } from '../../src/net/dialed-handshaker.ts';
import { MemoryNetwork } from '../../src/net/memory/network.ts';
import { MS, REFUSED, setting, TARGET, takes } from './pinging.ts';
import { advance } from './watching.ts';

describe('the target', () => {
  test('is the address that answered first: a name of many hosts is one path', async () => {
    const here = setting({ takesNs: MS, error: REFUSED }, { takesNs: MS });
    await here.clock.drive(here.start({ count: 4 }).result);
    const tried = here.handshaker.targets.map(({ addresses }) => addresses?.map(({ address }) => address));
    // Looked up once, also where nothing has answered yet.
    const both = ['192.0.2.6', '192.0.2.7'];
    expect(tried).toEqual([undefined, both, ['192.0.2.7'], ['192.0.2.7']]);
  });

  test('and those that its name stands for are in the record', async () => {
    const here = setting({ takesNs: MS });
    const { addresses } = await here.clock.drive(here.start({ count: 1 }).result);
    expect(addresses).toEqual({ lookedUp: ['192.0.2.6', '192.0.2.7'], chosen: '192.0.2.7', failed: [] });
  });

  test('options of the socket and the time limit reach the engine each time', async () => {
    const here = setting(...takes(1));
    await here.clock.drive(
      here.start({ count: 2, timeoutMs: 250, socket: { congestionControl: 'bbr' } }).result,
    );
    for (const options of here.handshaker.options) {
      expect(options).toMatchObject({ timeoutNs: 250 * MS, socket: { congestionControl: 'bbr' } });
    }
  });
});

describe('on the pretend network', () => {
  async function pingNetwork(latencyNs: number, options: Partial<PingOptions>) {
    const clock = new VirtualClock();
    const network = new MemoryNetwork(clock, { latencyNs });
    let open = 0;
    await network.listen({ port: TARGET.port }, (connection) => {
      open++;
      return {
        onBytes: () => {},
        onDrain: () => {},
        onEnd: () => connection.end(),
        onClose: (error) => {
          if (error === undefined) open--;
        },
      };
    });
    const handshaker = handshakerOver('memory', network);
    const run = startPing({ handshaker, clock: clock }, { ...TARGET, ...options });
    const result = await clock.drive(run.result);
    advance(clock, 10n * BigInt(latencyNs));
    return { result, open };
  }

  test('a handshake takes one round trip, and the server sees each connection end in peace', async () => {
    const { result, open } = await pingNetwork(3 * MS, { count: 5 });
    expect(result.replies.map(({ connectNs }) => connectNs)).toEqual(Array(5).fill(6 * MS));
    expect(open).toBe(0);
  });

  test('a path longer than the time limit is a series of time-outs', async () => {
    const { result } = await pingNetwork(60 * MS, { count: 3, timeoutMs: 100, intervalMs: 50 });
    expect(result.failures.map(({ atNs, error }) => [atNs / MS, error.code])).toEqual([
      [0, 'timeout'],
      [100, 'timeout'],
      [200, 'timeout'],
    ]);
    expect(result.missedSlots).toBe(2);
  });

  test('a port on which nothing listens is a series of refusals', async () => {
    const { result } = await pingNetwork(MS, { count: 2, port: 444 });
    expect(result.statistics).toMatchObject({ answered: 0, failed: 2, connectNs: null });
  });
});

describe('options that cannot be are refused before anything is sent', () => {
  test.each([
    [{ host: '' }, 'the host is empty'],
    [{ port: 0 }, 'the port cannot be 0'],
    [{ intervalMs: 9 }, 'the interval cannot be 9 ms'],
    [{ intervalMs: Number.NaN }, 'the interval cannot be NaN ms'],
    [{ count: 0 }, 'the number of handshakes cannot be 0'],
    [{ count: 1.5 }, 'the number of handshakes cannot be 1.5'],
    [{ timeoutMs: 0 }, 'the timeout cannot be 0 ms'],
    [{ family: 5 as 4 }, 'there is no address family 5'],
    [{ engine: 'rust' as 'node' }, 'there is no engine rust'],
    [{ socket: { trafficClass: 256 } }, 'the traffic class cannot be 256'],
    [{ family: 6 as const, socket: { bindAddress: '192.0.2.1' } }, '192.0.2.1 is no address of the family 6'],
  ])('%j', (options, message) => {
    const here = setting(...takes(1));
    expect(() => here.start(options)).toThrow(message);
    expect(here.startsMs()).toEqual([]);
  });
});
