/**
 * Whole runs on links of any kind. The pretend network is exact, so each sample can be foretold to the
 * nanosecond: anything else would be time that the client or the server added or lost.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { DIALECTS, type DialectName } from '../../src/core/wire/dialects.ts';
import { startRun } from '../../src/measure/exchange/run.ts';
import type { LinkOptions } from '../../src/net/memory/network.ts';
import type { Result } from '../../src/result/result.ts';
import { rawOf } from '../analysis/recordings.ts';
import { PORT, serve, world } from './pretend-servers.ts';
import { collect, ofKind } from './watching.ts';

const NS_PER_S = 1_000_000_000;
/** `m`, two blanks and LF. */
const FRAME_BYTES = 4;
/** Each run below is bounded by wake-ups of the virtual clock, not by time. */
const RUNS = 60;

/** Lengths of the chunks in which the link carries `bytes`. */
function chunks(bytes: number, { chunkBytes = bytes }: LinkOptions): number[] {
  const lengths: number[] = [];
  for (let left = bytes; left > 0; left -= chunkBytes) lengths.push(Math.min(left, chunkBytes));
  return lengths;
}

/** Time the sender needs to put `bytes` on the link, whole nanoseconds. */
function serialisationNs(bytes: number, { bytesPerSecond }: LinkOptions): number {
  return bytesPerSecond === undefined ? 0 : Math.ceil((bytes * NS_PER_S) / bytesPerSecond);
}

/** Store and forward: the server has the whole message before it sends the first byte of the echo. */
function messageRttNs(bytes: number, link: LinkOptions): number {
  const oneWayNs = chunks(bytes, link).reduce((sum, length) => sum + serialisationNs(length, link), 0);
  return 2 * (oneWayNs + (link.latencyNs ?? 0));
}

/** Plain echo sends each chunk back as it comes, while the next one is still on its way. */
function plainRttNs(bytes: number, link: LinkOptions): number {
  let sentNs = 0;
  let echoedNs = 0;
  for (const length of chunks(bytes, link)) {
    sentNs += serialisationNs(length, link);
    const arrivedNs = sentNs + (link.latencyNs ?? 0);
    echoedNs = Math.max(echoedNs, arrivedNs) + serialisationNs(length, link);
  }
  return echoedNs + (link.latencyNs ?? 0);
}

function foretoldNs(protocol: DialectName | 'plain', payloadBytes: number, n: number, link: LinkOptions) {
  return Array.from({ length: n }, (_, i) => {
    if (protocol === 'plain') return plainRttNs(payloadBytes, link);
    const digits = String(i + DIALECTS[protocol].probe.firstSequence).length;
    return messageRttNs(FRAME_BYTES + payloadBytes + digits, link);
  });
}

interface Scene {
  readonly link: LinkOptions;
  readonly protocol: DialectName | 'plain';
  readonly sizes: readonly number[];
  readonly probes: number;
  readonly warmupProbes: number;
}

/** Dialects whose echo is the message itself, so that both ways carry the same bytes. */
const PROTOCOLS = [
  'size-first',
  'probes-first',
  'zero-based',
  'tabs',
  'hello',
  'literal-newline',
  'plain',
] as const;

/** Latency is never 0 here: on a path without any, there is no rate to speak of. */
const link: fc.Arbitrary<LinkOptions> = fc.record(
  {
    latencyNs: fc.integer({ min: 1, max: 300_000_000 }),
    bytesPerSecond: fc.integer({ min: 2_000, max: 10_000_000_000 }),
    chunkBytes: fc.integer({ min: 1, max: 3_000 }),
  },
  { requiredKeys: ['latencyNs'] },
);

const scene: fc.Arbitrary<Scene> = fc.record({
  link,
  protocol: fc.constantFrom(...PROTOCOLS),
  sizes: fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1_500 })), {
    minLength: 1,
    maxLength: 3,
  }),
  probes: fc.integer({ min: 1, max: 12 }),
  warmupProbes: fc.integer({ min: 0, max: 3 }),
});

async function run({ link, protocol, sizes, probes, warmupProbes }: Scene): Promise<Result> {
  const here = world(link);
  await serve(here, protocol === 'plain' ? { mode: 'echo' } : {});
  const options = { host: 'echo.example', port: PORT, type: 'rtt', timeoutMs: 60_000 } as const;
  return here.clock.drive(
    startRun(
      { engine: here.engine, clock: here.clock, analyse },
      { ...options, protocol, sizes, probes, warmupProbes },
    ).result,
  );
}

