/** The portable engine: the client loop over node:net, needing nothing but Node. */

import { monotonic } from '../../clock/monotonic.ts';
import { DEFAULT_SESSION_LIMITS } from '../../core/limits.ts';
import { ServerSession } from '../../core/server/server-session.ts';
import type { Setup } from '../../core/wire/messages.ts';
import type { Engine, SelfTest } from '../engine.ts';
import type { Accept } from '../listener.ts';
import { createLoopEngine } from '../session/session-loop.ts';
import { ThreadWatch } from '../thread-watch.ts';
import { nodeDialer } from './dialer.ts';
import { listenForSelf, type OwnListener } from './own-listener.ts';
import { oversleepsNs } from './sleeps.ts';

/** Several sessions, since connecting and closing are to be hot as well. */
const SELF_TEST_SESSIONS = 8;
const SELF_TEST_PROBES = 250;
const SELF_TEST_PAYLOAD_BYTES = 100;
const SELF_TEST_TIMEOUT_NS = 1_000_000_000;
/** A slow machine gets as far as it gets. */
const SELF_TEST_BUDGET_NS = 30_000_000;

const SELF_TEST_SETUP: Setup = {
  measurement: 'rtt',
  payloadBytes: SELF_TEST_PAYLOAD_BYTES,
  probes: SELF_TEST_PROBES,
  delay: { delayNs: 0, unit: 'seconds' },
};

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
async function selfTest(): Promise<SelfTest | undefined> {
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

async function echoWithSelf(port: number): Promise<SelfTest> {
  const samples = {
    rttNs: new Float64Array(SELF_TEST_SESSIONS * SELF_TEST_PROBES),
    sentNs: new Float64Array(SELF_TEST_SESSIONS * SELF_TEST_PROBES),
    count: 0,
  };
  let hotFrom = 0;
  for (let i = 0; i < SELF_TEST_SESSIONS; i++) {
    if (i === SELF_TEST_SESSIONS / 2) hotFrom = samples.count;
    const session = await loop.open(
      { host: '127.0.0.1', port, family: 4 },
      { protocol: 'size-first', setup: SELF_TEST_SETUP, timeoutNs: SELF_TEST_TIMEOUT_NS },
      { epochNs: monotonic.nowNs() },
    );
    await session.runBatch({ probes: SELF_TEST_PROBES, budgetNs: SELF_TEST_BUDGET_NS }, samples);
    await session.close();
  }
  const hot = samples.rttNs.subarray(hotFrom, samples.count).sort();
  return {
    probes: hot.length,
    minRttNs: hot[0] ?? 0,
    medianRttNs: hot[Math.floor(hot.length / 2)] ?? 0,
  };
}

const acceptSelf: Accept = (connection) => {
  const budget = { reserve: () => true, release: () => {} };
  const session = new ServerSession(
    { dialect: 'size-first', delayUnit: undefined, limits: DEFAULT_SESSION_LIMITS, budget },
    monotonic.nowNs(),
  );
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
