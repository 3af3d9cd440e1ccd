/** Loads of servers and paths that fail without a word: whoever runs them is told, and keeps what was seen before. */
import { describe, expect, test } from 'vitest';
import { documentOf } from '../../../src/report/document/documents.ts';
import { documentText } from '../../../src/report/human.ts';
import type { LoadResult } from '../../../src/result/load/load-result.ts';
import type { PeerScript } from '../../net/flow/load-peer.ts';
import { codesOf, loadOfEcho, loadOfPeer, loadWorld, MS, S } from './faulty-servers.ts';

const PHASES = [
  { name: 'idle', durationMs: 1_000 },
  { name: 'down', durationMs: 2_000 },
  { name: 'up', durationMs: 2_000 },
  { name: 'recovery', durationMs: 1_000 },
] as const;
/** Little, so that there is little to pretend. */
const SLOW = { bitsPerSecond: 400_000, probeIntervalMs: 50, phases: PHASES };

function answerLine(result: LoadResult, name: string): string {
  const lines = documentText(documentOf(result, 'brief'), 1_000).split('\n');
  return (lines.find((line) => line.startsWith(name)) ?? '').replace(/ {2,}/g, ' ');
}

describe('a direction that carries nothing is told in its line, and judged as 0 bit/s', () => {
  test('down: the server grants, and never sends', async () => {
    const result = await loadOfPeer({ hear: ({ kind }) => kind === 'begin' }, SLOW);
    expect(answerLine(result, 'Down')).toBe('Down nothing came through in 2 s');
    expect(answerLine(result, 'Up')).toContain('kbit/s');
    expect(codesOf(result)[0]).toBe('nothing-carried down');
    const [down] = result.statistics.loaded;
    expect([down?.directions[0]?.goodput.value, down?.responsiveness]).toEqual([0, null]);
  });

  test('up: the path lets the handshake pass, and drops the data', async () => {
    const result = await loadOfPeer({ dropsAfterBytes: 0 }, SLOW);
    expect(answerLine(result, 'Up')).toBe('Up nothing came through in 2 s');
    expect(answerLine(result, 'Down')).toContain('kbit/s');
    expect(codesOf(result)).toContain('nothing-carried up');
  });

  test('up: all but the first packet is dropped', async () => {
    const script = { dropsAfterBytes: 2_000 };
    const result = await loadOfPeer(script, SLOW);
    expect(answerLine(result, 'Up')).toMatch(/^Up nothing came through in 2 s but the first [\d.]+ KiB$/);
    expect(codesOf(result)).toContain('nothing-carried up');
  });

  test('both at once: the other direction keeps its figures', async () => {
    const phases = [PHASES[0], { name: 'both', durationMs: 2_000 }] as const;
    const result = await loadOfPeer({ dropsAfterBytes: 0 }, { ...SLOW, phases });
    expect(answerLine(result, 'Both ways')).toMatch(/kbit\/s .*down; up nothing, came through in 2 s$/);
    expect(codesOf(result)).toContain('nothing-carried both');
  });
});

/** When a server that was last heard at a moment is taken for gone: it looks each half second. */
const GONE_NS = 5 * S;

describe('a path that is cut is told, whichever phase it is cut in, and figures before it are kept', () => {
  test.each([
    ['down', 2.5, 'down'],
    ['up', 4.5, 'up'],
    ['the last moment of up', 4.99, 'up'],
    ['recovery', 5.3, 'recovery'],
    ['the last moment of recovery', 6, 'recovery'],
  ])('in %s', async (_when, cutS, cutPhase) => {
    const world = loadWorld();
    const isCut = (): boolean => Number(world.clock.nowNs()) > cutS * S;
    const result = await loadOfPeer({ isCut }, SLOW, world);
    expect(result.outcome).toMatchObject({
      status: 'failed',
      error: { code: 'timeout', message: 'nothing was heard of the server for 4500 ms' },
    });
    expect(result.durationNs).toBeLessThan(cutS * S + GONE_NS + 100 * MS);
    const cut = result.phases.find(({ isComplete }) => !isComplete);
    expect(cut?.name).toBe(cutPhase);
    expect(result.statistics.idle?.p50.value).toBeCloseTo(2 * MS, -5);
    expect(answerLine(result, 'Incomplete')).toContain(`ended within ${cutPhase}`);
  });

  test('at the end of a load whose last phase carries data', async () => {
    const world = loadWorld();
    const isCut = (): boolean => Number(world.clock.nowNs()) > 2.5 * S;
    const { outcome, phases } = await loadOfPeer({ isCut }, { ...SLOW, phases: PHASES.slice(0, 2) }, world);
    expect(outcome.status).toBe('failed');
    expect(phases.map(({ isComplete }) => isComplete)).toEqual([true, false]);
  });

  test('figures of a recovery that was cut are of what was answered, and doubted', async () => {
    const world = loadWorld();
    const isCut = (): boolean => Number(world.clock.nowNs()) > 5.5 * S;
    const result = await loadOfPeer({ isCut }, SLOW, world);
    expect(result.statistics.recovery?.p50.value).toBeCloseTo(2 * MS, -5);
    expect(codesOf(result)).toContain('probes-lost recovery');
  });

  test('a server that takes its leave without a word, once it was asked to, has done no harm', async () => {
    const script: PeerScript = {
      hear: ({ kind }, peer) => {
        if (kind === 'end') peer.connection.close();
        return kind === 'end';
      },
    };
    const { outcome } = await loadOfPeer(script, { ...SLOW, phases: [PHASES[0], PHASES[1]] });
    expect(outcome.status).toBe('complete');
  });
});

