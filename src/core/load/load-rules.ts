/**
 * What a client may say within a load, and when: judged by a server for each message of a connection. Whoever breaks a
 * rule ends its load. Refuses to know what a server does with what it hears.
 */
import { LOAD_SPEAKER, type LoadMessage } from './load-messages.ts';
import type { LoadData, LoadHeard } from './load-reader.ts';
import { RateBound } from './rate-bound.ts';

/** Whether a connection carries data, or is the one whose probes run beside it. */
export type LoadRole = 'owner' | 'stream';

/** What clients say. */
export type ClientHeard = LoadData | Extract<LoadMessage, { kind: 'begin' | 'marker' | 'end' }>;

/** Most markers on a connection: ten times what a probe each millisecond needs. */
export const MAX_MARKERS_PER_SECOND = 10_000;
/** A server that was held up for so long finds all markers of that time at once. */
const MARKER_BURST_NS = 1_000_000_000n;

export class LoadRules {
  /** Payload of the data that has come, bytes. */
  receivedBytes = 0;
  /** The client has said that it sends no more data, and wants none. */
  isEnded = false;
  /** The rule that was broken, for a log; undefined while none was. */
  breach: string | undefined;
  private readonly role: LoadRole;
  private readonly markers = new RateBound(MARKER_BURST_NS);

  constructor(role: LoadRole) {
    this.role = role;
  }

  /** Takes note of a message. @returns whether it keeps the rules; if not, {@link breach} tells */
  admits(heard: LoadHeard, nowNs: bigint): heard is ClientHeard {
    this.breach = this.breachOf(heard, nowNs);
    return this.breach === undefined;
  }

  private breachOf(heard: LoadHeard, nowNs: bigint): string | undefined {
    switch (heard.kind) {
      case 'data':
        this.receivedBytes += heard.bytes;
        return this.outOfPlace('data');
      case 'marker':
        return this.breachOfMarker(nowNs);
      case 'begin':
        return this.outOfPlace('a begin');
      case 'end':
        return this.breachOfEnd(heard.sentBytes);
      case 'fault':
        return `no message of a load: ${heard.received}`;
      default:
        return `what the ${LOAD_SPEAKER[heard.kind]} says: ${heard.kind}`;
    }
  }

  private breachOfMarker(nowNs: bigint): string | undefined {
    const isFlood = this.markers.take(1, MAX_MARKERS_PER_SECOND, nowNs) !== undefined;
    return isFlood ? `more than ${MAX_MARKERS_PER_SECOND} markers a second` : undefined;
  }

  private breachOfEnd(sentBytes: number): string | undefined {
    if (this.isEnded) return 'a second end';
    this.isEnded = true;
    if (sentBytes === this.receivedBytes) return undefined;
    return `an end after ${sentBytes} bytes, of which ${this.receivedBytes} have come`;
  }

  private outOfPlace(what: string): string | undefined {
    if (this.role === 'owner') return `${what} on the connection that carries none`;
    return this.isEnded ? `${what} after the end` : undefined;
  }
}
