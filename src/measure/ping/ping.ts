/**
 * Handshakes with one port at a steady interval. Their starts are those of a fixed schedule, not of the end of
 * the one before: a slow handshake shifts nothing, it only costs the starts that fell into its time.
 */
import { pingStatistics } from '../../analysis/ping.ts';
import { calibrate } from '../../clock/calibrate.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { SocketRecord } from '../../facts/socket.ts';
import type { TlsTerms } from '../../facts/tls.ts';
import type { Handshaker } from '../../net/handshaker.ts';
import type { PingFailure, PingReply, PingResult } from '../../result/ping-result.ts';
import { Activity, type ActivityDeps, type Handle, type LostEvent } from '../activity.ts';
import { wasSuspended } from '../machine/suspension.ts';
import { systemInfo, toolInfo } from '../machine/system.ts';
import { asEcholotError, errorRecord, outcomeOf, PingError } from '../outcome.ts';
import { plannedSocketRecord, socketRecord } from '../record.ts';
import { Route } from '../route.ts';
import { MAX_HANDSHAKES, type PingOptions, type PingPlan, planPing } from './ping-plan.ts';

export interface PingDeps extends ActivityDeps {
  /** Closed when the run ends. */
  readonly handshaker: Handshaker;
  /** Why `handshaker` is not the native one although none was named; null or absent otherwise. */
  readonly fallback?: string | null;
}

export type PingEvent =
  | LostEvent
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

/**
 * A series under way. Its `result` is the series, also when it was cancelled, as one without a count ends; it rejects
 * with a {@link PingError} when it cannot be: a host that nobody knows, options that the engine refuses. `cancel` ends it
 * at once; a handshake under way then does not count.
 */
export type Ping = Handle<PingEvent, PingResult>;

/** Starts a series. @throws EcholotError `usage` at once when the options cannot be. */
export function startPing(deps: PingDeps, options: PingOptions): Ping {
  const activity = new Activity<PingEvent>(deps, options.signal);
  const run = new PingRun(deps, planPing(options), activity);
  return activity.start(
    () => run.run(),
    async () => {},
  );
}

class PingRun {
  private readonly handshaker: Handshaker;
  private readonly activity: Activity<PingEvent>;
  private readonly fallback: string | null;
  private readonly plan: PingPlan;
  private readonly replies: PingReply[] = [];
  private readonly failures: PingFailure[] = [];
  private readonly unsent: PingFailure[] = [];
  private missedSlots = 0;
  private epochNs = 0n;
  private readonly route: Route;
  /** Of the first connection: they are all alike. */
  private socket: SocketRecord | null = null;
  /** Likewise. */
  private tls: TlsTerms | null = null;

  constructor({ handshaker, fallback = null }: PingDeps, plan: PingPlan, activity: Activity<PingEvent>) {
    this.handshaker = handshaker;
    this.activity = activity;
    this.fallback = fallback;
    this.plan = plan;
    this.route = new Route(plan);
  }

  async run(): Promise<PingResult> {
    const { plan, activity, handshaker, fallback } = this;
    const { clock } = activity;
    activity.tell({ kind: 'plan', plan, engine: handshaker.name, fallback });
    await handshaker.prepare?.();
    const startedAt = new Date(clock.wallMs()).toISOString();
    this.epochNs = clock.nowNs();
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
      engine: { name: handshaker.name, requested: plan.engine, fallback, clock: calibrate(clock) },
      startedAt,
      durationNs,
      plan: {
        ...plan,
        family: plan.family ?? null,
        count: plan.count ?? null,
        socket: plannedSocketRecord(plan.socket),
      },
      socket: this.socket,
      ...(plan.socket.tls === undefined ? {} : { tls: this.tls }),
      addresses: this.route.record,
      replies: this.replies,
      failures: this.failures,
      unsent: this.unsent,
      missedSlots: this.missedSlots,
      statistics: pingStatistics(this.replies, this.failures, this.unsent),
      outcome: outcomeOf(failure),
    };
    if (failure !== undefined && failure.code !== 'cancelled') throw new PingError(failure, result);
    return result;
  }

  private async runSchedule(): Promise<void> {
    const { activity, plan } = this;
    const { count = MAX_HANDSHAKES, intervalNs } = plan;
    let sequence = 1;
    for (let slot = 0; ; slot = this.slotAfter(slot)) {
      await activity.sleepUntil(this.epochNs + BigInt(slot) * BigInt(intervalNs));
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
    this.activity.tell({ kind: 'missed', slots });
  }

  /** @returns whether it came to an end of its own, reply or failure */
  private async handshake(sequence: number): Promise<boolean> {
    const { handshaker, activity, route } = this;
    const { signal } = activity;
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
      const wasSuspended = await this.wasSuspendedSince(atNs);
      const connectNs = wasSuspended ? null : found.connectNs;
      const secured = found.tls && { tlsHandshakeNs: wasSuspended ? null : found.tls.handshakeNs };
      const reply = { sequence, atNs, remote, local, handshakeRttNs, resentSyns, connectNs, ...secured };
      this.socket ??= found.socket === undefined ? null : socketRecord(found.socket);
      this.tls ??= found.tls === undefined ? null : termsOf(found.tls);
      this.replies.push(reply);
      this.activity.tell({ kind: 'reply', ...reply });
    } catch (thrown) {
      const error = asEcholotError(thrown);
      if (endsTheRun(error)) throw error;
      // The time ran out while nobody could look whether there was an answer.
      if (error.code === 'timeout' && (await this.wasSuspendedSince(atNs))) {
        this.miss(1);
        return false;
      }
      const failure = { sequence, atNs, error: errorRecord(error) };
      // What this machine lacks (ports, descriptors, memory, a route) says nothing about the path.
      const kind = error.code === 'limit' || error.nothingSent ? 'unsent' : 'failure';
      (kind === 'unsent' ? this.unsent : this.failures).push(failure);
      this.activity.tell({ kind, ...failure });
    }
    return true;
  }

  private async wasSuspendedSince(startNs: number): Promise<boolean> {
    const { suspensions } = this.activity;
    if (suspensions === undefined) return false;
    const endNs = this.sinceStartNs();
    await suspensions.settled(endNs - startNs);
    const continuedAtNs = suspensions.continuedAtNs.map((ns) => Number(ns - this.epochNs));
    return wasSuspended(startNs, endNs, continuedAtNs);
  }

  private sinceStartNs(): number {
    return Number(this.activity.clock.nowNs() - this.epochNs);
  }
}

function termsOf({ version, cipher }: TlsTerms): TlsTerms {
  return { version, cipher };
}

/** A host that is refusing or silent may come back; a name that nobody knows, or a wish nobody can fulfil, will not. */
function endsTheRun({ code, cause }: EcholotError): boolean {
  if (code === 'usage' || code === 'cancelled' || code === 'internal') return true;
  return cause instanceof Error && 'syscall' in cause && cause.syscall === 'getaddrinfo';
}
