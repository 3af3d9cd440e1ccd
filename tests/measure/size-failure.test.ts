/** Sizes that do not pass: the others are measured all the same, and the error says what vanished and what to try. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { EcholotError } from '../../src/core/errors.ts';
import { type RunOptions, startRun } from '../../src/measure/exchange/run.ts';
import { type BlockFailure, failureOfBlock, SizeFailure } from '../../src/measure/exchange/size-failure.ts';
import type { Result } from '../../src/result/result.ts';
import { rawOf } from '../analysis/recordings.ts';
import { type Answer, PORT, serve, serveLines, type World, world } from './pretend-servers.ts';
import { failureOf } from './watching.ts';

const NS_PER_S = 1_000_000_000;
/** A path that drops packets above 1,300 bytes carries no longer line in one. */
const LONGEST_LINE = 1_240;
const SETUP_ERROR = '404 ERROR: Invalid Connection Setup Message\n';
const OPTIONS = { host: 'echo.example', port: PORT, type: 'both', seed: 1 } as const;

function start({ clock, engine }: World, options: Partial<RunOptions> = {}) {
  return startRun({ engine, clock, analyse }, { ...OPTIONS, ...options });
}

function good(line: string): Answer {
  if (line.startsWith('s '))
    return line.startsWith('s RTT') || line.startsWith('s TTPUT')
      ? { say: '200 OK: Ready\n' }
      : { refuse: SETUP_ERROR };
  return line === 't' ? { refuse: '200 OK: Closing Connection\n' } : { say: `${line}\n` };
}

/** What is too long for the path never comes back. */
function blackHole(line: string): Answer {
  return line.length > LONGEST_LINE ? 'silence' : good(line);
}

function sampled({ series }: Pick<Result, 'series'>): number[] {
  return series.filter(({ statistics }) => statistics !== null).map(({ workload }) => workload.payloadBytes);
}

describe('a path on which long packets vanish', () => {
  test('is measured with the sizes that fit, in all their blocks, and the dialect is found', async () => {
    const here = world();
    await serveLines(here, blackHole);
    const error = await failureOf(here.clock, start(here));
    const { result } = error;
    expect(result.dialect).toEqual({ requested: 'auto', spoken: 'size-first', attempts: [] });
    expect(sampled(result)).toEqual([1, 100, 200, 400, 800, 1_000, 1_024]);
    for (const { statistics, blocks } of result.series) if (statistics !== null) expect(blocks).toBe(10);
    expect(result.stop.rounds).toBe(10);
  });

  test('fails for the smallest size that vanishes, with its name, what passed, and what to try', async () => {
    const here = world();
    await serveLines(here, blackHole);
    const error = await failureOf(here.clock, start(here));
    expect(error).toMatchObject({ code: 'timeout', phase: 'measurement' });
    expect(error.message).toBe('no answer within 10000 ms to probe 1 of 2 KiB; probes of up to 1 KiB passed');
    expect(error.advice).toContain('--mss 1200');
    expect(error.advice).toContain('path MTU');
    expect(error.result.outcome).toMatchObject({ status: 'failed', error: { message: error.message } });
  });

  test('says what passed by the end of the run, whatever the order of the sizes', async () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const here = world();
      await serveLines(here, blackHole);
      const { message } = await failureOf(here.clock, start(here, { seed }));
      expect(message).toMatch(/probe 1 of 2 KiB; probes of up to 1 KiB passed$/);
    }
  });

  test('does not say that smaller ones alone passed where a larger one did before', async () => {
    const here = world();
    let lines = 0;
    await serveLines(here, (line) =>
      lines++ > 80 && line.length > 500 && line.length < 1_000 ? 'silence' : good(line),
    );
    const run = start(here, { type: 'rtt', sizes: [10, 600, 4_096], blocks: 5, probes: 50 });
    const { message } = await failureOf(here.clock, run);
    expect(message).toMatch(/probe 1 of 600 B; probes of 4 KiB passed$/);
  });

  test('costs the time-out once for a size, and never for those above one that vanished', async () => {
    const here = world();
    await serveLines(here, blackHole);
    const error = await failureOf(here.clock, start(here));
    const lost = error.result.blocks.filter((block) => rawOf(block).rttNs.length === 0);
    const sizes = lost.map(({ workload }) => workload.payloadBytes);
    expect(sizes).toEqual([...new Set(sizes)].toSorted((a, b) => b - a));
    expect(sizes.at(-1)).toBe(2_048);
    for (const block of lost) expect(block.error).toMatchObject({ code: 'timeout' });
    expect(error.result.runs[0]?.durationNs).toBeLessThan((10 * sizes.length + 60) * NS_PER_S);
  });

  test('ends a run in the plain form no sooner, also where the large size is first', async () => {
    const here = world();
    await serveLines(here, blackHole);
    const run = start(here, { type: 'rtt', sizes: [4_096, 100, 10], blocks: 1, probes: 10 });
    const error = await failureOf(here.clock, run);
    expect(error.message).toContain('probe 1 of 4 KiB; probes of up to 100 B passed');
    expect(sampled(error.result)).toEqual([100, 10]);
  });

  test('is no reason to doubt the blocks that went well', async () => {
    const here = world();
    await serveLines(here, blackHole);
    const { result } = await failureOf(here.clock, start(here));
    expect(result.warnings.map(({ code }) => code)).not.toContain('closed-early');
  });

  test('does not keep a run with a precision from its end', async () => {
    const here = world();
    await serveLines(here, blackHole);
    const run = start(here, { type: 'rtt', sizes: [10, 4_096], precision: 0.1 });
    const { result } = await failureOf(here.clock, run);
    expect(result.stop.rounds).toBeGreaterThanOrEqual(10);
    expect(result.runs[0]?.durationNs).toBeLessThan(20 * NS_PER_S);
  });

  test('with nothing smaller to measure the run ends at once, and still names the size', async () => {
    const here = world();
    await serveLines(here, blackHole);
    const error = await failureOf(here.clock, start(here, { sizes: [8_192] }));
    expect(error.message).toContain('probe 1 of 8 KiB');
    expect(error.advice).toContain('--mss 1200');
    expect(error.result.blocks).toHaveLength(1);
  });

  test('a server that dies of a large message is told with the size that came before', async () => {
    const here = world();
    let dead = false;
    await serveLines(here, (line) => {
      dead ||= line.length > LONGEST_LINE;
      return dead ? 'reset' : good(line);
    });
    const error = await failureOf(here.clock, start(here, { type: 'rtt', sizes: [10, 4_096] }));
    expect(error.details.at(-1)).toContain('before: ');
    expect(error.details.at(-1)).toContain('4 KiB');
  });
});

