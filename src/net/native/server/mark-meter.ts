/**
 * The layers of round trips of which many may be under way: matches each marked message with the kernel's stamps of
 * its last byte, and with that of its answer. A stamp that is missing makes no layers, never wrong ones.
 */
import type { ProbeLayers } from '../../connection.ts';
import { layersOf } from '../../round-trip.ts';
import { SCM_TSTAMP_SND } from '../kernel/constants.ts';
import type { Holes } from '../kernel/holes.ts';
import type { Libc } from '../kernel/libc.ts';
import { RealtimeOffset } from '../kernel/realtime.ts';
import { STAMP_ID_RANGE, type StampReader } from '../kernel/timestamps.ts';
import type { StampMeter } from './meter.ts';

/** An offset that moves more between two answers is a step of the wall clock: stamps around it cannot be compared. */
const CLOCK_STEP_NS = 20_000;
/** Of more messages than that at once the oldest have no layers. */
const MAX_MARKS = 1_024;
const NS_PER_S = 1_000_000_000;

interface Mark {
  readonly index: number;
  /** The number of its last byte. */
  readonly id: number;
  /** When its send call had returned, ns after the epoch. */
  readonly takenNs: number;
  /** Of the wall clock. */
  schedNs: number;
  sndNs: number;
}

export class MarkMeter implements StampMeter {
  private readonly reader: StampReader;
  private readonly holes: Pick<Holes, 'explain'>;
  private readonly fd: number;
  private readonly epochNs: bigint = process.hrtime.bigint();
  private readonly clock: RealtimeOffset;
  private readonly marks: Mark[] = [];
  private sentBytes = 0;
  private count = 0;
  /** What is written next is a message to mark. */
  private isMarking = false;
  private rxNs = Number.NaN;
  /** Those marked before are not comparable. */
  private comparableFrom = 0;

  constructor(libc: Libc, reader: StampReader, holes: Pick<Holes, 'explain'>, fd: number) {
    this.reader = reader;
    this.holes = holes;
    this.fd = fd;
    this.clock = new RealtimeOffset(libc, this.epochNs);
    this.clock.calibrate();
  }

  get awaits(): boolean {
    // Bytes leave in order: what is known of the last is known of all, or was lost.
    const last = this.marks.at(-1);
    return last !== undefined && Number.isNaN(last.sndNs);
  }

  received(): void {
    this.rxNs = this.reader.stamped ? this.stampNs() : Number.NaN;
  }

  receivedNow(): void {
    this.rxNs = Number.NaN;
  }

  wrote(bytes: number): void {
    this.sentBytes = (this.sentBytes + bytes) % STAMP_ID_RANGE;
    if (!this.isMarking) return;
    this.isMarking = false;
    const id = (this.sentBytes + STAMP_ID_RANGE - 1) % STAMP_ID_RANGE;
    const takenNs = this.since(process.hrtime.bigint());
    this.marks.push({ index: this.count++, id, takenNs, schedNs: Number.NaN, sndNs: Number.NaN });
    if (this.marks.length > MAX_MARKS) this.marks.shift();
  }

  drain(fd: number): void {
    while (this.reader.nextSent(fd)) this.note();
  }

  mark(): void {
    this.isMarking = true;
  }

  layersOf(index: number, sentNs: bigint, arrivedNs: bigint): ProbeLayers | undefined {
    this.drain(this.fd);
    let mark = this.marks.shift();
    while (mark !== undefined && mark.index < index) mark = this.marks.shift();
    // Numbers of messages that were answered before, and forgotten.
    if (mark === undefined || mark.index > index) {
      if (mark !== undefined) this.marks.unshift(mark);
      return undefined;
    }
    if (Math.abs(this.clock.calibrate()) > CLOCK_STEP_NS) this.comparableFrom = this.count;
    if (index < this.comparableFrom) return undefined;
    const { offsetNs } = this.clock;
    const wall = (ns: bigint): number => this.since(ns) + offsetNs;
    const inProgramNs = wall(arrivedNs);
    // A hole in the answer is of the path, and when it was filled only the program knows.
    const rxNs = this.holes.explain(inProgramNs - this.rxNs) ? inProgramNs : this.rxNs;
    const { takenNs, schedNs, sndNs } = mark;
    return layersOf({
      sentNs: wall(sentNs),
      takenNs: takenNs + offsetNs,
      schedNs,
      sndNs,
      rxNs,
      arrivedNs: inProgramNs,
    });
  }

  /** A retransmission has stamps, too: the last byte's first ones count. */
  private note(): void {
    const { sentId, sentKind } = this.reader;
    // As a rule it is of what was just sent.
    const mark = this.marks.findLast(({ id }) => id === sentId);
    if (mark === undefined) return;
    if (sentKind !== SCM_TSTAMP_SND) {
      if (Number.isNaN(mark.schedNs)) mark.schedNs = this.stampNs();
    } else if (Number.isNaN(mark.sndNs)) {
      mark.sndNs = this.stampNs();
    }
  }

  private since(ns: bigint): number {
    return Number(ns - this.epochNs);
  }

  private stampNs(): number {
    return (this.reader.seconds - this.clock.baseSeconds) * NS_PER_S + this.reader.nanoseconds;
  }
}
