/** The addresses of a target in turn: a dead one costs its head start, and every failure is told. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { EcholotError } from '../../src/core/errors.ts';
import type { Address } from '../../src/facts/connection.ts';
import type { DialOutcome } from '../../src/net/dialer.ts';
import { race } from '../../src/net/reach/race.ts';

const MS = 1_000_000;
const TARGET = { host: 'mix', port: 9_900, family: undefined } as const;

/** What an address does: stands or fails after so many ms; silent when it is not told. */
interface Behaviour {
  readonly standsMs?: number;
  readonly fails?: { readonly afterMs: number; readonly error: EcholotError };
}

interface Outcome {
  readonly won: string | undefined;
  readonly error: EcholotError | undefined;
  readonly atMs: number;
  /** When each was begun, ms. */
  readonly begunMs: Readonly<Record<string, number>>;
  readonly abandoned: readonly string[];
  readonly outcome: DialOutcome | undefined;
}

async function run(
  behaviours: Readonly<Record<string, Behaviour>>,
  {
    timeoutMs = 2_000,
    spentMs = 0,
    cancelMs,
  }: { timeoutMs?: number; spentMs?: number; cancelMs?: number } = {},
): Promise<Outcome> {
  const clock = new VirtualClock();
  const abort = new AbortController();
  const begunMs: Record<string, number> = {};
  const abandoned: string[] = [];
  let outcome: DialOutcome | undefined;
  const nowMs = (): number => Number(clock.nowNs()) / MS;
  const after = (ms: number, action: () => void): void => {
    if (ms === 0) action();
    else clock.wakeAt(clock.nowNs() + BigInt(ms * MS), action);
  };
  if (cancelMs !== undefined) after(cancelMs, () => abort.abort());
  const addresses = Object.keys(behaviours).map((address): Address => ({ address, family: 4 }));
  const racing = race<string>(
    TARGET,
    addresses,
    ({ address }, end) => {
      begunMs[address] = nowMs();
      const { standsMs, fails } = behaviours[address] ?? {};
      if (standsMs !== undefined) after(standsMs, () => end.stands(address));
      if (fails !== undefined) after(fails.afterMs, () => end.fails(fails.error));
      return () => abandoned.push(address);
    },
    {
      timekeeper: clock,
      timeoutNs: timeoutMs * MS,
      spentNs: spentMs * MS,
      signal: abort.signal,
      onDialed: (found) => {
        outcome = found;
      },
    },
  );
  const settled = await clock.drive(
    racing.then(
      (won) => ({ won, error: undefined }),
      (error: EcholotError) => ({ won: undefined, error }),
    ),
  );
  return { ...settled, atMs: nowMs(), begunMs, abandoned, outcome };
}

function refused(address: string, afterMs: number): Behaviour {
  const message = `mix:9900 (${address}): connection refused: nothing listens there`;
  return {
    fails: { afterMs, error: new EcholotError('network', message, { advice: 'start a server there' }) },
  };
}

function reasons({ outcome }: Outcome): string[] {
  return outcome?.failures.map(({ address, error }) => `${address.address} ${error.code}`) ?? [];
}

describe('the first address that answers', () => {
  test('has the connection, and no other is even tried when it is quick', async () => {
    const found = await run({ a: { standsMs: 20 }, b: { standsMs: 1 } });
    expect(found).toMatchObject({ won: 'a', atMs: 20, begunMs: { a: 0 }, abandoned: [] });
    expect(found.outcome).toMatchObject({ chosen: { address: 'a' }, failures: [] });
  });

  test('is reached in one head start when the one before it is dead, and the dead one is named', async () => {
    const found = await run({ dead: {}, b: { standsMs: 10 } });
    expect(found).toMatchObject({ won: 'b', atMs: 260, begunMs: { dead: 0, b: 250 }, abandoned: ['dead'] });
    expect(reasons(found)).toEqual(['dead timeout']);
  });

  test('is tried at once when the one before it has refused', async () => {
    const found = await run({ a: refused('a', 5), b: { standsMs: 10 } });
    expect(found).toMatchObject({ won: 'b', atMs: 15, begunMs: { a: 0, b: 5 }, abandoned: [] });
    expect(reasons(found)).toEqual(['a network']);
  });

  test('is found behind any number that refuse before the call returns', async () => {
    const found = await run({ a: refused('a', 0), b: refused('b', 0), c: { standsMs: 0 } });
    expect(found).toMatchObject({ won: 'c', atMs: 0, abandoned: [] });
    expect(reasons(found)).toEqual(['a network', 'b network']);
  });

  test('may be one that was begun earlier and took its time', async () => {
    const found = await run({ slow: { standsMs: 300 }, b: { standsMs: 200 } });
    expect(found).toMatchObject({ won: 'slow', atMs: 300, abandoned: ['b'] });
    expect(reasons(found)).toEqual(['b timeout']);
  });

  test('accuses no other: one that is far has not failed, nor has its firewall', async () => {
    const { outcome } = await run({ far: { standsMs: 320 }, near: { standsMs: 2 } });
    expect(outcome?.failures).toMatchObject([
      {
        error: {
          message: 'mix:9900 (far): given up after 252 ms, since near answered',
          advice: 'to know whether it answers, measure it by itself',
        },
      },
    ]);
  });

  test('is tried within the time-out, however many dead ones come before it', async () => {
    const found = await run({ a: {}, b: {}, c: {}, d: { standsMs: 50 } }, { timeoutMs: 400 });
    expect(found).toMatchObject({ won: 'd', atMs: 350 });
  });
});

describe('when none answers', () => {
  test('each failure is told, with its own advice', async () => {
    const { error, atMs } = await run({ a: refused('a', 1), b: {} });
    expect(atMs).toBe(2_000);
    expect(error).toMatchObject({
      code: 'network',
      message:
        'mix:9900: none of its 2 addresses can be reached: a: connection refused: nothing listens there; b: no connection within 1999 ms',
      advice: 'for a, start a server there; for b, check the address and firewalls, or raise --timeout',
    });
  });

  test('those that failed alike are told together', async () => {
    const { error, atMs } = await run({ a: refused('a', 1), b: refused('b', 1) });
    expect(atMs).toBe(2);
    expect(error).toMatchObject({
      code: 'network',
      message: 'mix:9900 (a, b): connection refused: nothing listens there',
      advice: 'start a server there',
    });
  });

  test('looking up and connecting have one time-out together', async () => {
    const { error, atMs } = await run({ a: {}, b: {} }, { spentMs: 1_500 });
    expect(atMs).toBe(500);
    expect(error).toMatchObject({
      code: 'timeout',
      message: 'mix:9900 (a, b): no connection within 500 and 250 ms',
      advice: 'raise --timeout: so short a wait says nothing of a host or a firewall',
    });
  });

  test('a wish that cannot be had is not asked of the other addresses', async () => {
    const error = new EcholotError('usage', 'traffic class 300: the kernel refuses it');
    const found = await run({ a: { fails: { afterMs: 0, error } }, b: { standsMs: 1 } });
    expect(found).toMatchObject({ won: undefined, error, begunMs: { a: 0 } });
  });

  test('a run that is cancelled gives up all of them at once', async () => {
    const found = await run({ a: {}, b: {} }, { cancelMs: 300 });
    expect(found).toMatchObject({ error: { code: 'cancelled' }, atMs: 300, abandoned: ['a', 'b'] });
  });
});
