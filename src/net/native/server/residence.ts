/**
 * How long answers stayed in this machine, and how much of that TCP and the interface's queue kept them after the
 * program had written: matches each answer with the kernel's stamps of the bytes before it and of its own last byte.
 * A stamp that is missing makes a residence that is missing (NaN), never a wrong one.
 */
import type { OnResidence } from '../../connection.ts';
import { SCM_TSTAMP_SND } from '../kernel/constants.ts';
import type { Holes } from '../kernel/holes.ts';
import type { WallClock } from '../kernel/realtime.ts';
import { STAMP_ID_RANGE, type StampReader, stampDistanceNs } from '../kernel/timestamps.ts';
import type { StampMeter } from './meter.ts';

interface Answer {
  /** The number of its last byte. */
  readonly id: number;
  /** When the bytes before it came. */
  readonly seconds: number;
  readonly nanoseconds: number;
  /** When the kernel had taken of it what it would take at once, by the clock of the stamps. */
  readonly takenSeconds: number;
  readonly takenNanoseconds: number;
}

/** A send stamp comes when the bytes leave, long before so many more answers are written. */
const MAX_AWAITED = 1_024;
const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000;

export class ResidenceMeter implements StampMeter {
  private readonly reader: StampReader;
  private readonly clock: WallClock;
  private readonly onResidence: OnResidence;
  private readonly holes: Pick<Holes, 'explain'>;
  private sentBytes = 0;
  private seconds = Number.NaN;
  private nanoseconds = Number.NaN;
  /** When the program had them, ms of a clock that is never set. */
  private readAtMs = 0;
  private readonly awaited: Answer[] = [];

  constructor(
    reader: StampReader,
    clock: WallClock,
    holes: Pick<Holes, 'explain'>,
    onResidence: OnResidence,
  ) {
    this.reader = reader;
    this.clock = clock;
    this.holes = holes;
    this.onResidence = onResidence;
  }

  /** Whether an answer's stamp is still to come. */
  get awaits(): boolean {
    return this.awaited.length > 0;
  }

  /** Call after the reader has received. */
  received(): void {
    this.seconds = this.reader.stamped ? this.reader.seconds : Number.NaN;
    this.nanoseconds = this.reader.nanoseconds;
    this.readAtMs = performance.now();
  }

  /** What was received came to the program at once, when what held it up was gone. */
  receivedNow(): void {
    const { seconds, nanoseconds } = this.clock.read();
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
  }

  /** So many more bytes were handed over, and have left or will leave. */
  wrote(bytes: number): void {
    this.clock.read();
    this.sentBytes = (this.sentBytes + bytes) % STAMP_ID_RANGE;
  }

  answered(): void {
    const id = (this.sentBytes + STAMP_ID_RANGE - 1) % STAMP_ID_RANGE;
    const { seconds: takenSeconds, nanoseconds: takenNanoseconds } = this.clock;
    const { seconds, nanoseconds } = this.begin();
    this.awaited.push({ id, seconds, nanoseconds, takenSeconds, takenNanoseconds });
    if (this.awaited.length > MAX_AWAITED) this.tell(Number.NaN, Number.NaN);
  }

  /** The stamp of the bytes before; where they waited for a lost segment, which is of the path, when they were read. */
  private begin(): { seconds: number; nanoseconds: number } {
    const { seconds, nanoseconds, clock } = this;
    const keptNs = stampDistanceNs(seconds, nanoseconds, clock.seconds, clock.nanoseconds);
    const sinceReadNs = Math.round((performance.now() - this.readAtMs) * NS_PER_MS);
    if (!this.holes.explain(keptNs - sinceReadNs)) return { seconds, nanoseconds };
    const readNs = clock.nanoseconds - sinceReadNs;
    const borrowed = Math.floor(readNs / NS_PER_S);
    return { seconds: clock.seconds + borrowed, nanoseconds: readNs - borrowed * NS_PER_S };
  }

  /** Takes every stamp that waits in the error queue of the connection. */
  drain(fd: number): void {
    while (this.reader.nextSent(fd)) {
      if (this.reader.sentKind === SCM_TSTAMP_SND) this.left(this.reader.sentId);
    }
  }

  private left(id: number): void {
    for (let first = this.awaited[0]; first !== undefined; first = this.awaited[0]) {
      // Numbers begin anew after 4 GiB: the sign of the distance tells which came first.
      const beyond = (id - first.id) | 0;
      if (beyond < 0) return;
      const { seconds, nanoseconds } = this.reader;
      const ns = stampDistanceNs(first.seconds, first.nanoseconds, seconds, nanoseconds);
      const known = beyond === 0 && ns >= 0;
      const { takenSeconds, takenNanoseconds } = first;
      const waitNs = stampDistanceNs(takenSeconds, takenNanoseconds, seconds, nanoseconds);
      // What left within the send call has waited for nothing.
      this.tell(known ? ns : Number.NaN, known ? Math.max(0, waitNs) : Number.NaN);
      if (beyond === 0) return;
    }
  }

  private tell(residenceNs: number, waitNs: number): void {
    this.awaited.shift();
    this.onResidence(residenceNs, waitNs);
  }
}