describe('a server that refuses large messages', () => {
  test('by its limit is measured with those it takes', async () => {
    const here = world();
    await serve(here, { limits: { maxPayloadBytes: 1_000 } });
    const error = await failureOf(here.clock, start(here, { protocol: 'size-first' }));
    expect(error).toMatchObject({ code: 'limit', phase: 'setup', refusal: 'size' });
    expect(error.message).toMatch(/^the server takes messages of at most 1000 bytes at 1 KiB/);
    expect(sampled(error.result)).toEqual([1, 100, 200, 400, 800, 1_000]);
  });

  test('is told why by the first setup as well, in whichever dialect it could be', async () => {
    const here = world();
    await serve(here, { limits: { maxPayloadBytes: 1_000 } });
    const error = await failureOf(here.clock, start(here, { type: 'rtt', sizes: [2_000] }));
    expect(error).toMatchObject({ code: 'limit', phase: 'setup', refusal: 'size' });
    expect(error.message).toMatch(/^the server takes messages of at most 1000 bytes at 2000 B/);
    expect(here.network.dials).toBe(2);
  });

  test('since it reads once for each is asked whether it reads to the newline', async () => {
    const here = world();
    await serveLines(here, (line) =>
      line.length > 1_024 ? { refuse: '404 ERROR: Invalid Measurement Message\n' } : good(line),
    );
    const error = await failureOf(here.clock, start(here, { type: 'rtt', sizes: [10, 2_000] }));
    expect(error.message).toBe('the server refused probe 1 at 2000 B; probes of up to 10 B passed');
    expect(error.advice).toBe('smaller ones passed: does the server read to the newline?');
    expect(sampled(error.result)).toEqual([10]);
  });
});

describe('what TCP saw', () => {
  const error = new EcholotError('timeout', 'no answer within 10000 ms to probe 1', {
    advice: 'raise --timeout',
  });
  error.phase = 'measurement';
  const FAILURE: BlockFailure = {
    error,
    payloadBytes: 2_048,
    echoes: 0,
    resentSegments: 5,
    passedBytes: 1_000,
    maxSegmentBytes: undefined,
  };

  test('accuses the path where segments were retransmitted in vain', () => {
    expect(failureOfBlock(FAILURE)).toMatchObject({
      message:
        'no answer within 10000 ms to probe 1 of 2 KiB, with 5 segments retransmitted; probes of up to 1000 B passed',
      advice: 'packets above some length may vanish on the path (path MTU): try --mss 1200',
    });
  });

  test('asks about the server first where all has arrived', () => {
    const { advice } = failureOfBlock({ ...FAILURE, resentSegments: 0 });
    expect(advice).toMatch(/^it has arrived: does the server read to the newline\? .*--mss 1200$/);
  });

  test('names both where it is not known, and that --mss takes the native engine', () => {
    const { advice } = failureOfBlock({ ...FAILURE, resentSegments: null });
    expect(advice).toMatch(/--mss 1200, which takes the native engine; or else does the server read/);
  });

  test('suggests a smaller --mss to whoever has a small one', () => {
    expect(failureOfBlock({ ...FAILURE, maxSegmentBytes: 1_000 }).advice).toContain('a smaller --mss');
  });

  test('suggests no --mss for what fits into any packet', () => {
    expect(failureOfBlock({ ...FAILURE, payloadBytes: 1_100 }).advice).not.toContain('--mss');
    expect(failureOfBlock({ ...FAILURE, payloadBytes: 1, passedBytes: null }).advice).toBe('raise --timeout');
  });

  test('is told of a stall in the middle of a session, too, which is no failure of its size', () => {
    const told = failureOfBlock({ ...FAILURE, echoes: 3 });
    expect(told).not.toBeInstanceOf(SizeFailure);
    expect(told.message).toBe('no answer within 10000 ms to probe 1 of 2 KiB, with 5 segments retransmitted');
    expect(told.advice).toBe('raise --timeout');
  });
});
