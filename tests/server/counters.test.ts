/** What threads count together: no limit is passed, and nothing is counted twice. */
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { Admission, payloadBudget } from '../../src/server/access/admission.ts';
import { ServerCounters } from '../../src/server/counters.ts';
import { planServer } from '../../src/server/plan.ts';

const REMOTE = { address: '192.0.2.1', port: 50_000, family: 4 } as const;

/** Asks, and tells the place of whoever has one. */
function admissionOf(maxSessions: number, memory = new ServerCounters().memory) {
  const { limits } = planServer({ limits: { maxSessions, maxClientSessions: maxSessions } });
  const admission = new Admission(new ServerCounters(memory), limits);
  return () => {
    const admitted = admission.enter(REMOTE, 0n);
    return { answer: admitted.answer, place: admitted.answer === 'drop' ? undefined : admitted.place };
  };
}

describe('shared by two servers', () => {
  test('the limit on sessions holds for both, and a place that one leaves is free for the other', () => {
    const memory = new ServerCounters().memory;
    const one = admissionOf(2, memory);
    const other = admissionOf(2, memory);
    const [first, ...rest] = [one(), other(), one(), other()];
    expect([first, ...rest].map(({ answer }) => answer)).toEqual(['yes', 'yes', 'refuse', 'refuse']);
    first.place?.leave();
    expect(other().answer).toBe('yes');
  });

  test('ended sessions that linger are bounded: beyond that they keep their place until they are gone', () => {
    const enter = admissionOf(2_000);
    const places = Array.from({ length: 2_000 }, () => {
      const { answer, place } = enter();
      expect(answer).toBe('yes');
      place?.retire();
      return place;
    });
    for (let free = 0; free < 1_024; free++) expect(enter().answer).toBe('yes');
    expect(enter().answer).toBe('refuse');
    for (const place of places) place?.leave();
    expect(enter().answer).toBe('yes');
  });

  test('the payload is one budget, far beyond 2^32 bytes', () => {
    const memory = new ServerCounters().memory;
    const [one, other] = [0, 1].map(() => payloadBudget(new ServerCounters(memory), 2 ** 40)) as [
      ReturnType<typeof payloadBudget>,
      ReturnType<typeof payloadBudget>,
    ];
    expect(one.reserve(2 ** 40 - 1)).toBe(true);
    expect(other.reserve(2)).toBe(false);
    expect(other.reserve(1)).toBe(true);
    one.release(2 ** 40 - 1);
    expect(other.reserve(2 ** 40 - 1)).toBe(true);
  });
});

test('counts of threads that count at the same time are all there, and never over the limit', async () => {
  const EACH = 20_000;
  const counters = new ServerCounters();
  const source = new URL('../../src/server/counters.ts', import.meta.url).href;
  const script = `
    const { workerData } = require('node:worker_threads');
    import(${JSON.stringify(source)}).then(({ ServerCounters }) => {
      const counters = new ServerCounters(workerData);
      for (let i = 0; i < ${EACH}; i++) {
        counters.next('sessionNumbers');
        if (!counters.tryAdd('sessions', 1, 1)) continue;
        if (counters.get('sessions') !== 1) throw new Error('over the limit');
        counters.subtract('sessions', 1);
      }
    });`;
  await Promise.all(
    [1, 2].map(
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker(script, { eval: true, workerData: counters.memory });
          worker.on('error', reject);
          worker.on('exit', resolve);
        }),
    ),
  );
  expect(counters.next('sessionNumbers')).toBe(2 * EACH + 1);
  expect(counters.get('sessions')).toBe(0);
});
