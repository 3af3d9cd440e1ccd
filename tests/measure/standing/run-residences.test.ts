/** What a server tells of a short run, and what of that can be. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { residencesOf } from '../../../src/measure/standing/run-residences.ts';

function told(
  source: 'kernel' | 'application',
  ...probes: readonly [ns: number, rtt: number, kernel: number][]
) {
  const column = (at: 0 | 1 | 2): Float64Array => Float64Array.from(probes, (probe) => probe[at]);
  return residencesOf({ source, residenceNs: column(0), rttNs: column(1), kernelRttNs: column(2) });
}

describe('what a server tells', () => {
  test('leaves the network what is not its own, probe by probe', () => {
    expect(told('kernel', [30, 110, 100], [40, 210, 200])).toEqual({
      residenceNs: [30, 40],
      networkRttNs: [70, 160],
      residenceError: null,
    });
  });

  test('by the clock of its program has its wake-up missing, which the network is not blamed for', () => {
    expect(told('application', [30, 110, 100])).toMatchObject({ residenceNs: [30], networkRttNs: [] });
  });

  test('without stamps on this side is a residence, and no network', () => {
    expect(told('kernel', [30, 110, Number.NaN])).toMatchObject({ residenceNs: [30], networkRttNs: [] });
  });

  test('is never believed beyond what was measured here', () => {
    const ns = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 2 ** 53 - 1 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(ns, ns, ns)), (probes) => {
        const { residenceNs, networkRttNs } = told('kernel', ...probes);
        const mostNs = Math.max(0, ...probes.map(([, rtt]) => (Number.isNaN(rtt) ? 0 : rtt)));
        for (const one of [...residenceNs, ...networkRttNs]) expect(one).toBeGreaterThanOrEqual(0);
        for (const one of residenceNs) expect(one).toBeLessThanOrEqual(mostNs);
        expect(networkRttNs.length).toBeLessThanOrEqual(residenceNs.length);
      }),
    );
  });
});
