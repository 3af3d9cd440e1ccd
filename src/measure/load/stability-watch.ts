/** Whether a phase that goes on is stable: looks at its goodput and its probes at the end of each interval. */
import { lastIntervals, rpmWithin } from '../../analysis/load/waiting/responsiveness.ts';
import { STABILITY_INTERVAL_NS, Stability } from '../../analysis/load/waiting/stability.ts';
import type { LoadDirection, LoadPhaseName } from '../../result/load/load-result.ts';
import type { DataPhase } from './data-phase.ts';
import type { ProbesRecorder } from './probes-recorder.ts';

const BITS_PER_BYTE = 8;
const NS_PER_S = 1_000_000_000;

export class StabilityWatch {
  private readonly data: DataPhase;
  private readonly foreign: ProbesRecorder;
  private readonly directions: readonly LoadDirection[];
  private readonly stability: Stability;
  private readonly beganNs: number;
  private intervals = 0;
  private lookedNs: number;
  private bytes: readonly number[];

  constructor(phase: LoadPhaseName, data: DataPhase, foreign: ProbesRecorder, beganNs: number) {
    this.data = data;
    this.foreign = foreign;
    this.directions = phase === 'down' || phase === 'up' ? [phase] : ['down', 'up'];
    this.stability = new Stability(this.directions.length);
    this.bytes = this.directions.map(() => 0);
    this.beganNs = beganNs;
    this.lookedNs = beganNs;
  }

  /** To be called ten times a second or so. @returns whether goodput and responsiveness are stable */
  look(atNs: number): boolean {
    const { data, directions, beganNs } = this;
    if (atNs < beganNs + (this.intervals + 1) * STABILITY_INTERVAL_NS) return false;
    const seconds = (atNs - this.lookedNs) / NS_PER_S;
    const bytes = directions.map((direction) => data.bytes(direction));
    const rates = bytes.map((count, i) => ((count - (this.bytes[i] ?? 0)) * BITS_PER_BYTE) / seconds);
    this.intervals = Math.floor((atNs - beganNs) / STABILITY_INTERVAL_NS);
    this.lookedNs = atNs;
    this.bytes = bytes;
    const window = lastIntervals({ fromNs: beganNs, toNs: atNs, holes: [] }, atNs);
    const parts = rpmWithin({ foreign: this.foreign.record, own: data.ownProbes }, window);
    // 5.4 of the draft: a test of which a connection was lost has no result.
    return this.stability.note(rates, parts?.rpm ?? null) && !data.isBroken;
  }
}
