/** Paced probes of the native engine keep their contract, on threads and sockets of their own. */
import { describe, expect, test } from 'vitest';
import { serve } from '../../../src/index.ts';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { createNativePacedEngine } from '../../../src/net/native/paced/engine.ts';
import { LAYER_COLUMNS } from '../../../src/net/paced/paced.ts';
import { pacedCompliance } from '../paced/compliance.ts';
import { listenEcho } from '../paced/echo-peer.ts';
import { MS, openPaced, realWorld, setupOf, soon, uniform } from '../paced/paced-world.ts';

const lacking = nativeUnavailable();

describe.skipIf(lacking !== undefined)(`native${lacking === undefined ? '' : ` (${lacking})`}`, () => {
  pacedCompliance({ name: 'native', makeWorld: () => realWorld(createNativePacedEngine()) });

  test('the kernels of both sides leave the network less than the path took, whoever was busy', async () => {
    const server = await serve({ host: '127.0.0.1', port: 0, engine: 'native' });
    const world = realWorld(createNativePacedEngine());
    try {
      const delay = { delayNs: 3 * MS, unit: 'seconds' } as const;
      const opened = await openPaced(world, server.endpoints[0]!.port, {
        residences: true,
        session: { protocol: 'size-first', stamps: true, setup: setupOf({ delay }) },
      });
      await opened.session.run({ startNs: soon(world, opened), durationNs: 200 * MS, pace: uniform(100) });
      const told = (await opened.session.residences(1_000 * MS))!;
      expect(told.source).toBe('kernel');
      const left = [...told.kernelRttNs].map((ns, i) => ns - told.residenceNs[i]!).filter((ns) => ns >= 0);
      // A stamp may be missing, but not most of them.
      expect(left.length).toBeGreaterThan(10);
      // Loopback takes microseconds; the delay is the server's, and so is its waking up.
      expect(left.sort((a, b) => a - b)[left.length >> 1]).toBeLessThan(1 * MS);
      await opened.session.close();
    } finally {
      await world.close();
      await server.close();
    }
  });

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
