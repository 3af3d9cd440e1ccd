/** Loads with one thing wrong, and the doubts that they raise. */
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import type { LoadRecording, ReportsRecord, StreamRecord } from '../../../src/result/load/load-result.ts';
import type { LoadDoubt, LoadDoubtCode } from '../../../src/result/load/load-statistics.ts';
import { MS, ramped, roundTrip, type SimulatedPhase } from './loads.ts';

export const IDLE: SimulatedPhase = { name: 'idle' };
export const RATE = 40e6;

export function down(over: Partial<SimulatedPhase> = {}): SimulatedPhase {
  const parts = (): ReturnType<typeof roundTrip> => roundTrip(13 * MS);
  return { name: 'down', parts, streams: [{ direction: 'down', rate: ramped(RATE) }], ...over };
}

export function up(over: Partial<SimulatedPhase> = {}): SimulatedPhase {
  return { ...down(), name: 'up', streams: [{ direction: 'up', rate: ramped(RATE) }], ...over };
}

export function doubtsOf(recording: LoadRecording): readonly LoadDoubt[] {
  return analyseLoad(recording).doubts;
}

export function codes(recording: LoadRecording): LoadDoubtCode[] {
  return doubtsOf(recording).map(({ code }) => code);
}

/** The same load with its stream changed. */
export function withStream(
  recording: LoadRecording,
  change: (stream: StreamRecord) => Partial<StreamRecord>,
): LoadRecording {
  return { ...recording, streams: recording.streams.map((stream) => ({ ...stream, ...change(stream) })) };
}

/** Those reports of which this one is true, by their place. */
export function keptReports(reports: ReportsRecord, isKept: (place: number) => boolean): ReportsRecord {
  const { atNs, receivedBytes, peerClockNs, peerCpuShare } = reports;
  const pick = <T>(values: readonly T[]): T[] => values.filter((_, i) => isKept(i));
  return {
    ...{ atNs: pick(atNs), receivedBytes: pick(receivedBytes) },
    ...{ peerClockNs: pick(peerClockNs), peerCpuShare: pick(peerCpuShare) },
  };
}
