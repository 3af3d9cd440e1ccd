/** A rate that threads keep together is kept: what was refused costs nothing, and nobody gets more than was there. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advanceDue } from '../../src/server/due.ts';

test('what is taken never comes to more than time and burst allow, and what is refused changes nothing', () => {
  const steps = fc.array(fc.record({ afterNs: fc.bigInt(0n, 1_000n), takesNs: fc.bigInt(1n, 1_000n) }));
  fc.assert(
    fc.property(steps, fc.bigInt(0n, 5_000n), (each, burstNs) => {
      const words = new BigInt64Array(new SharedArrayBuffer(8));
      let nowNs = 0n;
      let takenNs = 0n;
      for (const { afterNs, takesNs } of each) {
        nowNs += afterNs;
        const before = words[0];
        const due = advanceDue(words, 0, takesNs, nowNs, nowNs + burstNs);
        if (due <= nowNs + burstNs) takenNs += takesNs;
        else expect(words[0]).toBe(before);
        expect(takenNs).toBeLessThanOrEqual(nowNs + burstNs);
      }
    }),
  );
});
