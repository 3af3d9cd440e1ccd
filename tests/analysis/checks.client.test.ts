/** The client's own machine in the way: processors, collections, a stop, another engine, clocks, stamps. */
import { describe, expect, test } from 'vitest';
import type { SchedulingRecord } from '../../src/facts/instrument.ts';
import type { HealthRecord } from '../../src/result/result.ts';
import type { LayersRecord } from '../../src/result/samples.ts';
import { codes, findingOf, one, reasonOf } from './looking.ts';
import {
  type BlockOver,
  block,
  cleanRecording,
  HEALTH,
  layers,
  MS,
  PORTABLE,
  recording,
  US,
} from './recordings.ts';

const QUIET: SchedulingRecord = { processorWaitNs: 0, involuntarySwitches: 0, measuredNs: 100 * MS };

function steady(n: number, ns: number = 100 * US): number[] {
  return new Array<number>(n).fill(ns);
}

describe('processor-contended: the measuring thread had to share', () => {
  const scheduled = (scheduling: Partial<SchedulingRecord>) =>
    cleanRecording({ blockOver: { scheduling: { ...QUIET, ...scheduling } } });

  test('more than 5 % of the time waited is told as a share of all blocks', () => {
    const warning = one('processor-contended', scheduled({ processorWaitNs: 6 * MS }));
    expect(warning.waitShare).toBeCloseTo(0.06);
    expect(warning.message).toContain('6 %');
  });

  test('5 % is within reason', () => {
    expect(findingOf('processor', scheduled({ processorWaitNs: 5 * MS }))).toBe('clear');
  });

  test('switches are counted by their rate, where the waiting is not told', () => {
    const untold = { processorWaitNs: null };
    const warning = one('processor-contended', scheduled({ ...untold, involuntarySwitches: 11 }));
    expect(warning.involuntarySwitches).toBe(110);
    expect(warning.message).toContain('110 times');
    expect(findingOf('processor', scheduled({ ...untold, involuntarySwitches: 9 }))).toBe('clear');
  });

  test('a thread that gives way often and waits little is not in doubt', () => {
    expect(findingOf('processor', scheduled({ involuntarySwitches: 1_000 }))).toBe('clear');
  });

  test('a few switches in a very short run say nothing', () => {
    const scheduling = { processorWaitNs: 0, involuntarySwitches: 19, measuredNs: MS };
    expect(findingOf('processor', recording([block(steady(500), { scheduling })]))).toBe('clear');
  });

  test('what the host of a virtual machine took is told, of the worst run', () => {
    const health: HealthRecord = { ...HEALTH, processors: { busyShare: 0.5, stealShare: 0.03 } };
    const warning = one('processor-contended', cleanRecording({ health }));
    expect(warning.stealShare).toBe(0.03);
    expect(warning.message).toContain('3 %');
  });

  test('blocks that warmed up do not count', () => {
    const scheduling = { ...QUIET, processorWaitNs: 90 * MS };
    const given = recording([block([US], { kind: 'warm-up', round: 0, scheduling }), block(steady(500))]);
    expect(findingOf('processor', given)).toBe('clear');
  });

  describe('a CPU quota', () => {
    const limited = (throttledPeriods: number, waitNs = 0) =>
      cleanRecording({
        health: {
          ...HEALTH,
          quota: { processors: 0.5, periods: 60, throttledPeriods, throttledNs: throttledPeriods * 50 * MS },
        },
        blockOver: { scheduling: { ...QUIET, processorWaitNs: waitNs } },
      });

    test('that stopped the program is named, and other programs are not blamed', () => {
      const warning = one('processor-contended', limited(41, 50 * MS));
      expect(warning.throttledPeriods).toBe(41);
      expect(warning.message).toContain('(0.5 processors) stopped this program in 41 of 60 periods');
      expect(warning.advice).toContain('raise the quota');
      expect(warning.advice).not.toContain('nothing else works');
    });

    test('is told where no wait is', () => {
      expect(codes(limited(1))).toContain('processor-contended');
    });

    test('that was never used up explains nothing', () => {
      expect(findingOf('processor', limited(0))).toBe('clear');
      expect(one('processor-contended', limited(0, 50 * MS)).advice).toContain('nothing else works');
    });
  });

  test('a system that tells nothing leaves it unknown', () => {
    const given = cleanRecording({ health: null, blockOver: PORTABLE });
    expect(reasonOf('processor', given)).toContain('does not tell');
  });
});

