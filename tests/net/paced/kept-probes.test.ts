/** A residence is compared with the round trip of its own probe, or the network would be told what another one took. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_KEPT_RESIDENCES } from '../../../src/core/limits.ts';
import { KeptProbes } from '../../../src/net/paced/kept-probes.ts';

test('each has the times of its own probe, however many there were before the question', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), counts, (probes, stretches) => {
      const kept = new KeptProbes(probes);
      kept.add(Number.NaN);
      let number = 1;
      for (const count of stretches) {
        for (let i = 0; i < count; i++, number++) {
          kept.add(number);
          if (number % 2 === 0) kept.addKernelRtt(number - 0.5);
        }
        const { first, count: asked } = kept.takeUnasked();
        expect(asked).toBe(Math.min(count, probes));
        expect(first + asked).toBe(number);
        const residenceNs = Float64Array.from({ length: asked }, (_, i) => i);
        const told = kept.beside({ source: 'kernel', residenceNs }, first);
        const numbers = Array.from({ length: asked }, (_, i) => first + i);
        expect([...told.rttNs]).toEqual(numbers);
        expect([...told.kernelRttNs]).toEqual(numbers.map((n) => (n % 2 === 0 ? n - 0.5 : Number.NaN)));
      }
    }),
  );
});

test('no more is asked for than a server keeps, and nothing twice', () => {
  const kept = new KeptProbes(1_000_000);
  for (let i = 0; i < 10_000; i++) kept.add(1);
  expect(kept.takeUnasked()).toEqual({ first: 10_000 - MAX_KEPT_RESIDENCES, count: MAX_KEPT_RESIDENCES });
  expect(kept.takeUnasked().count).toBe(0);
});

test('nothing is asked for before the first sample', () => {
  const kept = new KeptProbes(10);
  expect(kept.takeUnasked().count).toBe(0);
  kept.add(Number.NaN);
  expect(kept.takeUnasked().count).toBe(0);
  kept.add(5);
  expect(kept.takeUnasked()).toEqual({ first: 1, count: 1 });
});
