/** The portable engine: the client loop over node:net, needing nothing but Node. */

import { monotonic } from '../../clock/monotonic.ts';
import type { SelfTestRecord } from '../../facts/instrument.ts';
import type { Engine } from '../engine.ts';
import type { Accept } from '../listener.ts';
import { OWN_PLAN, OWN_PROBES, OWN_SESSIONS, ownServerSession, selfTestOf } from '../session/own-echo.ts';
import { makeSampleBuffer } from '../session/samples.ts';
import { createLoopEngine } from '../session/session-loop.ts';
import { ThreadWatch } from '../thread-watch.ts';
import { nodeDialer } from './dialer.ts';
import { listenForSelf, type OwnListener } from './own-listener.ts';
import { oversleepsNs } from './sleeps.ts';

/** Of one session with itself; a slow machine gets as far as it gets. */
const SELF_TEST_BUDGET_NS = 30_000_000;

const loop: Engine = createLoopEngine('node', nodeDialer, () => new ThreadWatch());

export const nodeEngine: Engine = {
  ...loop,
  openLane: () => nodeEngine,
  prepare: selfTest,
  oversleep: oversleepsNs,
};

/**
 * Echoes with itself on a loopback port of its own before anything is measured. It compiles the very code
 * that will be timed (interpreted, the first hundred probes would be two to three times slower), and shows
 * what the engine measures where there is no path at all.
 */
async function selfTest(): Promise<SelfTestRecord | undefined> {
  let listener: OwnListener;
  try {
    listener = await listenForSelf(acceptSelf);
  } catch {
    // A place without a loopback to listen on loses the warm-up, not the measurement.
    return undefined;
  }
  try {
    return await echoWithSelf(listener.port);
  } catch {
    return undefined;
  } finally {
    listener.close();
  }
}

async function echoWithSelf(port: number): Promise<SelfTestRecord> {
  const samples = makeSampleBuffer(OWN_SESSIONS * OWN_PROBES, false);
  let hotFrom = 0;
  for (let i = 0; i < OWN_SESSIONS; i++) {
    if (i === OWN_SESSIONS / 2) hotFrom = samples.count;
    const target = { host: '127.0.0.1', port, family: 4 } as const;
    const session = await loop.open(target, OWN_PLAN, { epochNs: monotonic.nowNs() });
    await session.runBatch({ probes: OWN_PROBES, budgetNs: SELF_TEST_BUDGET_NS }, samples);
    await session.close();
  }
  return selfTestOf(samples, hotFrom);
}

const acceptSelf: Accept = (connection) => {
  const session = ownServerSession(monotonic.nowNs());
  return {
    onBytes: (chunk, nowNs) => {
      session.handleBytes(chunk, nowNs);
      for (let bytes = session.pollTransmit(); bytes !== undefined; bytes = session.pollTransmit()) {
        connection.write(bytes);
      }
      if (session.isClosed) connection.close();
    },
    onDrain: () => {},
    onEnd: () => connection.close(),
    onClose: () => {},
  };
};