describe('stalls: the runtime held up the measuring thread', () => {
  const collected = (longestNs: number, levelNs = 100 * US) =>
    cleanRecording({
      levelNs,
      blockOver: { garbageCollections: { count: 1, longestNs, totalNs: longestNs } },
    });
  const stopped = (over: BlockOver) =>
    cleanRecording({
      blockOver: { garbageCollections: { count: 1, longestNs: 1_000 * MS, totalNs: 1_000 * MS }, ...over },
    });
  const late = (p99Ns: number, name: 'node' | 'native') =>
    cleanRecording({
      engine: { name },
      health: { ...HEALTH, eventLoopDelay: { p99Ns, maxNs: 2 * p99Ns } },
    });

  test('a long collection is told', () => {
    const warning = one('stalls', collected(3 * MS));
    expect(warning.longestCollectionNs).toBe(3 * MS);
    expect(warning.message).toContain('3 ms');
  });

  test.each([
    ['one of 1 ms is usual', collected(MS)],
    ['one that ten round trips contain is no matter', collected(30 * MS, 10 * MS)],
    ['a late loop that measures nothing is no matter', late(50 * MS, 'native')],
    ['a loop that is 5 ms late now and then is usual', late(5 * MS, 'node')],
    ['one in a block that was stopped is the stop', stopped({ suspendedProbes: 1 })],
    [
      'one that is longer than the thread worked is no work of its own',
      stopped({ clientCpuShare: 0.1, scheduling: { ...QUIET, measuredNs: 1_050 * MS } }),
    ],
  ])('not raised: %s', (_why, given) => {
    expect(findingOf('stalls', given)).toBe('clear');
  });

  test.each([
    ['a collection is as long as the wait for a processor', 'native' as const],
    ['a loop is late for the same reason', 'node' as const],
  ])('unknown: %s', (_why, name) => {
    const given = cleanRecording({
      engine: { name },
      health: { ...HEALTH, eventLoopDelay: { p99Ns: 30 * MS, maxNs: 60 * MS } },
      blockOver: {
        garbageCollections: { count: 1, longestNs: 18 * MS, totalNs: 18 * MS },
        scheduling: { ...QUIET, processorWaitNs: 60 * MS },
      },
    });
    expect(findingOf('processor', given)).toBe('doubt');
    expect(reasonOf('stalls', given)).toContain('wait for a processor');
  });

  test('the loop of the portable engine is the one that measures', () => {
    const warning = one('stalls', late(6 * MS, 'node'));
    expect(warning.eventLoopP99Ns).toBe(6 * MS);
    expect(warning.advice).toContain('--engine native');
  });

  test('neither observed: unknown', () => {
    const given = cleanRecording({ health: null, blockOver: { garbageCollections: null } });
    expect(reasonOf('stalls', given)).toContain('observed');
  });
});

describe('the clock of the samples', () => {
  const clock = (resolutionNs: number) => ({ name: 'a clock', resolutionNs, readCostNs: 1 });

  test('a step of more than a hundredth of the smallest median is coarse', () => {
    const blocks = [block(steady(500, 200 * US), { payloadBytes: 200 }), block(steady(500))];
    const warning = one('coarse-clock', recording(blocks, { engine: { clock: clock(1_001) } }));
    expect(warning).toMatchObject({ resolutionNs: 1_001, medianNs: 100 * US });
    expect(codes(recording(blocks, { engine: { clock: clock(1_000) } }))).not.toContain('coarse-clock');
  });

  test('a clock that saw no time pass has words for it', () => {
    const given = recording([block(steady(500, 0))], { engine: { clock: clock(MS), selfTest: null } });
    expect(one('coarse-clock', given).message).toContain('more than the smallest median (0 ns)');
  });

  test('far below what the engine needs for an echo with itself the figure cannot be', () => {
    const given = recording([block(steady(500, 4 * US))]);
    const warning = one('below-noise-floor', given);
    expect(warning).toMatchObject({ noiseFloorNs: 9 * US, medianNs: 4 * US });
    expect(findingOf('clock', given)).toBe('doubt');
  });

  test('two threads that share the work may be faster than one that does it all', () => {
    expect(codes(recording([block(steady(500, 8 * US))]))).not.toContain('below-noise-floor');
  });

  test('without a self-test there is no floor', () => {
    expect(codes(recording([block(steady(500, 8 * US))], { engine: { selfTest: null } }))).not.toContain(
      'below-noise-floor',
    );
  });
});

