/**
 * The connection of a load that carries no data: its markers are probes beside the load, answered with the time by the
 * program's clock at once and by the kernel's stamps with a later answer.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import { encodeMessage, type LoadEnd, type LoadMessage } from '../../core/load/load-messages.ts';
import type { ClientHeard } from '../../core/load/load-rules.ts';
import type { Connection } from '../../net/connection.ts';
import { type LoadPart, MAX_UNREAD_ANSWERS } from './load-part.ts';
import type { ProcessorShare } from './processor-share.ts';
import type { SharedLoad } from './shared-load.ts';

export class OwnerPart implements LoadPart {
  answered = 0;
  isClear = true;
  private readonly connection: Connection;
  private readonly timekeeper: Timekeeper;
  private readonly load: SharedLoad;
  private readonly processor: ProcessorShare;
  private readonly onDone: () => void;
  private readonly hasStamps: boolean;
  /** Markers whose answers wait for their stamps. */
  private readonly awaited: number[] = [];
  /** What the stamps have told and the client has not heard. */
  private readonly told: LoadMessage[] = [];
  /** Answers that wait in the connection. */
  private unread = 0;

  /** @param onDone its client needs no more */
  constructor(
    connection: Connection,
    timekeeper: Timekeeper,
    load: SharedLoad,
    processor: ProcessorShare,
    onDone: () => void,
  ) {
    this.connection = connection;
    this.timekeeper = timekeeper;
    this.load = load;
    this.processor = processor;
    this.onDone = onDone;
    this.hasStamps = connection.stamps?.enable((ns, waitNs) => this.noteStamps(ns, waitNs)) === true;
  }

  take(heard: ClientHeard, nowNs: bigint): void {
    if (heard.kind === 'marker') this.answer(heard.marker, nowNs);
    else if (heard.kind === 'end') {
      this.say({ kind: 'end', sentBytes: 0 });
      this.onDone();
    }
  }

  tick(nowNs: bigint): void {
    if (!this.isClear) return;
    const report: LoadMessage = {
      kind: 'report',
      receivedBytes: this.load.get('receivedBytes'),
      clockNs: Number(nowNs),
      cpuMillionths: this.processor.take(),
    };
    this.say(...this.told.splice(0), report);
  }

  drained(): void {
    this.isClear = true;
    this.unread = 0;
  }

  finish(reason: LoadEnd): void {
    this.say(...this.told.splice(0), { kind: 'over', reason });
  }

  drop(): void {}

  private answer(marker: number, readNs: bigint): void {
    if (this.unread >= MAX_UNREAD_ANSWERS) return;
    this.answered++;
    // In one write: another packet would be another probe.
    const before = this.told.splice(0);
    const residenceNs = Number(this.timekeeper.nowNs() - readNs);
    this.say(...before, { kind: 'answer', marker, residenceNs });
    if (!this.isClear) this.unread++;
    if (!this.hasStamps) return;
    this.awaited.push(marker);
    this.connection.stamps?.answered();
  }

  private noteStamps(residenceNs: number, waitNs: number): void {
    const marker = this.awaited.shift();
    if (marker === undefined || !(residenceNs >= 0 && waitNs >= 0)) return;
    this.told.push({ kind: 'kernel-answer', marker, residenceNs, waitNs });
    // Of a client that asks no more and reads no more.
    if (this.told.length > MAX_UNREAD_ANSWERS) this.told.shift();
  }

  private say(...messages: readonly LoadMessage[]): void {
    const parts = messages.map(encodeMessage);
    if (
      !this.connection.write(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts))
    ) {
      this.isClear = false;
    }
  }
}
