/** A result of the native engine, scripted: round trips taken apart, and what the kernel told beside them. */
import { analyse } from '../../src/analysis/analyse.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { startRun } from '../../src/measure/exchange/run.ts';
import type { Result } from '../../src/result/result.ts';
import { MockEngine, type ScriptedLayers, type ScriptedSession } from '../measure/mock-engine.ts';
import { SAMPLE_RESULT } from './sample-result.ts';

const MISSING = Number.NaN;

/** Five probes around 12 us; the server has lost its stamp of the last one. */
const KERNEL_RTTS_NS = [5_430, 6_010, 5_200, 9_800, 5_500];
const RESIDENCES_NS = [3_800, 4_300, 3_600, 8_100, MISSING];

function layers(i: number): ScriptedLayers {
  return {
    sendCallNs: 2_100 + 10 * i,
    localQueueNs: 300,
    kernelRttNs: KERNEL_RTTS_NS[i] ?? MISSING,
    wakeUpNs: 3_900,
    residenceNs: RESIDENCES_NS[i] ?? MISSING,
  };
}

const SESSION: ScriptedSession = {
  rttNs: KERNEL_RTTS_NS.map((ns, i) => ns + 2_100 + 10 * i + 300 + 3_900),
  residenceSource: 'kernel',
  layers: KERNEL_RTTS_NS.map((_, i) => layers(i)),
  facts: {
    handshakeRttNs: 6_000,
    socket: {
      congestionControl: 'bbr',
      trafficClass: 0,
      maxSegmentBytes: 1_448,
      sendBufferBytes: 87_040,
      receiveBufferBytes: 131_072,
      noDelay: true,
      quickAck: null,
      multipath: false,
      bindAddress: null,
      device: null,
    },
  },
  path: {
    minRttNs: 5_000,
    smoothedRttNs: 7_000,
    retransmittedSegments: 0,
    congestionWindowSegments: 10,
    sendMssBytes: 1_448,
    pathMtuBytes: 1_500,
    peerWindowBytes: 65_536,
    ownWindowBytes: 65_536,
    busyNs: 0,
    receiveWindowLimitedNs: 0,
    sendBufferLimitedNs: 0,
  },
  cpuShare: 0.42,
};

/** @param changes to what both sessions do */
export async function stampedResult(changes: Partial<ScriptedSession> = {}, probes = 5): Promise<Result> {
  const clock = new VirtualClock();
  const second = { ...SESSION, path: { ...SESSION.path, congestionWindowSegments: 42 } } as ScriptedSession;
  const sessions = [SESSION, second].map((session) => ({ ...session, ...changes }));
  const engine = new MockEngine(clock, { sessions, name: 'native' });
  const target = { host: 'echo.example', port: 9_900, type: 'rtt', sizes: [1, 1_000] } as const;
  const options = { ...target, probes, blocks: 1, seed: 1 };
  const result = await clock.drive(startRun({ engine, clock, analyse }, options).result);
  // Nothing of the machine that runs the tests.
  return { ...result, tool: SAMPLE_RESULT.tool, system: SAMPLE_RESULT.system };
}
