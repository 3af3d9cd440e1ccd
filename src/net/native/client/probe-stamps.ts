/**
 * The kernel's stamps of one probe and its echo, made into the layers of its round trip. A stamp that did not
 * come is a missing sample, never a zero.
 */
import type { LayerBuffer } from '../../engine.ts';
import { layersOf } from '../../round-trip.ts';
import { SCM_TSTAMP_SND } from '../kernel/constants.ts';
import type { Holes } from '../kernel/holes.ts';
import type { RealtimeOffset } from '../kernel/realtime.ts';
import { STAMP_ID_RANGE, type StampReader } from '../kernel/timestamps.ts';

export class ProbeStamps {
  private readonly reader: StampReader;
  private readonly clock: RealtimeOffset;
  private readonly holes: Holes;
  private sentBytes = 0;
  /** The number of the last byte of the message under way. */
  private lastId = 0;
  /** When the last byte entered the local queue, left it, and when the echo's last segment came; NaN: missing. */
  private schedNs = Number.NaN;
  private sndNs = Number.NaN;
  private rxNs = Number.NaN;

  constructor(reader: StampReader, clock: RealtimeOffset, holes: Holes) {
    this.reader = reader;
    this.clock = clock;
    this.holes = holes;
  }

  /** A new message of so many bytes is about to be sent, in one piece or in many. */
  begin(messageBytes: number): void {
    this.lastId = (this.sentBytes + messageBytes + STAMP_ID_RANGE - 1) % STAMP_ID_RANGE;
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

  /** Takes stamps of sent bytes until that of the message's last byte is there, or there are no more for now. */
  collect(fd: number): void {
    while (Number.isNaN(this.sndNs) && this.reader.nextSent(fd)) this.note();
  }

  /**
   * Takes every stamp there is. Stamps that are left ahead of a sleep end it at once, and all of them lie in the
   * memory that the kernel would receive into: nothing comes any more once they fill it.
   * @returns whether there was one
   */
  drain(fd: number): boolean {
    let any = false;
    for (; this.reader.nextSent(fd); any = true) this.note();
    return any;
  }

  /** Each piece of a message has stamps, and so has each retransmission: the last byte's first ones count. */
  private note(): void {
    const { reader } = this;
    if (reader.sentId !== this.lastId) return;
    if (reader.sentKind !== SCM_TSTAMP_SND) {
      if (Number.isNaN(this.schedNs)) this.schedNs = this.stampNs();
    } else if (Number.isNaN(this.sndNs)) {
      this.sndNs = this.stampNs();
    }
  }

  /**
   * Writes the layers of the probe sent at `sentNs`, which the kernel had taken at `takenNs` and whose echo was there
   * at `arrivedNs` (ns after the epoch).
   */
  fill(layers: LayerBuffer, at: number, sentNs: number, takenNs: number, arrivedNs: number): void {
    const { offsetNs } = this.clock;
    const inProgramNs = arrivedNs + offsetNs;
    // A hole in the echo is of the path, and when it was filled only the program knows.
    const rxNs = this.holes.explain(inProgramNs - this.rxNs) ? inProgramNs : this.rxNs;
    const parts = layersOf({
      sentNs: sentNs + offsetNs,
      takenNs: takenNs + offsetNs,
      schedNs: this.schedNs,
      sndNs: this.sndNs,
      rxNs,
      arrivedNs: inProgramNs,
    });
    layers.sendCallNs[at] = parts?.sendCallNs ?? Number.NaN;
    layers.tcpWaitNs[at] = parts?.tcpWaitNs ?? Number.NaN;
    layers.localQueueNs[at] = parts?.localQueueNs ?? Number.NaN;
    layers.kernelRttNs[at] = parts?.kernelRttNs ?? Number.NaN;
    layers.wakeUpNs[at] = parts?.wakeUpNs ?? Number.NaN;
  }

  private stampNs(): number {
    return (this.reader.seconds - this.clock.baseSeconds) * 1e9 + this.reader.nanoseconds;
  }
}