describe('an echo server that stands still ends the load in bounded time, with its reason', () => {
  const phases = [
    { name: 'idle', durationMs: 1_000 },
    { name: 'both', durationMs: 6_000 },
    { name: 'recovery', durationMs: 1_000 },
  ] as const;

  test.each([
    ['idle', 0.5],
    ['both', 2],
    ['the last moment of both', 6.99],
    ['recovery', 7.5],
  ])('in %s', async (_when, atS) => {
    const result = await loadOfEcho(atS * S, { ...SLOW, phases });
    expect(result.outcome).toMatchObject({
      status: 'failed',
      error: { code: 'timeout', message: 'nothing was heard of the server for 4500 ms' },
    });
    expect(result.durationNs).toBeLessThan(atS * S + GONE_NS + 200 * MS);
    expect(result.phases.some(({ isComplete }) => !isComplete)).toBe(true);
    expect(result.foreignProbes.rttNs.filter((ns) => ns !== null).length).toBeGreaterThan(atS);
  });

  test('and one that is asked only once a second is not taken for gone in between', async () => {
    const { outcome } = await loadOfEcho(Number.POSITIVE_INFINITY, {
      ...SLOW,
      probeIntervalMs: 1_000,
      phases,
    });
    expect(outcome.status).toBe('complete');
  });
});

describe('a server that does not end when it is asked to is told of, with the time that it cost', () => {
  const phases = [PHASES[0], PHASES[1], PHASES[2]] as const;
  const mute: PeerScript = { hear: ({ kind }) => kind === 'end' };

  test('in each phase, and at the end of the load', async () => {
    const result = await loadOfPeer(mute, { ...SLOW, phases });
    expect(result.outcome.status).toBe('complete');
    expect(result.durationNs / S).toBeCloseTo(5 + 15, 0);
    const told = result.statistics.doubts.filter(({ code }) => code === 'end-missing');
    expect(told.map(({ phase, value }) => [phase, value])).toEqual([
      [null, 5 * S],
      ['down', 5 * S],
      ['up', 5 * S],
    ]);
    expect(told[1]?.message).toBe(
      'the server did not say the end of its data on 1 stream under the load down: 5 s were spent waiting for it',
    );
  });

  test('on one of its connections alone', async () => {
    const script: PeerScript = { hear: ({ kind }, { sentBytes }) => kind === 'end' && sentBytes > 0 };
    expect(
      codesOf(await loadOfPeer(script, { ...SLOW, phases })).filter((code) => /^end/.test(code)),
    ).toEqual(['end-missing down']);
  });

  test('and one that does is not', async () => {
    const codes = codesOf(await loadOfPeer({}, SLOW));
    expect(codes.filter((code) => code.startsWith('end-missing'))).toEqual([]);
  });
});

test('a server that ends without a word of what it received is not believed', async () => {
  const result = await loadOfPeer({ isReportless: true, reportsAlways: false }, SLOW);
  expect(result.streams[1]?.error?.message).toMatch(/^the server received other than the \d+ bytes/);
  expect(codesOf(result)).toContain('stream-lost up');
});

describe('a server that reports too late does not make up goodput', () => {
  const phases = [PHASES[0], { name: 'up', durationMs: 6_000 }] as const;
  const steps = (bytes: number) => (received: number) => Math.floor(received / bytes) * bytes;

  test.each([
    ['nothing until the end', () => 0],
    ['only what came in two seconds', steps(100_000)],
    ['all at once after half of it', (received: number) => (received < 150_000 ? 0 : received)],
  ])('%s', async (_what, reported) => {
    let hasEnded = false;
    const script: PeerScript = {
      hear: ({ kind }) => {
        if (kind === 'end') hasEnded = true;
        return false;
      },
      reported: (received) => (hasEnded ? received : reported(received)),
    };
    const result = await loadOfPeer(script, { ...SLOW, phases });
    expect(codesOf(result)).toContain('reports-late up');
    expect(codesOf(result)).not.toContain('nothing-carried up');
    const [way] = result.statistics.loaded[0]?.directions ?? [];
    expect((way?.goodput.value ?? 0) / SLOW.bitsPerSecond).toBeCloseTo(1, 0.8);
    if (reported(140_000) === 0) expect(way?.goodput.interval).toBeNull();
  });

  test('and one that reports as it should is believed', async () => {
    const result = await loadOfPeer({}, { ...SLOW, phases });
    expect(codesOf(result).filter((code) => code.startsWith('reports'))).toEqual([]);
    expect(result.statistics.loaded[0]?.directions[0]?.goodput.interval).not.toBeNull();
  });
});
