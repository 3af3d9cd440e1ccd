/** Lanes of the native engine have a thread each: what they hold is let go with them, and nothing else is. */
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineSession, Lane } from '../../../src/net/engine.ts';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { createNativeEngine } from '../../../src/net/native/client/engine.ts';
import { makePlan, makeSamples, NO_BUDGET_NS, targetOf } from '../world.ts';

const BATCH = { probes: 1, budgetNs: NO_BUDGET_NS };

const threads = (): number => readdirSync('/proc/self/task').length;
const descriptors = (): number => readdirSync('/proc/self/fd').length;

describe.skipIf(nativeUnavailable() !== undefined)('lanes of the native engine', () => {
  /** Takes what it is sent, and says nothing. */
  const silent = createServer((socket) => socket.resume().on('error', () => {}));
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    ({ port } = address);
  });
  afterAll(() => silent.close());

  function open(lane: Lane): Promise<EngineSession> {
    return lane.open(targetOf(port), makePlan('plain'), { epochNs: 0n });
  }

  test('say that they are closed to whoever goes on, and do not ask for a report of a bug', async () => {
    const engine = createNativeEngine();
    const lane = engine.openLane();
    const session = await open(lane);
    const batch = session.runBatch(BATCH, makeSamples());
    const closing = lane.close?.();
    const closed = { code: 'internal', message: expect.stringContaining('closed'), advice: undefined };
    await expect(batch).rejects.toMatchObject(closed);
    await closing;
    await expect(session.runBatch(BATCH, makeSamples())).rejects.toMatchObject(closed);
    await expect(open(lane)).rejects.toMatchObject(closed);
    expect(await session.close()).toBe('none');
    await engine.close?.();
  });

  test('are closed with their engine: no thread and no descriptor is left', async () => {
    const before = { threads: threads(), descriptors: descriptors() };
    const engine = createNativeEngine();
    const lanes = [engine, engine.openLane(), engine.openLane()];
    for (const lane of lanes) await open(lane);
    expect(threads()).toBeGreaterThanOrEqual(before.threads + lanes.length);
    await lanes[1]?.close?.();
    await engine.close?.();
    expect(threads()).toBe(before.threads);
    // The server's ends of the connections close a moment later.
    await expect.poll(descriptors).toBeLessThanOrEqual(before.descriptors);
  });
});
