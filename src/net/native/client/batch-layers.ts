/**
 * What the layers of a session's round trips need beside its probes, between the batches: kernel stamps that are
 * switched on, a wall clock that kept still while they were taken, and what the server says of the time it kept each
 * probe. Refuses to ask it during a batch, in the middle of timed exchanges.
 */
import type { EchoSession } from '../../../core/client/echo-session.ts';
import { MAX_KEPT_RESIDENCES } from '../../../core/limits.ts';
import type { ResidenceSource } from '../../../core/wire/residence.ts';
import type { ServerBusyRecord } from '../../../facts/instrument.ts';
import type { LayerBuffer, SampleBuffer } from '../../engine.ts';
import { Holes } from '../kernel/holes.ts';
import { RealtimeOffset } from '../kernel/realtime.ts';
import { enableStamps, StampReader } from '../kernel/timestamps.ts';
import type { Channel } from '../thread/channel.ts';
import { ProbeStamps } from './probe-stamps.ts';

/** An offset that moves more within a batch is a step of the wall clock: its stamps cannot be compared. */
const CLOCK_STEP_NS = 20_000;

/** Probes of a batch: `count` of its session from the one numbered `probe` on, whose sample is at `at`. */
export interface BatchProbes {
  readonly at: number;
  readonly probe: number;
  readonly count: number;
}

export class BatchLayers {
  /** Whose stamps the server's residence is made of; known once it was asked. */
  residenceSource: ResidenceSource | undefined;
  /** What the server has told so far; undefined where it tells nothing. */
  serverBusy: ServerBusyRecord | undefined;
  /** Of each probe, while the batch runs. */
  readonly stamps: ProbeStamps;
  private readonly clock: RealtimeOffset;

  private constructor(stamps: ProbeStamps, clock: RealtimeOffset) {
    this.stamps = stamps;
    this.clock = clock;
  }

  /** Has stamps taken of what the channel sends and receives; undefined where this kernel gives none. */
  static over(channel: Channel, epochNs: bigint): BatchLayers | undefined {
    if (!enableStamps(channel.socket, { sched: true, fresh: true })) return undefined;
    const reader = new StampReader(channel.libc, channel.received);
    const clock = new RealtimeOffset(channel.libc, epochNs);
    const stamps = new ProbeStamps(reader, clock, new Holes(channel.socket));
    channel.stamps = stamps;
    return new BatchLayers(stamps, clock);
  }

  /** A batch is about to begin. */
  begin(): void {
    this.clock.calibrate();
  }

  /**
   * A batch is over: what cannot be compared is forgotten, and the server is asked for its part.
   * @param ask sends a question, and returns when the session has its answer
   */
  complete(
    { rttNs, layers }: SampleBuffer,
    { at, probe, count }: BatchProbes,
    session: EchoSession,
    ask: (question: Uint8Array) => void,
  ): void {
    if (layers === undefined) return;
    if (Math.abs(this.clock.calibrate()) > CLOCK_STEP_NS) forget(layers, at, at + count);
    for (let asked = 0; asked < count; asked += MAX_KEPT_RESIDENCES) {
      if (!session.hasStamps) return;
      ask(session.askResidence(probe + asked, Math.min(MAX_KEPT_RESIDENCES, count - asked)));
      const { residence } = session;
      if (residence === undefined) return;
      this.residenceSource = residence.source;
      layers.residenceNs.set(residence.residenceNs, at + asked);
      if (residence.waitNs !== undefined) layers.serverTcpWaitNs.set(residence.waitNs, at + asked);
      const from = at + asked;
      this.noteBusy(residence.busyNs, rttNs.subarray(from, from + residence.residenceNs.length));
    }
  }

  /** What is longer than the round trips themselves is not believed. */
  private noteBusy(busyNs: number | undefined, rttNs: Float64Array): void {
    const totalRttNs = rttNs.reduce((total, ns) => total + ns, 0);
    if (busyNs === undefined || !(busyNs <= totalRttNs)) return;
    const before = this.serverBusy ?? { busyNs: 0, rttNs: 0 };
    this.serverBusy = { busyNs: before.busyNs + busyNs, rttNs: before.rttNs + totalRttNs };
  }
}

function forget(layers: LayerBuffer, first: number, end: number): void {
  for (const values of Object.values(layers)) values.fill(Number.NaN, first, end);
}
