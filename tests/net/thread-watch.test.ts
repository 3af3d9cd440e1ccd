/** A result that was disturbed by other programs or by collections says so, and none is said where none is known. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ThreadSources, ThreadWatch } from '../../src/net/thread-watch.ts';

const MS = 1_000_000;

interface State {
  nowNs: bigint;
  cpuUs: number;
  processCpuUs: number;
  schedstat: string | undefined;
  status: string | undefined;
  /** What the next block's collections take, us. */
  collectionsUs: readonly number[];
}

function watching(first: Partial<State> = {}): { readonly watch: ThreadWatch; readonly state: State } {
  const state: State = {
    nowNs: 0n,
    cpuUs: 0,
    processCpuUs: 0,
    schedstat: '5000 70 3\n',
    status: statusText(2),
    collectionsUs: [],
    ...first,
  };
  const sources: ThreadSources = {
    nowNs: () => state.nowNs,
    cpuUs: () => state.cpuUs,
    processCpuUs: () => state.processCpuUs,
    read: (path) => (path.endsWith('schedstat') ? state.schedstat : state.status),
    collections: () => () => state.collectionsUs,
  };
  return { watch: new ThreadWatch(sources), state };
}

function statusText(switches: number): string {
  return `Name:\tnode\nvoluntary_ctxt_switches:\t77\nnonvoluntary_ctxt_switches:\t${switches}\n`;
}

describe('a thread that is watched', () => {
  test('tells the time it waited for a processor in its batches, and not between them', () => {
    const { watch, state } = watching();
    watch.begin();
    Object.assign(state, {
      nowNs: 10n * BigInt(MS),
      cpuUs: 4_000,
      schedstat: '9000 2000070 9\n',
      status: statusText(5),
    });
    watch.end();
    // Between the batches: none of it counts.
    Object.assign(state, { nowNs: 90n * BigInt(MS), cpuUs: 60_000, schedstat: '9999 7000070 19\n' });
    watch.begin();
    Object.assign(state, { nowNs: 100n * BigInt(MS), cpuUs: 66_000, schedstat: '9999 8000070 20\n' });
    watch.end();
    expect(watch.scheduling).toEqual({
      processorWaitNs: 3 * MS,
      involuntarySwitches: 3,
      measuredNs: 20 * MS,
    });
    expect(watch.cpuShare).toBeCloseTo(0.5);
  });

  test.each([
    ['a platform without them', undefined],
    ['a kernel that counts none', '0 0 0\n'],
    ['a text of another kind', 'nonsense'],
    ['an empty text', ''],
  ])('%s has no figures, which is not 0', (_why, text) => {
    const { watch, state } = watching({ schedstat: text, status: text });
    watch.begin();
    state.nowNs = 1_000n;
    watch.end();
    expect(watch.scheduling).toEqual({
      processorWaitNs: null,
      involuntarySwitches: null,
      measuredNs: 1_000,
    });
  });

  test('a file that cannot be read once makes the sum unknown, not smaller', () => {
    const { watch, state } = watching();
    for (const schedstat of ['5000 70 3\n', undefined, '5000 90 3\n']) {
      watch.begin();
      state.nowNs += 1_000n;
      state.schedstat = schedstat;
      watch.end();
    }
    expect(watch.scheduling?.processorWaitNs).toBeNull();
    expect(watch.scheduling?.involuntarySwitches).toBe(0);
  });

  test('collections are counted over all batches, with the longest of them', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(50_000)), { minLength: 1, maxLength: 5 }), (batches) => {
        const { watch, state } = watching();
        for (const collectionsUs of batches) {
          watch.begin();
          const workedUs = state.processCpuUs + 50_000;
          Object.assign(state, { collectionsUs, processCpuUs: workedUs, nowNs: state.nowNs + 1_000n });
          watch.end();
        }
        const all = batches.flat();
        expect(watch.garbageCollections).toEqual({
          count: all.length,
          longestNs: Math.max(0, ...all) * 1_000,
          totalNs: all.reduce((sum, us) => sum + us, 0) * 1_000,
        });
      }),
    );
  });

  test.each([
    ['a stop of the whole process in it', 1_000_400, 60_000, 1_060_000, 400],
    ['one while hardly anything was done', 1_000_400, 2_000, 1_500_000, 0],
    ['helping threads', 40_000, 90_000, 60_000, 40_000],
  ])('a collection with %s is as long as somebody worked at it', (_what, us, workedUs, wallUs, isUs) => {
    const { watch, state } = watching();
    watch.begin();
    Object.assign(state, { collectionsUs: [us], processCpuUs: workedUs, nowNs: BigInt(wallUs) * 1_000n });
    watch.end();
    expect(watch.garbageCollections?.longestNs).toBe(isUs * 1_000);
  });

  test('says nothing before its first block', () => {
    const { watch } = watching();
    expect([watch.scheduling, watch.garbageCollections, watch.cpuShare]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('on this machine is the thread that runs the batches, with a time for each collection', () => {
    const watch = new ThreadWatch();
    watch.begin();
    const kept: unknown[] = [];
    for (let i = 0; i < 2_000_000; i++) kept[i % 100_000] = { i };
    watch.end();
    expect(watch.garbageCollections?.count).toBeGreaterThan(0);
    expect(watch.garbageCollections?.longestNs).toBeGreaterThan(0);
    expect(watch.cpuShare).toBeGreaterThan(0);
    if (process.platform !== 'linux') return;
    expect(watch.scheduling?.involuntarySwitches ?? 0).toBeGreaterThanOrEqual(0);
  });
});
