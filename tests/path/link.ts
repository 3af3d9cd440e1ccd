/**
 * One direction of a path, in time that is passed in: packets wait in a queue for the rate, then travel for the delay.
 * Order is kept. Knows nothing of devices, and never asks for the time.
 */
import type { Random } from '../../src/stats/distributions/random.ts';

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

  constructor(options: LinkOptions, random: Random) {
    this.options = options;
    this.random = random;
  }

  /** Takes a packet over, or drops it. */
  put(packet: Uint8Array, nowNs: number): void {
    const { lossRatio, delayNs, jitterNs, mtuBytes } = this.options;
    if (this.isCut || packet.length > mtuBytes || this.random() < lossRatio) return;
    const leavesNs = this.queued(packet.length, nowNs);
    if (leavesNs === undefined) return;
    this.lastDueNs = Math.max(this.lastDueNs, leavesNs + delayNs + this.random() * jitterNs);
    this.travelling.push({ packet, dueNs: this.lastDueNs });
  }

  /** When the next packet arrives, ns; infinite when none travels. */
  get dueNs(): number {
    return this.travelling[this.arrived]?.dueNs ?? Number.POSITIVE_INFINITY;
  }

  /** The next packet that has arrived by now. */
  take(nowNs: number): Uint8Array | undefined {
    const next = this.travelling[this.arrived];
    if (next === undefined || next.dueNs > nowNs) return undefined;
    this.arrived++;
    if (this.arrived >= MAX_ARRIVED) {
      this.travelling = this.travelling.slice(this.arrived);
      this.arrived = 0;
    }
    return next.packet;
  }

  /** When a packet has left the queue; undefined when there is no room for it. */
  private queued(bytes: number, nowNs: number): number | undefined {
    const { rateBitsPerSecond, queueBytes } = this.options;
    if (rateBitsPerSecond === undefined) return nowNs;
    const nsPerByte = (BITS_PER_BYTE * NS_PER_S) / rateBitsPerSecond;
    // An idle link starts at once; a busy one goes on where it is.
    const startNs = Math.max(nowNs, this.freeNs);
    const waitingBytes = (startNs - nowNs) / nsPerByte;
    if (waitingBytes + bytes > queueBytes) return undefined;
    this.freeNs = startNs + bytes * nsPerByte;
    return this.freeNs;
  }
}
