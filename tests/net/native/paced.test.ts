/** Paced probes of the native engine keep their contract, on threads and sockets of their own. */
import { describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { createNativePacedEngine } from '../../../src/net/native/paced/engine.ts';
import { LAYER_COLUMNS } from '../../../src/net/paced/paced.ts';
import { pacedCompliance } from '../paced/compliance.ts';
import { listenEcho } from '../paced/echo-peer.ts';
import { MS, openPaced, realWorld, soon, uniform } from '../paced/paced-world.ts';

const lacking = nativeUnavailable();

describe.skipIf(lacking !== undefined)(`native${lacking === undefined ? '' : ` (${lacking})`}`, () => {
  pacedCompliance({ name: 'native', makeWorld: () => realWorld(createNativePacedEngine()) });

  test.each([1, 8])('layers of %i under way add up to round trips that were measured', async (inFlight) => {
    const world = realWorld(createNativePacedEngine());
    try {
      const { port } = await listenEcho(world.network);
      const opened = await openPaced(world, port, { inFlight, session: { stamps: true } });
      const startNs = soon(world, opened);
      await opened.session.run({ startNs, durationNs: 100 * MS, pace: uniform(500) });
      const { samples, portions } = opened.witness;
      const rttOf = new Map(samples.map(({ sentNs, rttNs }) => [sentNs, rttNs]));
      const rows = portions.flatMap(({ layers }) =>
        Array.from({ length: layers.length / LAYER_COLUMNS }, (_, i) =>
          layers.slice(i * LAYER_COLUMNS, (i + 1) * LAYER_COLUMNS),
        ),
      );
      expect(rows.length).toBeGreaterThan(samples.length / 2);
      for (const [sentNs = 0, ...parts] of rows) {
        const rttNs = rttOf.get(sentNs) ?? 0;
        // Two clocks are read one after the other.
        expect(Math.abs(parts.reduce((sum, part) => sum + part, 0) - rttNs)).toBeLessThan(100_000);
      }
    } finally {
      await world.close();
    }
  });
});
