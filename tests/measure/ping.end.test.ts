/** A series of handshakes that is stopped, cancelled or has failed: it ends when it is told, with what it had. */
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../src/core/errors.ts';
import { PingError } from '../../src/measure/outcome.ts';
import { startPing } from '../../src/measure/ping/ping.ts';
import { networkError } from '../../src/net/errors/network-error.ts';
import { MS, ORIGIN_NS, REFUSED, setting, TARGET, takes } from './pinging.ts';
import type { ScriptedHandshake } from './scripted-handshaker.ts';

describe('a stop of the program', () => {
  /** Three handshakes, 30 ms each unless scripted, while the process is heard to go on at these times. */
  function stopped(continuedAtMs: readonly number[], script: readonly ScriptedHandshake[]) {
    const { clock, handshaker } = setting(...script);
    let watching = true;
    const watchSuspensions = () => ({
      continuedAtNs: continuedAtMs.map((ms) => ORIGIN_NS + BigInt(ms * MS)),
      settled: () => Promise.resolve(),
      stop: () => {
        watching = false;
      },
    });
    const deps = { handshaker, clock: clock, watchSuspensions };
    const run = startPing(deps, { ...TARGET, count: 3, timeoutMs: 100 });
    return { clock, run, isWatching: () => watching };
  }

  test('is in no figure of the application; the kernel was not stopped, and its figure stands', async () => {
    const { clock, run, isWatching } = stopped([1_020], [{ takesNs: 30 * MS, handshakeRttNs: 24_000 }]);
    const { replies, statistics } = await clock.drive(run.result);
    expect(replies.map(({ connectNs }) => connectNs)).toEqual([30 * MS, null, 30 * MS]);
    expect(statistics).toMatchObject({
      answered: 3,
      suspended: 1,
      handshakeRttNs: { n: 3, max: 24_000 },
      connectNs: { n: 2, max: 30 * MS },
    });
    expect(isWatching()).toBe(false);
  });

  test('between two handshakes spoils neither', async () => {
    const { clock, run } = stopped([500], takes(30));
    expect((await clock.drive(run.result)).statistics).toMatchObject({ suspended: 0, connectNs: { n: 3 } });
  });

  test('makes no time-out that never was: the start is left out, and made up for', async () => {
    const late = new EcholotError('timeout', 'no connection within 100 ms');
    const { clock, run } = stopped(
      [80],
      [{ takesNs: 100 * MS, error: late }, { takesNs: MS }, { takesNs: MS }, { takesNs: MS }],
    );
    const { replies, failures, missedSlots } = await clock.drive(run.result);
    expect(replies.map(({ sequence, atNs }) => [sequence, atNs / MS])).toEqual([
      [1, 1_000],
      [2, 2_000],
      [3, 3_000],
    ]);
    expect({ failures, missedSlots }).toEqual({ failures: [], missedSlots: 1 });
  });

  test('does not excuse a refusal: that was an answer', async () => {
    const { clock, run } = stopped([20], [{ takesNs: 30 * MS, error: REFUSED }]);
    expect((await clock.drive(run.result)).statistics).toMatchObject({ failed: 3 });
  });
});

describe('the end', () => {
  test('cancelled between two handshakes: at once, with the result of those made', async () => {
    const here = setting(...takes(10));
    const run = here.start({ intervalMs: 60_000 });
    here.clock.wakeAt(ORIGIN_NS + BigInt(90_000 * MS), () => run.cancel());
    const result = await here.clock.drive(run.result);
    expect(result.durationNs).toBe(90_000 * MS);
    expect(result).toMatchObject({
      outcome: { status: 'cancelled' },
      statistics: { answered: 2, failed: 0 },
    });
  });

  test('cancelled during a handshake: at once, and that one is neither reply nor failure', async () => {
    const here = setting(...takes(10, 5_000));
    const run = here.start();
    here.clock.wakeAt(ORIGIN_NS + BigInt(1_500 * MS), () => run.cancel());
    const result = await here.clock.drive(run.result);
    expect(result.durationNs).toBe(1_500 * MS);
    expect(result.statistics).toMatchObject({ answered: 1, failed: 0 });
  });

  test('the signal of the caller ends it as cancel() does', async () => {
    const here = setting(...takes(10));
    const abort = new AbortController();
    const run = here.start({ signal: abort.signal });
    here.clock.wakeAt(ORIGIN_NS + BigInt(500 * MS), () => abort.abort());
    expect((await here.clock.drive(run.result)).outcome.status).toBe('cancelled');
  });

  test('a signal that was aborted before leaves nothing to do', async () => {
    const here = setting(...takes(10));
    const { replies } = await here.clock.drive(here.start({ signal: AbortSignal.abort() }).result);
    expect({ replies, starts: here.startsMs() }).toEqual({ replies: [], starts: [] });
  });

  test('what this machine lacks is no loss of the path, and the series goes on', async () => {
    const usedUp = networkError(
      'host.example:443',
      Object.assign(new Error('connect EADDRNOTAVAIL'), { code: 'EADDRNOTAVAIL', syscall: 'connect' }),
    );
    const here = setting({ takesNs: MS, error: usedUp }, { takesNs: MS });
    const run = here.start({ count: 4 });
    const result = await here.clock.drive(run.result);
    expect(result.statistics).toMatchObject({ answered: 2, failed: 0, unsent: 2 });
    expect(result.failures).toEqual([]);
    expect(result.unsent?.map(({ sequence, error }) => [sequence, error.code])).toEqual([
      [1, 'limit'],
      [3, 'limit'],
    ]);
    expect(result.outcome.status).toBe('complete');
  });

  test('a route that this machine lacks is no loss of the path either', async () => {
    const error = new EcholotError('network', 'host.example:443: the network is unreachable');
    error.nothingSent = true;
    const here = setting({ takesNs: MS, error });
    const { statistics } = await here.clock.drive(here.start({ count: 2 }).result);
    expect(statistics).toMatchObject({ failed: 0, unsent: 2 });
  });

  const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND'), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
  });
  test.each([
    ['a name that nobody knows', networkError('host.example:443', unknown)],
    ['a wish that the engine refuses', new EcholotError('usage', 'no such option')],
    ['a fault of echolot', new TypeError('undefined is not a function') as EcholotError],
  ])('%s ends it: the next handshake would not fare better', async (_what, error) => {
    const here = setting({ takesNs: MS, error });
    const failure = await here.clock.drive(here.start().result.catch((thrown: unknown) => thrown));
    expect(failure).toBeInstanceOf(PingError);
    expect((failure as PingError).result).toMatchObject({
      failures: [],
      outcome: { status: 'failed', error: { message: error.message } },
    });
  });

  test('the engine is closed once, however the series ends', async () => {
    const complete = setting(...takes(1));
    await complete.clock.drive(complete.start({ count: 2 }).result);
    const failed = setting({ takesNs: 1, error: new EcholotError('usage', 'no such option') });
    await failed.clock.drive(failed.start().result.catch(() => {}));
    expect([complete.handshaker.closed, failed.handshaker.closed]).toEqual([1, 1]);
  });
});
