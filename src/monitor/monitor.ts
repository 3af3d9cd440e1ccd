/**
 * Measures targets for as long as it is let: each at its own slots, none in the way of another. What is found goes to the
 * store, which is never waited for, and to whoever listens.
 */
import type { Timekeeper } from '../clock/clock.ts';
import type { SuspensionWatch } from '../measure/machine/suspension.ts';
import type { Instrument } from '../measure/standing/instrument.ts';
import { delayText } from '../text/units.ts';
import type { AlertRule } from './alerts/rule.ts';
import type { Silence } from './alerts/silence.ts';
import { AlertWatch, type Told } from './alerts/watch.ts';
import { Clocks } from './loop/clocks.ts';
import { afterRun, type TargetState, UNKNOWN } from './loop/state.ts';
import { TargetLoop } from './loop/target-loop.ts';
import { Turns } from './loop/turns.ts';
import type { Target } from './plan/target.ts';
import type { MonitorEvent } from './records/event.ts';
import type { Interval } from './records/interval.ts';
import type { RunFound } from './runs/run.ts';
import { runnerOf } from './runs/runner.ts';
import type { Batch, Store } from './store/store.ts';
import { summarized } from './store/summary.ts';

/** Less is no gap but the time that a program takes to start again. */
const LEAST_GAP_INTERVALS = 2;
const MAINTAIN_EVERY_NS = 60_000_000_000n;
const MS_PER_S = 1_000;
const NS_PER_S = 1e9;

export interface MonitorDeps {
  readonly timekeeper: Timekeeper;
  /** Since this machine was started, the time that it slept among it, ms. */
  readonly uptimeMs: () => number;
  readonly watchSuspensions?: (clock: Timekeeper) => SuspensionWatch;
  readonly instrument: Instrument;
  /** One whose `write` does not fail: what cannot be written is kept by it. */
  readonly store: Store;
  /** Of the phases. */
  readonly seed: number;
  /** What is told of, and when nothing is. */
  readonly alerts?: { readonly rules: readonly AlertRule[]; readonly silences: readonly Silence[] };
  /** Hears each alert that is to be told. */
  readonly onAlert?: (told: Told) => void;
}

export type MonitorNews =
  | {
      readonly kind: 'interval';
      readonly target: Target;
      readonly interval: Interval;
      readonly state: TargetState;
    }
  | { readonly kind: 'event'; readonly event: MonitorEvent };

export type MonitorListener = (news: MonitorNews) => void;

interface Watched {
  readonly loop: TargetLoop;
  state: TargetState;
}

export class Monitor {
  private readonly deps: MonitorDeps;
  private readonly clocks: Clocks;
  private readonly loads = new Turns();
  private readonly watched = new Map<string, Watched>();
  private readonly alerts: AlertWatch;
  private readonly listeners = new Set<MonitorListener>();
  private cancelMaintain = (): void => {};
  private maintaining: Promise<void> | undefined;
  /** Settled when all alerts know the past of their targets. */
  private begun: Promise<void> = Promise.resolve();

  constructor(deps: MonitorDeps) {
    this.deps = deps;
    const { timekeeper, uptimeMs, watchSuspensions, store, alerts } = deps;
    this.alerts = new AlertWatch(store, alerts?.rules ?? [], alerts?.silences ?? []);
    this.clocks = new Clocks({
      timekeeper,
      uptimeMs,
      suspensions: watchSuspensions?.(timekeeper),
      onGap: (event, isSet) => {
        this.tell(event);
        if (isSet) for (const { loop } of this.watched.values()) loop.reset();
      },
    });
  }

  /** Begins. @param targets with names of their own */
  async start(targets: readonly Target[]): Promise<void> {
    this.note(`monitoring ${targets.length === 1 ? '1 target' : `${targets.length} targets`}`);
    await this.tellAbsence(targets);
    this.watch(targets);
    this.beginAlerts(targets);
    this.maintainLater();
  }

  /** Goes on with these: those that are as before notice nothing. */
  async reload(targets: readonly Target[], alerts: MonitorDeps['alerts'] = this.deps.alerts): Promise<void> {
    this.alerts.change(alerts?.rules ?? [], alerts?.silences ?? [], this.deps.timekeeper.wallMs());
    this.beginAlerts(targets);
    const wanted = new Map(targets.map((target) => [target.name, JSON.stringify(target)]));
    const gone = [...this.watched].filter(
      ([name, { loop }]) => wanted.get(name) !== JSON.stringify(loop.target),
    );
    for (const [name] of gone) this.watched.delete(name);
    this.watch(targets);
    this.note(`the configuration was read anew: ${targets.length} targets`);
    await Promise.all(gone.map(([, { loop }]) => loop.stop()));
  }

