/**
 * What waits for the rate of a link, a queue for each flow, which have their turns one after the other: a flow that
 * sends much waits behind itself and nobody else does (as fq_codel and cake do it, without their dropping).
 */

const IPV6 = 6;
/** Addresses and ports: of IPv4 without options, and of IPv6 without extension headers. */
const KEYS = { ipv4: [12, 24], ipv6: [8, 44] } as const;

export class FairQueue {
  private readonly maxBytes: number;
  /** In the order of their turns. */
  private readonly flows = new Map<string, { packets: Uint8Array[]; bytes: number }>();

  /** @param maxBytes what may wait of one flow */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get isEmpty(): boolean {
    return this.flows.size === 0;
  }

  /** Takes a packet over, or drops it. */
  put(packet: Uint8Array): void {
    const key = flowOf(packet);
    const flow = this.flows.get(key) ?? { packets: [], bytes: 0 };
    if (flow.bytes + packet.length > this.maxBytes) return;
    flow.packets.push(packet);
    flow.bytes += packet.length;
    this.flows.set(key, flow);
  }

  /** The packet whose turn it is; its flow has the next one after all others. */
  take(): Uint8Array | undefined {
    for (const [key, flow] of this.flows) {
      const packet = flow.packets.shift();
      this.flows.delete(key);
      if (packet === undefined) continue;
      flow.bytes -= packet.length;
      if (flow.packets.length > 0) this.flows.set(key, flow);
      return packet;
    }
    return undefined;
  }
}

function flowOf(packet: Uint8Array): string {
  const [start, end] = (packet[0] ?? 0) >> 4 === IPV6 ? KEYS.ipv6 : KEYS.ipv4;
  return String.fromCharCode(...packet.subarray(start, end));
}
