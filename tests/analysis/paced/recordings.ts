/** Recordings of paced probes around steps that a test has made. */
import type {
  PacedConnectionRecord,
  PacedRecording,
  PacedStepRecord,
} from '../../../src/result/paced/paced-result.ts';

const REMOTE = { address: '192.0.2.7', port: 7, family: 4 } as const;

export function connectionRecord(number: number): PacedConnectionRecord {
  return {
    number,
    local: { address: '192.0.2.1', port: 40_000 + number, family: 4 },
    remote: REMOTE,
    handshakeRttNs: null,
    socket: null,
    lostAtNs: null,
    error: null,
  };
}

export function pacedRecording(
  steps: readonly PacedStepRecord[],
  over: Partial<PacedRecording> = {},
): PacedRecording {
  const [{ askedPerSecond, fromAtNs, toAtNs }] = steps as [PacedStepRecord];
  return {
    format: 'echolot-paced',
    version: 1,
    tool: { name: 'echolot', version: '0.0.0', node: 'v26.0.0' },
    system: { platform: 'linux', release: '6.0', arch: 'x64', cpu: null, cpus: 2 },
    startedAt: '2026-01-01T00:00:00.000Z',
    durationNs: steps.at(-1)?.toAtNs ?? 0,
    engine: {
      name: 'native',
      requested: 'auto',
      fallback: null,
      clock: { name: 'virtual', resolutionNs: 1, readCostNs: 1 },
    },
    plan: {
      host: 'server.example',
      port: 7,
      family: null,
      protocol: 'size-first',
      payloadBytes: 1_000,
      serverDelayNs: 0,
      delayUnit: null,
      connections: steps[0]?.byConnection.length ?? 1,
      inFlight: 1_024,
      ratesPerSecond: askedPerSecond === null ? [] : steps.map((step) => step.askedPerSecond ?? 0),
      arrivals: askedPerSecond === null ? null : 'uniform',
      seed: 1,
      stepNs: toAtNs - fromAtNs,
      warmupNs: fromAtNs,
      timeoutNs: 10_000_000_000,
      maxKeptSamples: 200_000,
      engine: 'auto',
      socket: {
        ...{ congestionControl: null, trafficClass: null, maxSegmentBytes: null, sendBufferBytes: null },
        ...{ receiveBufferBytes: null, noDelay: true, quickAck: false, multipath: false },
        ...{ bindAddress: null, device: null },
      },
    },
    server: { protocol: 'size-first', readyText: '200 OK: Ready', inFlight: 1_024, messageBytes: 1_010 },
    addresses: null,
    connections: (steps[0]?.byConnection ?? []).map((_, i) => connectionRecord(i + 1)),
    steps,
    health: null,
    continuedAtNs: [],
    outcome: { status: 'complete', error: null },
    ...over,
  };
}
