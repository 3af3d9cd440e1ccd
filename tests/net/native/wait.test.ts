/** The adaptive wait: asleep while nothing can come, awake when it does, on whatever path it meets. */
import { describe, expect, test } from 'vitest';
import { EchoWait } from '../../../src/net/native/thread/wait.ts';

const US = 1_000;
const MS = 1_000_000;

/** Round trips of a path, with the wake-up that a sleeping client pays. @returns what was measured, and slept */
function probe(
  wait: EchoWait,
  pathNs: number,
  { wakeUpNs = 40 * US, oversleepNs = 20 * US, probes = 1 } = {},
): { rttNs: number; sleptNs: number; spunNs: number } {
  let last = { rttNs: 0, sleptNs: 0, spunNs: 0 };
  for (let i = 0; i < probes; i++) {
    const { sleepUntilNs, spinUntilNs } = wait;
    const wokenNs = sleepUntilNs + oversleepNs;
    if (sleepUntilNs > 0 && sleepUntilNs < pathNs) wait.noteSleep(sleepUntilNs, wokenNs);
    else if (sleepUntilNs > 0) wait.noteCutShort();
    const asleep = sleepUntilNs >= pathNs || spinUntilNs < pathNs;
    const rttNs = asleep ? pathNs + wakeUpNs : Math.max(pathNs, sleepUntilNs > 0 ? wokenNs : 0);
    wait.note(rttNs);
    const sleptNs = Math.min(sleepUntilNs, pathNs);
    last = { rttNs, sleptNs, spunNs: Math.max(0, Math.min(spinUntilNs, pathNs) - sleptNs) };
  }
  return last;
}

describe('the adaptive wait', () => {
  test('never sleeps on a path that is shorter than waking up takes', () => {
    const wait = new EchoWait('adaptive');
    wait.expect(15 * US);
    for (let i = 0; i < 100; i++) {
      probe(wait, 10 * US);
      expect(wait.sleepUntilNs).toBe(0);
    }
  });

  test.each([500 * US, 5 * MS, 80 * MS])(
    'adds nothing to a path of %i ns, and sleeps most of it',
    (pathNs) => {
      const wait = new EchoWait('adaptive');
      wait.expect(pathNs);
      const { rttNs, sleptNs } = probe(wait, pathNs, { probes: 50 });
      expect(rttNs).toBe(pathNs);
      expect(sleptNs).toBeGreaterThan(0.8 * pathNs);
    },
  );

  test('finds a short path after a slow start, instead of measuring its own waking up for ever', () => {
    const wait = new EchoWait('adaptive');
    wait.expect(500 * US);
    expect(probe(wait, 20 * US, { probes: 20 }).rttNs).toBe(20 * US);
    expect(wait.sleepUntilNs).toBe(0);
  });

  test('follows a path that grows: what was fast once does not keep a core busy', () => {
    const wait = new EchoWait('adaptive');
    probe(wait, 1 * MS, { probes: 50 });
    const { rttNs, spunNs } = probe(wait, 50 * MS, { probes: 60 });
    expect(rttNs).toBe(50 * MS);
    expect(spunNs).toBeLessThan(1 * MS);
  });

  /** Of all the time of these round trips. */
  function spunShare(wait: EchoWait, pathsNs: readonly number[]): number {
    let spunNs = 0;
    for (const pathNs of pathsNs) spunNs += probe(wait, pathNs).spunNs;
    return spunNs / pathsNs.reduce((sum, ns) => sum + ns, 0);
  }

  test('keeps no core busy on a far path, whose round trips differ by far more than waking up takes', () => {
    const wait = new EchoWait('adaptive');
    wait.expect(43 * MS);
    const jittery = Array.from({ length: 200 }, (_, i) => (43 + ((i * 7) % 30)) * MS);
    expect(spunShare(wait, jittery)).toBeLessThan(0.03);
    expect(spunShare(wait, Array<number>(200).fill(43 * MS))).toBeLessThan(0.03);
  });

  test('does not spin through half of each round trip after one that was shorter than expected', () => {
    const wait = new EchoWait('adaptive');
    wait.expect(160 * MS);
    const window = [160, 106, 95, 90, 87, 86, 85].map((ms) => ms * MS);
    expect(spunShare(wait, [...window, ...Array<number>(32).fill(85 * MS)])).toBeLessThan(0.03);
  });

  test('stays awake for the echoes that follow a single late one', () => {
    const wait = new EchoWait('adaptive');
    probe(wait, 1 * MS, { probes: 50 });
    probe(wait, 200 * MS);
    for (let i = 0; i < 40; i++) expect(probe(wait, 1 * MS).rttNs).toBe(1 * MS);
  });

  test('starts its spin earlier on a machine that wakes late', () => {
    const pathNs = 10 * MS;
    const punctual = new EchoWait('adaptive');
    const late = new EchoWait('adaptive');
    probe(punctual, pathNs, { probes: 200, oversleepNs: 30 * US });
    probe(late, pathNs, { probes: 200, oversleepNs: 400 * US });
    expect(late.sleepUntilNs).toBeLessThan(punctual.sleepUntilNs);
    expect(probe(late, pathNs, { oversleepNs: 400 * US }).rttNs).toBe(pathNs);
  });
});

test('a wait that spins never sleeps, and one that blocks never spins', () => {
  const spin = new EchoWait('spin');
  const block = new EchoWait('block');
  for (const wait of [spin, block]) probe(wait, 10 * MS, { probes: 10 });
  expect(spin).toMatchObject({ sleepUntilNs: 0, spinUntilNs: Number.POSITIVE_INFINITY });
  expect(block).toMatchObject({ sleepUntilNs: 0, spinUntilNs: 0 });
});
