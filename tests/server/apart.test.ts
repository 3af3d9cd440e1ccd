/** A server that is measured from its own process answers like any other, and is gone when it was closed. */
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { nodeEngine } from '../../src/net/node/engine.ts';
import { makeSampleBuffer } from '../../src/net/session/samples.ts';
import { startApart } from '../../src/server/apart.ts';
import { makePlan, NO_BUDGET_NS, targetOf } from '../net/world.ts';

const notNative = nativeUnavailable();

function refused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

describe.each(['node', 'native'] as const)('on the engine %s', (engine) => {
  test.skipIf(engine === 'native' && notNative !== undefined)(
    'it echoes, and closing frees its port',
    async () => {
      const server = await startApart(engine);
      expect(server.engine).toBe(engine);
      const session = await nodeEngine.open(targetOf(server.port), makePlan('size-first'), { epochNs: 0n });
      const samples = makeSampleBuffer(20, false);
      await session.runBatch({ probes: 20, budgetNs: NO_BUDGET_NS }, samples);
      expect(samples.count).toBe(20);
      expect(await session.close()).toBe('answered');
      await server.close();
      expect(await refused(server.port)).toBe(true);
    },
  );
});
