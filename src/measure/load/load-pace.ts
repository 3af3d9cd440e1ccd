/** What is looked at ten times a second while a load goes on: how much has come, and how busy its threads are. */
import type { FlowLane } from '../../net/flow/flow.ts';
import type { LoadDirection, LoadPhaseName, LoadProcessorsRecord } from '../../result/load/load-result.ts';
import type { DataPhase } from './data-phase.ts';
import type { LoadProgress } from './load-events.ts';

const TICK_NS = 100_000_000;
const NS_PER_S = 1_000_000_000;
const BITS_PER_BYTE = 8;

export class LoadPace {
  readonly tickNs: number = TICK_NS;
  private readonly lanes: { readonly data: FlowLane; readonly probes: FlowLane };
  private readonly atNs: number[] = [];
  private readonly dataShare: (number | null)[] = [];
  private readonly probeShare: (number | null)[] = [];
  private last: { data: DataPhase; atNs: number; down: number; up: number } | undefined;

  constructor(data: FlowLane, probes: FlowLane) {
    this.lanes = { data, probes };
  }

  get processors(): LoadProcessorsRecord {
    const { atNs, dataShare, probeShare } = this;
    return { atNs, dataShare, probeShare };
  }

  note(
    phase: LoadPhaseName,
    atNs: number,
    data: DataPhase | undefined,
  ): Omit<LoadProgress, 'leftNs' | 'rttNs'> {
    this.atNs.push(Math.round(atNs));
    this.dataShare.push(this.lanes.data.cpuShare() ?? null);
    this.probeShare.push(this.lanes.probes.cpuShare() ?? null);
    const streams = data?.standing ?? 0;
    if (data === undefined) return { phase, atNs, streams, downBitsPerSecond: null, upBitsPerSecond: null };
    const down = data.bytes('down');
    const up = data.bytes('up');
    const before = this.last?.data === data ? this.last : { atNs: atNs - TICK_NS, down: 0, up: 0 };
    this.last = { data, atNs, down, up };
    const seconds = (atNs - before.atNs) / NS_PER_S;
    const rate = (direction: LoadDirection, bytes: number): number | null =>
      phase === 'both' || phase === direction ? (bytes * BITS_PER_BYTE) / seconds : null;
    return {
      phase,
      atNs,
      streams,
      downBitsPerSecond: rate('down', down - before.down),
      upBitsPerSecond: rate('up', up - before.up),
    };
  }
}
