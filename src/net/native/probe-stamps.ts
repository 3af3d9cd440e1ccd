/**
 * The kernel's stamps of one probe and its echo, made into the layers of its round trip. A stamp that did not
 * come is a missing sample, never a zero.
 */
import type { LayerBuffer } from '../engine.ts';
import { SCM_TSTAMP_SND } from './constants.ts';
import type { RealtimeOffset } from './realtime.ts';
import { STAMP_ID_RANGE, type StampReader } from './timestamps.ts';

/** Two clocks are read for one difference: a little below zero is their error, more is a wrong stamp. */
const TOLERATED_NS = -1_000;

export class ProbeStamps {
  private readonly reader: StampReader;
  private readonly clock: RealtimeOffset;
  private sentBytes = 0;
  /** When the last byte entered the local queue, left it, and when the echo's last segment came; NaN: missing. */
  private schedNs = Number.NaN;
  private sndNs = Number.NaN;
  private rxNs = Number.NaN;

  constructor(reader: StampReader, clock: RealtimeOffset) {
    this.reader = reader;
    this.clock = clock;
  }

  /** A new probe is about to be sent. */
  begin(): void {
    this.schedNs = Number.NaN;
    this.sndNs = Number.NaN;
    this.rxNs = Number.NaN;
  }

  noteSent(bytes: number): void {
    this.sentBytes = (this.sentBytes + bytes) % STAMP_ID_RANGE;
  }

  /** Receives into the reader's buffer. @returns how many bytes, 0 for the peer's FIN, or an error number below zero */
  receive(fd: number, offset: number, length: number): number {
    const { reader } = this;
    const n = reader.receive(fd, offset, length);
    if (n > 0) this.rxNs = reader.stamped ? this.stampNs() : Number.NaN;
    return n;
  }

  /** Takes what is in the error queue; stamps of other bytes than the last one sent are old. */
  drain(fd: number): void {
    const { reader } = this;
    const lastId = (this.sentBytes + STAMP_ID_RANGE - 1) % STAMP_ID_RANGE;
    while (Number.isNaN(this.sndNs) && reader.nextSent(fd)) {
      if (reader.sentId !== lastId) continue;
      if (reader.sentKind === SCM_TSTAMP_SND) this.sndNs = this.stampNs();
      else this.schedNs = this.stampNs();
    }
  }

  /**
   * Writes the layers of the probe sent at `sentNs` whose echo was there at `arrivedNs` (ns after the epoch).
   * The parts are kept only together: alone, none of them can be checked.
   */
  fill(layers: LayerBuffer, at: number, sentNs: number, arrivedNs: number): void {
    const { offsetNs } = this.clock;
    const sendCallNs = this.schedNs - (sentNs + offsetNs);
    const localQueueNs = this.sndNs - this.schedNs;
    const kernelRttNs = this.rxNs - this.sndNs;
    const wakeUpNs = arrivedNs + offsetNs - this.rxNs;
    const whole =
      sendCallNs >= TOLERATED_NS && localQueueNs >= 0 && kernelRttNs >= 0 && wakeUpNs >= TOLERATED_NS;
    layers.sendCallNs[at] = whole ? sendCallNs : Number.NaN;
    layers.localQueueNs[at] = whole ? localQueueNs : Number.NaN;
    layers.kernelRttNs[at] = whole ? kernelRttNs : Number.NaN;
    layers.wakeUpNs[at] = whole ? wakeUpNs : Number.NaN;
  }

  private stampNs(): number {
    return (this.reader.seconds - this.clock.baseSeconds) * 1e9 + this.reader.nanoseconds;
  }
}
