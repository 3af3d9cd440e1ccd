/** A name with several addresses: a run measures one of them, and tells of the others. */
import { expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { compareRecordings } from '../../src/analysis/compare.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { Address } from '../../src/facts/connection.ts';
import { startComparison } from '../../src/measure/comparison/comparison.ts';
import { startRun } from '../../src/measure/exchange/run.ts';
import { MemoryNetwork, type Places } from '../../src/net/memory/network.ts';
import { createLoopEngine } from '../../src/net/session/session-loop.ts';
import type { Result } from '../../src/result/result.ts';
import { startServer } from '../../src/server/server.ts';

const MS = 1_000_000;
const PORT = 9_900;
const NEAR = '192.0.2.2';
const FAR = '192.0.2.3';
const OPTIONS = { host: 'mix', port: PORT, type: 'rtt', sizes: [10], probes: 40, blocks: 4 } as const;

/** A resolver that answers in turn: each time with another address first. */
async function mixed(links: Places['links'] = {}) {
  const clock = new VirtualClock();
  let lookUps = 0;
  const places: Places = {
    links: { [NEAR]: { latencyNs: 5 * MS }, [FAR]: { latencyNs: 15 * MS }, ...links },
    lookUp: async () => {
      const both: Address[] = [NEAR, FAR].map((address) => ({ address, family: 4 }));
      return lookUps++ % 2 === 0 ? both : both.toReversed();
    },
  };
  const network = new MemoryNetwork(clock, {}, places);
  await startServer(network, { port: PORT, dialect: 'probes-first' });
  const engine = createLoopEngine('memory', network);
  return { clock, engine, lookUps: () => lookUps };
}

function remotes({ blocks }: Result): string[] {
  return [...new Set(blocks.map(({ remote }) => remote.address))];
}

test('all sessions of a run go to one address, also those that found the dialect out', async () => {
  const { clock, engine, lookUps } = await mixed();
  const result = await clock.drive(startRun({ engine, clock, analyse }, OPTIONS).result);
  expect(result.dialect.attempts).toHaveLength(1);
  expect(result.blocks.length).toBeGreaterThan(4);
  expect(remotes(result)).toEqual([NEAR]);
  expect(lookUps()).toBe(1);
  expect(result.runs[0]?.addresses).toEqual({ lookedUp: [NEAR, FAR], chosen: NEAR, failed: [] });
});

test('a dead first address costs one head start in a run, and is named in the record', async () => {
  const { clock, engine } = await mixed({ [NEAR]: 'silent' });
  const result = await clock.drive(startRun({ engine, clock, analyse }, { ...OPTIONS, spreadMs: 0 }).result);
  expect(remotes(result)).toEqual([FAR]);
  expect(result.runs[0]?.addresses).toMatchObject({
    chosen: FAR,
    failed: [{ address: NEAR, error: { code: 'timeout', message: expect.stringContaining(NEAR) } }],
  });
  // 250 ms once; each probe takes 30 ms, each session a few round trips more.
  expect(result.runs[0]?.durationNs).toBeLessThan(3_000 * MS);
});

test('a run that reaches no address keeps what it has found of each', async () => {
  const { clock, engine } = await mixed({ [NEAR]: 'silent', [FAR]: 'silent' });
  const run = startRun({ engine, clock, analyse }, { ...OPTIONS, timeoutMs: 2_000 });
  const failure = await clock.drive(
    run.result.then(
      () => undefined,
      (error) => error,
    ),
  );
  expect(failure).toMatchObject({ code: 'timeout', phase: 'connect' });
  expect(failure.result.runs[0].addresses).toMatchObject({
    chosen: null,
    failed: [{ address: NEAR }, { address: FAR }],
  });
  expect(clock.nowNs()).toBe(BigInt(2_000 * MS));
});

test('two ways to measure one target go to one server, not to whichever its name gives next', async () => {
  const { clock, engine } = await mixed();
  const side = { engine, fallback: null };
  const options = { ...OPTIONS, spreadMs: 0 };
  const { a, b } = await clock.drive(
    startComparison(
      { a: side, b: side, clock, compareRecordings },
      { a: { label: 'one', options }, b: { label: 'other', options: { ...options, wait: 'adaptive' } } },
    ).result,
  );
  expect([remotes(a), remotes(b)]).toEqual([[NEAR], [NEAR]]);
});

test('each side of a comparison keeps to an address of its own', async () => {
  const { clock, engine } = await mixed({ [FAR]: 'silent' });
  const side = { engine, fallback: null };
  const options = { ...OPTIONS, spreadMs: 0 };
  const { a, b } = await clock.drive(
    startComparison(
      { a: side, b: side, clock, compareRecordings },
      { a: { label: 'name', options }, b: { label: 'address', options: { ...options, host: '192.0.2.9' } } },
    ).result,
  );
  expect([remotes(a), remotes(b)]).toEqual([[NEAR], ['192.0.2.9']]);
  expect(b.runs[0]?.addresses).toBeNull();
});

test('a run that is told the address asks no resolver, and keeps the name', async () => {
  const { clock, engine, lookUps } = await mixed();
  const run = startRun({ engine, clock, analyse }, { ...OPTIONS, address: FAR });
  const result = await clock.drive(run.result);
  expect([remotes(result), lookUps(), result.plan.host]).toEqual([[FAR], 0, 'mix']);
  expect(() => startRun({ engine, clock, analyse }, { ...OPTIONS, address: 'mix' })).toThrow('no address');
});