  /** Something that happened to the monitor itself. */
  note(text: string, kind: 'monitor' | 'store' = 'monitor'): void {
    this.tell({ atMs: this.deps.timekeeper.wallMs(), kind, target: null, text, facts: {} });
  }

  /** In the order of the targets. */
  get states(): readonly { readonly target: Target; readonly state: TargetState }[] {
    return [...this.watched.values()].map(({ loop, state }) => ({ target: loop.target, state }));
  }

  /** @returns a function that ends it */
  subscribe(listener: MonitorListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Ends what is under way; what was measured is written. */
  async stop(): Promise<void> {
    this.clocks.stop();
    this.cancelMaintain();
    const loops = [...this.watched.values()].map(({ loop }) => loop);
    await Promise.all(loops.map((loop) => loop.stop()));
    await this.begun;
    this.alerts.end(this.deps.timekeeper.wallMs());
    this.note('the monitor was stopped');
    await this.maintaining;
  }

  private watch(targets: readonly Target[]): void {
    const { timekeeper, seed, instrument } = this.deps;
    const known = new Map(this.watched);
    this.watched.clear();
    for (const target of targets) {
      const before = known.get(target.name);
      if (before !== undefined) {
        this.watched.set(target.name, before);
        continue;
      }
      const loop = new TargetLoop(target, {
        timekeeper,
        seed,
        run: runnerOf(target, instrument, timekeeper),
        inTurn: target.kind === 'load' ? (work) => this.loads.take(work) : (work) => work(),
        spoiltBy: this.clocks.spoiltBy,
        onInterval: (interval, found) => this.take(target, interval, found),
        onFault: (error) => this.note(`a fault of echolot, please report it: ${String(error)}`),
      });
      this.watched.set(target.name, { loop, state: UNKNOWN });
    }
  }

  private take(target: Target, interval: Interval, found: RunFound | undefined): void {
    const watched = this.watched.get(target.name);
    if (watched?.loop.target !== target) return;
    const { state, events } =
      found === undefined
        ? { state: watched.state, events: [] }
        : afterRun(target, watched.state, interval, found);
    watched.state = state;
    const { name, kind, port, workload, labels } = target;
    const series = { target: name, kind, address: state.address ?? '', port, workload };
    const alarms = this.alerts.take(name, summarized(interval));
    const all = [...events, ...alarms.map(({ event }) => event)];
    this.write({ intervals: [{ series, labels, interval }], events: all });
    for (const event of all) this.hear({ kind: 'event', event });
    this.hear({ kind: 'interval', target, interval, state });
    for (const told of alarms) this.deps.onAlert?.(told);
  }

  /** Reads what alerts knew; what was to be told when the last monitor ended is told then. */
  private beginAlerts(targets: readonly Target[]): void {
    const work = async (): Promise<void> => {
      for (const { name } of targets) {
        for (const told of await this.alerts.begin(name, this.deps.timekeeper.wallMs())) {
          this.tell(told.event);
          this.deps.onAlert?.(told);
        }
      }
    };
    // One after the other: the past of a thousand targets is read while they are measured.
    this.begun = this.begun.then(work);
  }

  private tell(event: MonitorEvent): void {
    this.write({ intervals: [], events: [event] });
    this.hear({ kind: 'event', event });
  }

  private write(batch: Batch): void {
    // Whoever measures does not wait for a disk.
    void this.deps.store.write(batch);
  }

  private hear(news: MonitorNews): void {
    for (const listener of this.listeners) listener(news);
  }

  /** Since its last interval nobody has measured a path that is measured now. */
  private async tellAbsence(targets: readonly Target[]): Promise<void> {
    const nowMs = this.deps.timekeeper.wallMs();
    const before = await this.deps.store.series().catch(() => []);
    const lastMs = Math.max(...before.map((series) => series.lastMs), Number.NEGATIVE_INFINITY);
    const shortestMs = Math.min(...targets.map(({ intervalMs }) => intervalMs));
    if (lastMs === Number.NEGATIVE_INFINITY || nowMs - lastMs < LEAST_GAP_INTERVALS * shortestMs) return;
    const seconds = delayText(Math.round((nowMs - lastMs) / MS_PER_S) * NS_PER_S);
    this.tell({
      atMs: nowMs,
      kind: 'gap',
      target: null,
      text: `nothing was measured for ${seconds}: no monitor was running`,
      facts: { reason: 'stopped', fromMs: lastMs, toMs: nowMs },
    });
  }

  private maintainLater(): void {
    const { timekeeper, store } = this.deps;
    this.cancelMaintain = timekeeper.wakeAt(timekeeper.nowNs() + MAINTAIN_EVERY_NS, () => {
      this.maintaining = store.maintain(timekeeper.wallMs()).catch(() => {
        // A store that is in trouble says so itself.
      });
      this.maintainLater();
    });
  }
}
