/** A test that waits in real time fails by name and place: nobody's suite gets slow, or red on a busy machine, unseen. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { scheduler, setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type WaitWatch, watchWaits } from './real-time.ts';
import { REAL_TIME } from './real-time-files.ts';

let watch: WaitWatch;

beforeEach(() => {
  watch = watchWaits();
});

afterEach(() => {
  vi.useRealTimers();
  watch.end();
});

function fired(set: (done: () => void) => unknown): Promise<void> {
  return new Promise((resolve) => set(resolve));
}

const WAITS: readonly (readonly [what: string, wait: () => unknown])[] = [
  ['setTimeout, 6 ms', () => fired((done) => setTimeout(done, 6))],
  [
    'setInterval, 6 ms',
    async () => {
      let interval: NodeJS.Timeout | undefined;
      await fired((done) => {
        interval = setInterval(done, 6);
      });
      clearInterval(interval);
    },
  ],
  ['setTimeout of node:timers/promises, 6 ms', () => sleep(6)],
  ['scheduler.wait of node:timers/promises, 6 ms', () => scheduler.wait(6)],
  [
    'AbortSignal.timeout, 6 ms',
    () => fired((done) => AbortSignal.timeout(6).addEventListener('abort', done)),
  ],
  ['Atomics.wait', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)],
  ['spawnSync of node:child_process', () => spawnSync('true')],
  ['new Worker', () => fired((done) => new Worker('', { eval: true }).once('exit', done))],
];

describe('a test that waits', () => {
  test.each(WAITS)('by %s fails, and is told where', async (what, wait) => {
    await wait();
    expect(watch.check).toThrow(`waits in real time:\n  ${what}: `);
  });

  test('is told the line that waited', async () => {
    await sleep(6);
    expect(watch.check).toThrow(/tests\/real-time\.test\.ts:\d+:\d+/);
  });

  test('in many short steps fails as well', async () => {
    for (let step = 0; step < 6; step++) await sleep(1);
    expect(watch.check).toThrow('waits in real time');
  });

  test('is told once: the next one is innocent', async () => {
    await sleep(6);
    expect(watch.check).toThrow();
    expect(watch.check).not.toThrow();
  });
});

describe('is let be', () => {
  afterEach(() => watch.check());

  test('a timer that was cleared, or is still to come', () => {
    clearTimeout(setTimeout(() => undefined, 1));
    setTimeout(() => undefined, 60_000).unref();
  });

  test('one that a test before has left behind', async () => {
    const left = fired((done) => setTimeout(done, 6));
    watch.check();
    await left;
  });

  test('a turn of the event loop', async () => {
    await sleep(1);
  });

  test('a fake timer, however long', () => {
    vi.useFakeTimers();
    const ring = vi.fn();
    setTimeout(ring, 60_000);
    vi.advanceTimersByTime(60_000);
    expect(ring).toHaveBeenCalledOnce();
  });
});

test('files that may wait are there: a list of what has moved would let others through', () => {
  expect(Object.keys(REAL_TIME).filter((path) => !existsSync(path))).toEqual([]);
});
