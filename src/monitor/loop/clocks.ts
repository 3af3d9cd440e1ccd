/**
 * Looks after time: whether the clock was set, the machine slept, or this program stood still. What was measured meanwhile
 * is none of a path, and what was not measured has a reason.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import type { SuspensionWatch } from '../../measure/machine/suspension.ts';
import { wasSuspended } from '../../measure/machine/suspension.ts';
import { delayText } from '../../text/units.ts';
import type { MonitorEvent } from '../records/event.ts';
import type { SkipReason } from '../records/interval.ts';
import { type Jump, WallWatch } from '../schedule/wall-watch.ts';

const LOOK_EVERY_NS = 1_000_000_000n;
/** A look that is later was kept from being: a busy machine delays none by so much. */
const STOOD_STILL_NS = 5_000_000_000n;
/** Jumps that are remembered, for runs that were under way; a run takes minutes at most. */
const MOST_JUMPS = 100;
const NS_PER_MS = 1e6;
const MS_PER_S = 1_000;

export interface ClocksDeps {
  readonly timekeeper: Timekeeper;
  readonly uptimeMs: () => number;
  readonly suspensions: SuspensionWatch | undefined;
  /** The wall clock shows another time than was expected, or some of it went by unseen. */
  readonly onGap: (event: MonitorEvent, isSet: boolean) => void;
}

export class Clocks {
  private readonly deps: ClocksDeps;
  private readonly wall: WallWatch;
  private readonly jumps: { readonly atNs: bigint; readonly reason: SkipReason }[] = [];
  private cancelWake = (): void => {};
  private dueNs = 0n;

  constructor(deps: ClocksDeps) {
    this.deps = deps;
    this.wall = new WallWatch(deps.timekeeper, deps.uptimeMs);
    this.sleep();
  }

  stop(): void {
    this.cancelWake();
    this.deps.suspensions?.stop();
  }

  /** Why what was under way between two moments must not be kept; undefined for nothing. */
  readonly spoiltBy = async (fromNs: bigint, toNs: bigint): Promise<SkipReason | undefined> => {
    this.look();
    const jump = this.jumps.find(({ atNs }) => atNs >= fromNs && atNs - LOOK_EVERY_NS <= toNs);
    if (jump !== undefined) return jump.reason;
    const { suspensions } = this.deps;
    if (suspensions === undefined) return undefined;
    await suspensions.settled();
    const continued = suspensions.continuedAtNs.map((ns) => Number(ns - fromNs));
    return wasSuspended(0, Number(toNs - fromNs), continued) ? 'suspended' : undefined;
  };

  private readonly look = (): void => {
    const jump = this.wall.look();
    if (jump === undefined) return;
    const { timekeeper, onGap } = this.deps;
    this.jumps.push({ atNs: timekeeper.nowNs(), reason: jump.reason });
    if (this.jumps.length > MOST_JUMPS) this.jumps.shift();
    onGap(jumpEvent(jump), true);
  };

  private sleep(): void {
    const { timekeeper, onGap } = this.deps;
    this.dueNs = timekeeper.nowNs() + LOOK_EVERY_NS;
    this.cancelWake = timekeeper.wakeAt(this.dueNs, () => {
      const lateNs = timekeeper.nowNs() - this.dueNs;
      this.look();
      if (lateNs >= STOOD_STILL_NS) onGap(stoodStillEvent(timekeeper.wallMs(), Number(lateNs)), false);
      this.sleep();
    });
  }
}

function jumpEvent({ reason, expectedMs, nowMs }: Jump): MonitorEvent {
  const byMs = nowMs - expectedMs;
  const seconds = spanText(Math.abs(byMs));
  const text =
    reason === 'suspended'
      ? `nothing was measured for ${seconds}: this machine was suspended`
      : `the clock was set ${byMs > 0 ? 'forward' : 'back'} by ${seconds}`;
  return { atMs: nowMs, kind: 'gap', target: null, text, facts: { reason, fromMs: expectedMs, toMs: nowMs } };
}

function stoodStillEvent(nowMs: number, lateNs: number): MonitorEvent {
  const lateMs = Math.round(lateNs / NS_PER_MS);
  return {
    atMs: nowMs,
    kind: 'gap',
    target: null,
    text: `nothing was measured for ${spanText(lateMs)}: this program was stopped`,
    facts: { reason: 'suspended', fromMs: nowMs - lateMs, toMs: nowMs },
  };
}

function spanText(ms: number): string {
  return delayText(Math.round(ms / MS_PER_S) * MS_PER_S * NS_PER_MS);
}
