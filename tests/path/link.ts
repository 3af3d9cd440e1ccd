/**
 * One direction of a path, in time that is passed in: packets wait in a queue for the rate, then travel for the delay.
 * Order is kept. Knows nothing of devices, and never asks for the time.
 */
import type { Random } from '../../src/stats/distributions/random.ts';
import { FairQueue } from './fair-queue.ts';

export interface LinkOptions {
  /** One way, ns. */
  readonly delayNs: number;
  /** Each packet takes up to so much longer, evenly spread, ns. */
  readonly jitterNs: number;
  /** Share of the packets that vanish, 0 to 1. */
  readonly lossRatio: number;
  /** Of packets with their IP header; undefined for no limit. */
  readonly rateBitsPerSecond: number | undefined;
  /** What may wait for the rate, the packet under way included, bytes; more is dropped. */
  readonly queueBytes: number;
  /** Whether each flow has a queue of its own, of `queueBytes` each. */
  readonly isFair: boolean;
  /** Longer packets vanish without a word (a path MTU black hole), bytes. */
  readonly mtuBytes: number;
}

interface Travelling {
  readonly packet: Uint8Array;
  readonly dueNs: number;
}

const NS_PER_S = 1_000_000_000;
const BITS_PER_BYTE = 8;
/** The head of the list is thrown away in one go when it has so many that have arrived. */
const MAX_ARRIVED = 1_024;

export class Link {
  /** While it is, every packet vanishes; what travels arrives. */
  isCut = false;
  private readonly options: LinkOptions;
  private readonly random: Random;
  private travelling: Travelling[] = [];
  private arrived = 0;
  /** When the last packet that was queued will have left. */
  private freeNs = 0;
  private lastDueNs = 0;
  /** Undefined where all wait in one line, whose length follows from the time at which it is over. */
  private readonly fair: FairQueue | undefined;

  constructor(options: LinkOptions, random: Random) {
    this.options = options;
    this.random = random;
    this.fair = options.isFair ? new FairQueue(options.queueBytes) : undefined;
  }

  /** Takes a packet over, or drops it. */
  put(packet: Uint8Array, nowNs: number): void {
    const { lossRatio, mtuBytes } = this.options;
    if (this.isCut || packet.length > mtuBytes || this.random() < lossRatio) return;
    if (this.fair !== undefined) {
      this.serve(nowNs);
      // An idle link starts at once; a busy one goes on where it is.
      if (this.fair.isEmpty) this.freeNs = Math.max(this.freeNs, nowNs);
      this.fair.put(packet);
      this.serve(nowNs);
      return;
    }
    const leavesNs = this.queued(packet.length, nowNs);
    if (leavesNs !== undefined) this.travel(packet, leavesNs);
  }

  /** When there is something to do, ns: mostly a packet that arrives; infinite when there is nothing. */
  get dueNs(): number {
    const arrivesNs = this.travelling[this.arrived]?.dueNs ?? Number.POSITIVE_INFINITY;
    return this.fair === undefined || this.fair.isEmpty ? arrivesNs : Math.min(arrivesNs, this.freeNs);
  }

  /** The next packet that has arrived by now. */
  take(nowNs: number): Uint8Array | undefined {
    this.serve(nowNs);
    const next = this.travelling[this.arrived];
    if (next === undefined || next.dueNs > nowNs) return undefined;
    this.arrived++;
    if (this.arrived >= MAX_ARRIVED) {
      this.travelling = this.travelling.slice(this.arrived);
      this.arrived = 0;
    }
    return next.packet;
  }

  private travel(packet: Uint8Array, leavesNs: number): void {
    const { delayNs, jitterNs } = this.options;
    this.lastDueNs = Math.max(this.lastDueNs, leavesNs + delayNs + this.random() * jitterNs);
    this.travelling.push({ packet, dueNs: this.lastDueNs });
  }

  /** Sends what waits, flow by flow, as far as the rate has allowed by now. */
  private serve(nowNs: number): void {
    const { fair } = this;
    while (fair !== undefined && !fair.isEmpty && this.freeNs <= nowNs) {
      const packet = fair.take();
      if (packet === undefined) return;
      this.freeNs += packet.length * this.nsPerByte;
      this.travel(packet, this.freeNs);
    }
  }

  /** 0 without a rate. */
  private get nsPerByte(): number {
    const { rateBitsPerSecond } = this.options;
    return rateBitsPerSecond === undefined ? 0 : (BITS_PER_BYTE * NS_PER_S) / rateBitsPerSecond;
  }

  /** When a packet has left the queue; undefined when there is no room for it. */
  private queued(bytes: number, nowNs: number): number | undefined {
    const { rateBitsPerSecond, queueBytes } = this.options;
    if (rateBitsPerSecond === undefined) return nowNs;
    const { nsPerByte } = this;
    // An idle link starts at once; a busy one goes on where it is.
    const startNs = Math.max(nowNs, this.freeNs);
    const waitingBytes = (startNs - nowNs) / nsPerByte;
    if (waitingBytes + bytes > queueBytes) return undefined;
    this.freeNs = startNs + bytes * nsPerByte;
    return this.freeNs;
  }
}