describe('on any link', () => {
  test('every sample is exactly the time of the path: twice the latency and both serialisations', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (given) => {
        const { blocks } = await run(given);
        const total = given.probes + given.warmupProbes;
        expect(blocks.map((block) => rawOf(block).rttNs)).toEqual(
          given.sizes.map((size) => foretoldNs(given.protocol, size, total, given.link)),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test('nothing is lost: every size, every probe, in order, and each sent when the last one was back', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (given) => {
        const result = await run(given);
        for (const { statistics, blocks } of result.series)
          expect(statistics?.rttNs.n).toBe(given.probes * blocks);
        expect(result.outcome).toEqual({ status: 'complete', error: null });
        expect(result.blocks.map(({ workload }) => workload.payloadBytes)).toEqual(given.sizes);
        for (const { rttNs, sentAtNs, warmupProbes } of result.blocks.map(rawOf)) {
          expect(rttNs).toHaveLength(given.probes + given.warmupProbes);
          expect(sentAtNs).toHaveLength(rttNs.length);
          expect(warmupProbes).toBe(given.warmupProbes);
          const lastNs = (sentAtNs.at(-1) as number) + (rttNs.at(-1) as number);
          expect(lastNs).toBeLessThanOrEqual(result.runs[0]?.durationNs ?? 0);
          for (let i = 1; i < rttNs.length; i++) {
            expect(sentAtNs[i]).toBe((sentAtNs[i - 1] as number) + (rttNs[i - 1] as number));
          }
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('the result is the same after it was written and read', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (given) => {
        const result = await run(given);
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      }),
      { numRuns: RUNS },
    );
  });

  test('the same run on the same link gives the same samples again', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (given) => {
        const [one, other] = [await run(given), await run(given)];
        expect(other.blocks).toEqual(one.blocks);
        expect(other.runs[0]?.durationNs).toBe(one.runs[0]?.durationNs);
      }),
      { numRuns: 20 },
    );
  });

  test('a server delay is in every sample, to the nanosecond', async () => {
    const delayed = fc.tuple(
      scene.filter(({ protocol }) => protocol !== 'plain'),
      fc.integer({ min: 1, max: 5_000 }),
    );
    await fc.assert(
      fc.asyncProperty(delayed, async ([given, delayMs]) => {
        const here = world(given.link);
        await serve(here);
        const { protocol, sizes, probes } = given;
        const options = { host: 'echo.example', port: PORT, type: 'rtt', timeoutMs: 60_000 } as const;
        const { blocks } = await here.clock.drive(
          startRun(
            { engine: here.engine, clock: here.clock, analyse },
            { ...options, protocol, sizes, probes, serverDelayMs: delayMs },
          ).result,
        );
        expect(blocks.map((block) => rawOf(block).rttNs)).toEqual(
          sizes.map((size) =>
            foretoldNs(protocol, size, probes, given.link).map((ns) => ns + delayMs * 1_000_000),
          ),
        );
      }),
      { numRuns: 20 },
    );
  });
});

test('on a slow path samples are told as they come, ten times a second or with each echo', async () => {
  for (const [latencyNs, perBlock] of [
    [100_000_000, 1],
    [15_000_000, 4],
  ] as const) {
    const here = world({ latencyNs });
    await serve(here);
    const options = { host: 'echo.example', port: PORT, type: 'rtt', sizes: [10], probes: 12 } as const;
    const run = startRun(
      { engine: here.engine, clock: here.clock, analyse },
      { ...options, protocol: 'size-first' },
    );
    const told = ofKind(await here.clock.drive(collect(run)), 'samples');
    expect(told.map(({ rttNs }) => rttNs.length)).toEqual(new Array(12 / perBlock).fill(perBlock));
  }
});

describe('on a link that pauses within a message', () => {
  // A held-back acknowledgement (40 ms) between two pieces of an echo is the commonest of such pauses.
  test.each([
    ['the first piece of the first echo is as long as the payload', 1],
    ['it is not', 2],
  ])('a pause of 40 ms does not end the session when %s', async (_when, payloadBytes) => {
    const pausing = { latencyNs: 50_000, chunkBytes: 1, bytesPerSecond: 25 };
    const given = { link: pausing, sizes: [payloadBytes], probes: 3, warmupProbes: 0 };
    const { blocks } = await run({ ...given, protocol: 'size-first' });
    expect(rawOf(blocks[0]).rttNs).toEqual(foretoldNs('size-first', payloadBytes, 3, pausing));
  });
});
