/** A store in trouble keeps nobody from the figures, and its trouble is seen. */
import { describe, expect, test } from 'vitest';
import { storeFacts } from '../../../src/monitor/metrics/store-facts.ts';
import type { StoreState } from '../../../src/monitor/store/store.ts';
import { elapsed, WorldClock } from '../world.ts';

const WELL: StoreState = { place: 'memory', bytes: 42, trouble: null, waiting: 0, lostIntervals: 0 };

function asked(state: () => Promise<StoreState>) {
  const clock = new WorldClock();
  const facts = storeFacts({ state }, clock);
  return {
    facts: async () => await clock.drive(facts()),
    pass: async (ms: number): Promise<void> => await clock.drive(elapsed(clock, ms)),
    nowNs: () => clock.nowNs(),
  };
}

test('a store that is well is told as it is now', async () => {
  let bytes = 1;
  const { facts } = asked(async () => ({ ...WELL, bytes: bytes++ }));
  expect([(await facts()).bytes, (await facts()).bytes]).toEqual([1, 2]);
});

describe('a store that hangs', () => {
  test('costs a scrape the tenth part of a second, is asked once, and is told after ten', async () => {
    let questions = 0;
    const { facts, pass, nowNs } = asked(() => {
      questions++;
      return questions === 1 ? Promise.resolve(WELL) : new Promise(() => {});
    });
    await facts();
    const beginNs = nowNs();
    expect(await facts()).toMatchObject({ bytes: 42, trouble: null });
    expect(nowNs() - beginNs).toBe(100_000_000n);
    await pass(10_000);
    expect(await facts()).toMatchObject({ bytes: 42, trouble: 'it does not answer' });
    expect(questions).toBe(2);
  });

  test('from the beginning has no size, not 0', async () => {
    const { facts } = asked(() => new Promise(() => {}));
    expect((await facts()).bytes).toBeNull();
  });
});

test('a store that cannot say how it is is in trouble until it can', async () => {
  let works = false;
  const { facts } = asked(() => {
    if (!works) throw new Error('its thread has ended');
    return Promise.resolve(WELL);
  });
  expect((await facts()).trouble).toBe('it does not say how it is');
  works = true;
  expect((await facts()).trouble).toBeNull();
});