describe('clock-stepped: the wall clock was set, or the machine suspended', () => {
  const stepped = (wallClockStepNs: number) => cleanRecording({ health: { ...HEALTH, wallClockStepNs } });

  test('by how much, and that round-trip times are not affected', () => {
    const warning = one('clock-stepped', stepped(2_500 * MS));
    expect(warning.stepNs).toBe(2_500 * MS);
    expect(warning.message).toContain('2.5 s');
    expect(warning.advice).toContain('the round-trip times are of the monotonic one');
    expect(warning.advice).toContain('layers');
  });

  test('where there are no layers they are not warned of', () => {
    const given = { ...stepped(MS * 2), blocks: cleanRecording({ blockOver: PORTABLE }).blocks };
    expect(one('clock-stepped', given).advice).not.toContain('layers');
  });

  test('a millisecond is not told', () => {
    expect(findingOf('wall-clock', stepped(MS))).toBe('clear');
  });

  test('not observed, not known', () => {
    expect(reasonOf('wall-clock', cleanRecording({ health: null }))).toContain('not observed');
  });
});

describe('suspended: the client was stopped', () => {
  test('the probes left out are counted over all blocks, those that warmed up too', () => {
    const blocks = [1, 2].map((suspendedProbes) => block(steady(500), { suspendedProbes }));
    const warm = block(steady(5), { kind: 'warm-up', round: 0, suspendedProbes: 4 });
    expect(one('suspended', recording([warm, ...blocks]))).toMatchObject({ suspendedProbes: 7 });
  });
});

describe('engine-fell-back: nobody asked for the portable engine', () => {
  test('the reason is in it for people and for programs', () => {
    const engine = { name: 'node', fallback: 'no koffi here' } as const;
    const warning = one('engine-fell-back', cleanRecording({ engine, blockOver: PORTABLE }));
    expect(warning.reason).toBe('no koffi here');
    expect(warning.message).toContain('no koffi here');
    expect(warning.advice).toContain('--engine node');
  });
});

describe('missing-stamps: the layers speak for some of the probes only', () => {
  const RTT = steady(500);

  function lacking(server: number, client: number): LayersRecord {
    const whole = layers(RTT);
    const without = (values: readonly (number | null)[], n: number) =>
      values.map((ns, i) => (i < n ? null : ns));
    return {
      ...whole,
      kernelRttNs: without(whole.kernelRttNs, client),
      residenceNs: without(whole.residenceNs, server),
    };
  }
  const stamped = (server: number, client: number, over: BlockOver = {}) =>
    recording([block(RTT, { layers: lacking(server, client), ...over })]);

  test.each([
    ['server', 6, 0],
    ['client', 0, 6],
  ])('six of 500 at the %s are more than 1 %%', (_side, serverMissingProbes, clientMissingProbes) => {
    expect(one('missing-stamps', stamped(serverMissingProbes, clientMissingProbes))).toMatchObject({
      probes: 500,
      clientMissingProbes,
      serverMissingProbes,
    });
  });

  test('five of 500 are not: a stamp is lost now and then', () => {
    expect(findingOf('stamps', stamped(5, 5))).toBe('clear');
  });

  test('a native run without a single stamp lacks them all: the kernel refused', () => {
    const warning = one('missing-stamps', recording([block(RTT, { layers: null })]));
    expect(warning).toMatchObject({ probes: 500, clientMissingProbes: 500 });
    expect(warning.message).toContain('none of 500 probes');
    expect(warning.advice).not.toContain('other probes');
  });

  test.each([
    ['the portable engine owes none', { engine: { name: 'node' } }, 'node engine'],
    ['a run that wanted none lacks none', { plan: { stamps: false } }, 'not asked for'],
  ] as const)('%s', (_why, options, reason) => {
    expect(reasonOf('stamps', recording([block(RTT, { layers: null })], options))).toContain(reason);
  });

  test('a multipath socket owes none either', () => {
    const given = recording([block(RTT, { layers: null })]);
    const plan = { ...given.plan, socket: { ...given.plan.socket, multipath: true } };
    expect(reasonOf('stamps', { ...given, plan })).toContain('multipath');
  });
});
