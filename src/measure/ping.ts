/**
 * Handshakes with one port at a steady interval. Their starts are those of a fixed schedule, not of the end of
 * the one before: a slow handshake shifts nothing, it only costs the starts that fell into its time.
 */
import { calibrate } from '../clock/calibrate.ts';
import type { Clock, Timekeeper } from '../clock/clock.ts';
import type { EcholotError } from '../core/errors.ts';
import type { Handshaker } from '../net/handshaker.ts';
import { Pending } from '../net/pending.ts';
import type { PingFailure, PingReply, PingResult, PingStatistics } from '../result/ping-result.ts';
import type { SocketRecord } from '../result/plan-record.ts';
import { summarize } from '../stats/summary.ts';
import { EventQueue } from './measurement.ts';
import { asEcholotError, errorRecord, outcomeOf, PingError } from './outcome.ts';
import { MAX_HANDSHAKES, type PingOptions, type PingPlan, planPing } from './ping-plan.ts';
import { plannedSocketRecord, socketRecord } from './record.ts';
import { Route } from './route.ts';
import { type SuspensionWatch, wasSuspended } from './suspension.ts';
import { systemInfo, toolInfo } from './system.ts';

export interface PingDeps {
  /** Closed when the run ends. */
  readonly handshaker: Handshaker;
  readonly timekeeper: Timekeeper;
  /** Why `handshaker` is not the native one although none was named; null or absent otherwise. */
  readonly fallback?: string | null;
  /** Hears when the process goes on after a stop, so that no figure contains one; absent in virtual time. */
  readonly watchSuspensions?: (clock: Clock) => SuspensionWatch;
}

export type PingEvent =
  | {
      readonly kind: 'plan';
      readonly plan: PingPlan;
      readonly engine: Handshaker['name'];
      readonly fallback: string | null;
    }
  | ({ readonly kind: 'reply' } & PingReply)
  | ({ readonly kind: 'failure' } & PingFailure)
  /** This machine could not send a SYN: no loss of the path. */
  | ({ readonly kind: 'unsent' } & PingFailure)
  /** So many starts of the schedule are left out: a handshake, or a stop of this process, took their time. */
  | { readonly kind: 'missed'; readonly slots: number };

/** A series under way: iterate over it for its replies, await its result, cancel it. */
export interface Ping extends AsyncIterable<PingEvent> {
  /**
   * The series, also when it was cancelled, as one without a count ends.
   * @throws PingError when it cannot be: a host that nobody knows, options that the engine refuses.
   */
  readonly result: Promise<PingResult>;
  /** Ends the run at once; a handshake under way then does not count. */
  cancel(): void;
}

/** Starts a series. @throws EcholotError `usage` at once when the options cannot be. */
export function startPing(deps: PingDeps, options: PingOptions): Ping {
  const run = new PingRun(deps, planPing(options), options);
  const result = run.run();
  // Whoever only iterates must not be killed by a rejection nobody awaited.
  result.catch(() => {});
  return {
    result,
    cancel: () => run.cancel(),
    [Symbol.asyncIterator]: () => run.events[Symbol.asyncIterator](),
  };
}

class PingRun {
  readonly events: EventQueue<PingEvent> = new EventQueue();
  private readonly handshaker: Handshaker;
  private readonly timekeeper: Timekeeper;
  private readonly fallback: string | null;
  private readonly suspensions: SuspensionWatch | undefined;
  private readonly plan: PingPlan;
  private readonly abort = new AbortController();
  private readonly signal: AbortSignal;
  private readonly replies: PingReply[] = [];
  private readonly failures: PingFailure[] = [];
  private readonly unsent: PingFailure[] = [];
  private missedSlots = 0;
  private epochNs = 0n;
  private readonly route: Route;
  /** Of the first connection: they are all alike. */
  private socket: SocketRecord | null = null;

  constructor(deps: PingDeps, plan: PingPlan, { signal }: PingOptions) {
    this.handshaker = deps.handshaker;
    this.timekeeper = deps.timekeeper;
    this.fallback = deps.fallback ?? null;
    this.suspensions = deps.watchSuspensions?.(deps.timekeeper);
    this.plan = plan;
    this.signal = signal === undefined ? this.abort.signal : AbortSignal.any([signal, this.abort.signal]);
    this.route = new Route(plan);
  }

  cancel(): void {
    this.abort.abort();
  }

  async run(): Promise<PingResult> {
    try {
      return await this.runToResult();
    } finally {
      this.suspensions?.stop();
      this.events.close();
    }
  }

