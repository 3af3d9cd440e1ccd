/** Stopping the client (Ctrl-Z, SIGSTOP) leaves a mark on the result, never a wrong sample. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { Recorder } from '../../src/measure/exchange/recorder.ts';
import { startRun } from '../../src/measure/exchange/run.ts';
import { suspendedSamples, watchSuspensions } from '../../src/measure/machine/suspension.ts';
import type { SampleBuffer } from '../../src/net/engine.ts';
import type { Result } from '../../src/result/result.ts';
import { rawOf } from '../analysis/recordings.ts';
import { MockEngine } from './mock-engine.ts';
import { collect, ofKind } from './watching.ts';

const MS = 1_000_000;
const NOTICE_NS = 20 * MS;

function buffer(samples: readonly (readonly [sentNs: number, rttNs: number])[]): SampleBuffer {
  return {
    rttNs: Float64Array.from(samples, ([, rttNs]) => rttNs),
    sentNs: Float64Array.from(samples, ([sentNs]) => sentNs),
    count: samples.length,
  };
}

describe('a sample is dropped', () => {
  const CONTINUED = 1_000 * MS;

  test.each([
    ['it was under way when the process went on', [900 * MS, 200 * MS], true],
    ['it had arrived just before the news did', [900 * MS, 90 * MS], true],
    ['it was sent just before the news came', [999 * MS, 5 * MS], true],
    ['it had arrived long before', [900 * MS, 50 * MS], false],
    ['it was sent afterwards', [1_001 * MS, 1 * MS], false],
  ] as const)('or not: %s', (_why, sample, dropped) => {
    expect(suspendedSamples(buffer([sample]), 0, [CONTINUED])).toEqual(dropped ? [0] : []);
  });

  test('whatever the stops: none that contains one is kept, and none far from all of them is lost', () => {
    const time = fc.integer({ min: 0, max: 2_000 * MS });
    const sample = fc.tuple(time, fc.integer({ min: 1, max: 300 * MS }));
    fc.assert(
      fc.property(fc.array(sample), fc.array(time), fc.nat(20), (samples, continued, first) => {
        const dropped = new Set(suspendedSamples(buffer(samples), first, continued));
        for (const [i, [sentNs, rttNs]] of samples.entries()) {
          const arrivedNs = sentNs + rttNs;
          const contains = continued.some((ns) => sentNs <= ns && ns <= arrivedNs);
          const far = continued.every((ns) => sentNs > ns || arrivedNs < ns - NOTICE_NS);
          if (i >= first && contains) expect(dropped).toContain(i);
          if (i < first || far) expect(dropped).not.toContain(i);
        }
      }),
    );
  });
});

describe('what is read out of the samples', () => {
  test('is every sound one and no spoiled one, in ranges that keep their numbers', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.nat(39)),
        fc.nat(39),
        (count, spoilt, from) => {
          const recorder = new Recorder(count, true);
          for (let i = 0; i < count; i++) {
            recorder.samples.rttNs[i] = i;
            recorder.samples.sentNs[i] = 1_000 * i;
            (recorder.samples.layers as { wakeUpNs: Float64Array }).wakeUpNs[i] = 2 * i;
          }
          recorder.samples.count = count;
          const spoiled = new Set(spoilt.filter((i) => i < count));
          recorder.spoil([...spoiled]);
          const sound = Array.from({ length: count }, (_, i) => i).filter((i) => !spoiled.has(i));
          const { rttNs, sentAtNs, layers } = recorder.whole();
          expect(rttNs).toEqual(sound);
          expect(sentAtNs).toEqual(sound.map((i) => 1_000 * i));
          expect(layers?.wakeUpNs ?? []).toEqual(sound.map((i) => 2 * i));
          const first = Math.min(from, count);
          const ranges = recorder.ranges(first);
          expect(ranges.flatMap((range) => range.rttNs)).toEqual(sound.filter((i) => i >= first));
          for (const range of ranges) expect(range.rttNs[0]).toBe(range.first);
          expect(recorder.soundAmong(first)).toBe(sound.filter((i) => i < first).length);
        },
      ),
    );
  });
});

describe('a run', () => {
  /** Ten probes of 30 ms each, one after the other from 50 us on. */
  function suspended(...continuedAtMs: readonly number[]) {
    const clock = new VirtualClock();
    const engine = new MockEngine(clock, { sessions: [{ rttNs: [30 * MS] }] });
    let watching = true;
    const watchSuspensions = () => ({
      continuedAtNs: continuedAtMs.map((ms) => BigInt(ms * MS)),
      settled: () => Promise.resolve(),
      stop: () => {
        watching = false;
      },
    });
    const options = { host: 'echo.example', port: 9_900, protocol: 'size-first', type: 'rtt' } as const;
    const run = startRun(
      { engine, clock, watchSuspensions, analyse },
      { ...options, sizes: [1], probes: 8, warmupProbes: 2 },
    );
    return { run, clock, isWatching: () => watching };
  }

  async function resultOf(...continuedAtMs: readonly number[]): Promise<Result> {
    const { run, clock } = suspended(...continuedAtMs);
    return clock.drive(run.result);
  }

  test('that was never stopped has every sample and no word of it', async () => {
    const { blocks, warnings } = await resultOf();
    expect(blocks[0]).toMatchObject({ suspendedProbes: 0, samples: { warmupProbes: 2 } });
    expect(rawOf(blocks[0]).rttNs).toHaveLength(10);
    expect(warnings.map(({ code }) => code)).not.toContain('suspended');
  });

  test('that was stopped lacks what was under way, says how much, and stays sound otherwise', async () => {
    // The fifth probe is under way from 120.05 ms to 150.05 ms.
    const { blocks, series, warnings } = await resultOf(145);
    expect(blocks[0]?.suspendedProbes).toBe(1);
    expect(rawOf(blocks[0]).rttNs).toHaveLength(9);
    expect(rawOf(blocks[0]).sentAtNs).not.toContain(120 * MS + 50_000);
    expect(series[0]?.statistics?.rttNs.n).toBe(7);
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'suspended', suspendedProbes: 1 }));
  });

  test('that lost a warm-up probe leaves no measured one out of the statistics for it', async () => {
    const { blocks, series } = await resultOf(25);
    expect(blocks[0]).toMatchObject({ suspendedProbes: 1, samples: { warmupProbes: 1 } });
    expect(series[0]?.statistics?.rttNs.n).toBe(8);
  });

  test('tells on the way what it keeps in the end', async () => {
    const { run, clock, isWatching } = suspended(145, 265);
    const events = await clock.drive(collect(run));
    const told = ofKind(events, 'samples').flatMap(({ sentAtNs }) => sentAtNs);
    expect(told).toEqual(rawOf((await run.result).blocks[0]).sentAtNs);
    expect(isWatching()).toBe(false);
  });
});

test('the signal is heard, by the clock of the run, and no longer than asked', async () => {
  const clock = new VirtualClock();
  const watch = watchSuspensions(clock);
  process.kill(process.pid, 'SIGCONT');
  await watch.settled();
  expect(watch.continuedAtNs).toEqual([0n]);
  watch.stop();
  process.emit('SIGCONT');
  expect(watch.continuedAtNs).toHaveLength(1);
});
