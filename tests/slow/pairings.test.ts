/** Every engine measures every server, in every family: one command, and it has measured. */
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { rawOf } from '../analysis/recordings.ts';
import { echolot, type Program, start } from '../e2e/program.ts';

const ENGINES = ['native', 'node'] as const;
const FAMILIES = [
  [4, '127.0.0.1'],
  [6, '::1'],
] as const;
const DIALECTS = ['auto', 'hello', 'zero-based'] as const;
const unavailable = nativeUnavailable();
const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

describe.each(ENGINES)('the %s server', (server) => {
  describe.each(FAMILIES)(`over IPv%i ${unavailable ?? ''}`, (family, host) => {
    const skipped = (engine: string): boolean =>
      (unavailable !== undefined && [engine, server].includes('native')) || (family === 6 && !hasIpv6);
    let serving: Program | undefined;
    let port = 0;
    beforeAll(async () => {
      if (skipped('node')) return;
      serving = start('serve', '--engine', server, '--host', host, '--port', 0, '--quiet');
      port = await serving.port();
    });
    afterAll(() => serving?.[Symbol.asyncDispose]());

    describe.each(ENGINES)('measured by the %s client', (engine) => {
      test.skipIf(skipped(engine)).concurrent.each(DIALECTS)('in %s', async (dialect) => {
        const { code, stdout, stderr } = await echolot(
          ...['measure', host, port, '--engine', engine, '--dialect', dialect, '--family', family],
          ...['--short', '--probes', 10, '--json'],
        );
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        const { engine: used, blocks }: Result = JSON.parse(stdout);
        expect(used.name).toBe(engine);
        expect(blocks).toHaveLength(2);
        for (const { rttNs, layers } of blocks.map(rawOf)) {
          expect(rttNs).toHaveLength(10);
          expect(layers !== null).toBe(engine === 'native');
        }
      });
    });
  });
});