  private async runToResult(): Promise<PingResult> {
    const { plan, timekeeper, handshaker, fallback } = this;
    this.events.push({ kind: 'plan', plan, engine: handshaker.name, fallback });
    await handshaker.prepare?.();
    const startedAt = new Date(timekeeper.wallMs()).toISOString();
    this.epochNs = timekeeper.nowNs();
    let failure: EcholotError | undefined;
    try {
      await this.runSchedule();
    } catch (error) {
      failure = asEcholotError(error);
    }
    const durationNs = this.sinceStartNs();
    await handshaker.close();
    const result: PingResult = {
      format: 'echolot-ping',
      version: 1,
      tool: toolInfo(),
      system: systemInfo(),
      engine: { name: handshaker.name, requested: plan.engine, fallback, clock: calibrate(timekeeper) },
      startedAt,
      durationNs,
      plan: {
        ...plan,
        family: plan.family ?? null,
        count: plan.count ?? null,
        socket: plannedSocketRecord(plan.socket),
      },
      socket: this.socket,
      addresses: this.route.record,
      replies: this.replies,
      failures: this.failures,
      unsent: this.unsent,
      missedSlots: this.missedSlots,
      statistics: statisticsOf(this.replies, this.failures, this.unsent),
      outcome: outcomeOf(failure),
    };
    if (failure !== undefined && failure.code !== 'cancelled') throw new PingError(failure, result);
    return result;
  }

  private async runSchedule(): Promise<void> {
    const { count = MAX_HANDSHAKES, intervalNs } = this.plan;
    let sequence = 1;
    for (let slot = 0; ; slot = this.slotAfter(slot)) {
      await this.until(this.epochNs + BigInt(slot) * BigInt(intervalNs));
      if (await this.handshake(sequence)) sequence++;
      if (sequence > count) return;
    }
  }

  /** The first slot after this one whose time is not over. */
  private slotAfter(slot: number): number {
    const next = Math.max(slot + 1, Math.ceil(this.sinceStartNs() / this.plan.intervalNs));
    const slots = next - slot - 1;
    if (slots > 0) this.miss(slots);
    return next;
  }

  private miss(slots: number): void {
    this.missedSlots += slots;
    this.events.push({ kind: 'missed', slots });
  }

  private async until(startNs: bigint): Promise<void> {
    const pending = new Pending();
    const cancelTimer = this.timekeeper.wakeAt(startNs, () => pending.resolve());
    try {
      await pending.wait(this.signal, (error) => pending.reject(error));
    } finally {
      cancelTimer();
    }
  }

  /** @returns whether it came to an end of its own, reply or failure */
  private async handshake(sequence: number): Promise<boolean> {
    const { handshaker, signal, route } = this;
    const { timeoutNs, socket } = this.plan;
    const atNs = this.sinceStartNs();
    try {
      const found = await handshaker.handshake(route.target, {
        timeoutNs,
        signal,
        socket,
        onDialed: route.note,
      });
      const { remote, local, handshakeRttNs = null, resentSyns = null } = found;
      // The kernel's figure is right all the same: the kernel was not stopped.
      const connectNs = (await this.wasSuspendedSince(atNs)) ? null : found.connectNs;
      const reply = { sequence, atNs, remote, local, handshakeRttNs, resentSyns, connectNs };
      this.socket ??= found.socket === undefined ? null : socketRecord(found.socket);
      this.replies.push(reply);
      this.events.push({ kind: 'reply', ...reply });
    } catch (thrown) {
      const error = asEcholotError(thrown);
      if (endsTheRun(error)) throw error;
      // The time ran out while nobody could look whether there was an answer.
      if (error.code === 'timeout' && (await this.wasSuspendedSince(atNs))) {
        this.miss(1);
        return false;
      }
      const failure = { sequence, atNs, error: errorRecord(error) };
      // What this machine lacks (ports, descriptors, memory) says nothing about the path.
      const kind = error.code === 'limit' ? 'unsent' : 'failure';
      (kind === 'unsent' ? this.unsent : this.failures).push(failure);
      this.events.push({ kind, ...failure });
    }
    return true;
  }

  private async wasSuspendedSince(startNs: number): Promise<boolean> {
    if (this.suspensions === undefined) return false;
    const endNs = this.sinceStartNs();
    await this.suspensions.settled();
    const continuedAtNs = this.suspensions.continuedAtNs.map((ns) => Number(ns - this.epochNs));
    return wasSuspended(startNs, endNs, continuedAtNs);
  }

  private sinceStartNs(): number {
    return Number(this.timekeeper.nowNs() - this.epochNs);
  }
}

/** A host that is refusing or silent may come back; a name that nobody knows, or a wish nobody can fulfil, will not. */
function endsTheRun({ code, cause }: EcholotError): boolean {
  if (code === 'usage' || code === 'cancelled' || code === 'internal') return true;
  return cause instanceof Error && 'syscall' in cause && cause.syscall === 'getaddrinfo';
}

function statisticsOf(
  replies: readonly PingReply[],
  failures: readonly PingFailure[],
  unsent: readonly PingFailure[],
): PingStatistics {
  const kernel = replies.map(({ handshakeRttNs }) => handshakeRttNs).filter((ns) => ns !== null);
  const application = replies.map(({ connectNs }) => connectNs).filter((ns) => ns !== null);
  return {
    answered: replies.length,
    failed: failures.length,
    unsent: unsent.length,
    suspended: replies.length - application.length,
    handshakeRttNs: summarize(kernel),
    connectNs: summarize(application),
  };
}
