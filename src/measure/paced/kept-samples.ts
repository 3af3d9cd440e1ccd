/** Samples one by one, as long as there is room: histograms have all, these show what happened when. */
import type { PacedSamplesRecord } from '../../result/paced/paced-result.ts';

/** What all steps of a run have left together. */
export interface SampleRoom {
  left: number;
}

const FIRST_SAMPLES = 1_024;
/** Connection, due, sent, round trip. */
const COLUMNS = 4;

export class KeptSamples {
  private readonly room: SampleRoom;
  private readonly hadRoom: boolean;
  /** One sample after the other; a lost one has NaN for its round trip. */
  private values = new Float64Array(0);
  private length = 0;

  constructor(room: SampleRoom) {
    this.room = room;
    this.hadRoom = room.left > 0;
  }

  /** @param rttNs null for one that was lost */
  add(connection: number, dueNs: number, sentNs: number, rttNs: number | null): void {
    if (this.room.left === 0) return;
    this.room.left--;
    if (this.length === this.values.length) this.grow();
    const { values, length } = this;
    values[length] = connection;
    values[length + 1] = dueNs;
    values[length + 2] = sentNs;
    values[length + 3] = rttNs ?? Number.NaN;
    this.length += COLUMNS;
  }

  /** Null where there was no room for one. */
  get record(): PacedSamplesRecord | null {
    if (!this.hadRoom) return null;
    const [connection, dueAtNs, sentAtNs, rtts] = [0, 1, 2, 3].map((column) => this.columnOf(column)) as [
      number[],
      number[],
      number[],
      number[],
    ];
    return {
      connection,
      dueAtNs,
      sentAtNs,
      rttNs: rtts.map((rtt) => (Number.isNaN(rtt) ? null : rtt)),
    };
  }

  private columnOf(column: number): number[] {
    return Array.from(
      { length: this.length / COLUMNS },
      (_, i) => this.values[i * COLUMNS + column] as number,
    );
  }

  private grow(): void {
    const grown = new Float64Array(Math.max(FIRST_SAMPLES * COLUMNS, 2 * this.values.length));
    grown.set(this.values);
    this.values = grown;
  }
}
