/**
 * Which sessions are told one by one. A client needs a few bytes for a connection that takes hundreds in the log, so
 * beyond so many a second from one address they are counted, and a second later summed up in one line. A session is
 * told whole or not at all.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import type { RefusalReason, ServerEvent } from '../../index.ts';

/** More than any measurement opens, whose sessions last tenths of a second. A load may open more; the rest is summed up. */
export const TOLD_PER_SECOND = 20;
/** Refusals that a client has brought upon itself. */
const OF_ITS_CLIENT: readonly RefusalReason[] = ['share', 'rate', 'budget'];
/** Addresses counted apart; all others share one count, so that a flood from many is bounded as well. */
export const MAX_ADDRESSES = 64;
const WINDOW_NS = 1_000_000_000n;

export interface Untold {
  /** Undefined for all those that were not counted apart. */
  readonly address: string | undefined;
  /** How many were begun, refused, and ended for each reason. */
  readonly counts: Readonly<Record<string, number>>;
}

interface Window {
  told: number;
  readonly counts: Map<string, number>;
}

export class Sampler {
  private readonly clock: Timekeeper;
  private readonly tell: (untold: Untold) => void;
  private readonly windows = new Map<string | undefined, Window>();
  /** Open sessions that are not told. */
  private readonly silent = new Set<number>();
  /** Of those, the ones that began a load that is under way. */
  private readonly silentLoads = new Set<number>();
  private cancel: (() => void) | undefined;

  constructor(clock: Timekeeper, tell: (untold: Untold) => void) {
    this.clock = clock;
    this.tell = tell;
  }

  /**
   * Call once for each event.
   * @param counts whether one that is not told is counted: what the log does not tell anyway is not missed
   * @returns whether to tell it
   */
  admits(event: ServerEvent, counts = true): boolean {
    const count = (what: string): void => {
      if ('remote' in event && counts) this.count(event.remote.address, what);
    };
    switch (event.kind) {
      case 'connected':
        if (this.takes(event.remote.address)) return true;
        this.silent.add(event.session);
        count('connected');
        return false;
      case 'refused':
        if (this.takes(event.remote.address)) return true;
        count(OF_ITS_CLIENT.includes(event.reason) ? 'refusedClient' : 'refused');
        return false;
      case 'unintroduced':
        if (this.takes(event.remote.address)) return true;
        count('unintroduced');
        return false;
      case 'setup':
      case 'dialect':
      case 'token':
      case 'load-turn':
      case 'echo':
        return !this.silent.has(event.session);
      case 'end':
        if (!this.silent.delete(event.session)) return true;
        count(event.reason);
        return false;
      case 'load':
        if (!this.silent.has(event.session)) return true;
        this.silentLoads.add(event.session);
        count('load');
        return false;
      case 'load-end':
        return !this.silentLoads.delete(event.session);
      case 'dropped':
        // The end of a session may be among them.
        this.silent.clear();
        this.silentLoads.clear();
        return true;
      default:
        return true;
    }
  }

  /** Sums up what was not told yet. */
  flush(): void {
    this.cancel?.();
    this.cancel = undefined;
    for (const [address, { counts }] of this.windows) {
      if (counts.size > 0) this.tell({ address, counts: Object.fromEntries(counts) });
    }
    this.windows.clear();
  }

  private takes(address: string): boolean {
    const window = this.windowOf(address);
    if (window.told >= TOLD_PER_SECOND) return false;
    window.told++;
    return true;
  }

  private count(address: string, what: string): void {
    const { counts } = this.windowOf(address);
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }

  private windowOf(address: string): Window {
    const known = this.windows.has(address) || this.windows.size < MAX_ADDRESSES;
    const key = known ? address : undefined;
    let window = this.windows.get(key);
    if (window === undefined) {
      window = { told: 0, counts: new Map() };
      this.windows.set(key, window);
      this.cancel ??= this.clock.wakeAt(this.clock.nowNs() + WINDOW_NS, () => this.flush());
    }
    return window;
  }
}
