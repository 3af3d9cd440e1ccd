/**
 * All alerts of a monitor: takes each interval of each target in, and says what is to be told. What it knows is kept in the
 * store now and then, and what came after that is read there again, so that a monitor that is started again tells nothing twice.
 */
import type { MonitorEvent } from '../records/event.ts';
import type { IntervalSummary } from '../records/interval.ts';
import type { Store } from '../store/store.ts';
import { type Notice, step } from './alert.ts';
import { type AlertState, newAlertState } from './alert-state.ts';
import { restoreAlert } from './restore.ts';
import { type AlertRule, isOf } from './rule.ts';
import { isSilent, type Silence } from './silence.ts';
import { noticeText } from './words.ts';

/** What is kept is written when something was told, and otherwise so seldom. */
const KEPT_EVERY_MS = 600_000;
/** Of a path that no alert has seen yet, so much is read to know what is usual: an alert of changes looks no further back. */
const READ_BACK_MS = 12 * 3_600_000;
const NOTE_PREFIX = 'alert ';

/** One that is to be told. */
export interface Told {
  readonly rule: AlertRule;
  readonly target: string;
  readonly notice: Notice;
  readonly event: MonitorEvent;
}

interface Watched {
  readonly rule: AlertRule;
  state: AlertState;
  keptMs: number;
}

export class AlertWatch {
  private readonly store: Pick<Store, 'note' | 'keepNote' | 'summaries'>;
  private rules: readonly AlertRule[];
  private silences: readonly Silence[];
  private readonly watched = new Map<string, readonly Watched[]>();
  /** Of targets whose past is being read, what was measured meanwhile. */
  private readonly beginning = new Map<string, IntervalSummary[]>();

  constructor(
    store: Pick<Store, 'note' | 'keepNote' | 'summaries'>,
    rules: readonly AlertRule[],
    silences: readonly Silence[],
  ) {
    this.store = store;
    this.rules = rules;
    this.silences = silences;
  }

  /** From now on these. Where rules are others, each target has to begin again. */
  change(rules: readonly AlertRule[], silences: readonly Silence[], nowMs: number): void {
    const isSame = JSON.stringify(rules) === JSON.stringify(this.rules);
    this.rules = rules;
    this.silences = silences;
    if (isSame) return;
    this.end(nowMs);
    this.watched.clear();
  }

  /**
   * Remembers what was known of a target before. What cannot be read is begun anew.
   * @returns what was to be told and was not, because the monitor ended
   */
  async begin(target: string, nowMs: number): Promise<readonly Told[]> {
    if (this.watched.has(target) || this.beginning.has(target)) return [];
    const meanwhile: IntervalSummary[] = [];
    this.beginning.set(target, meanwhile);
    const { rules } = this;
    const mine = rules.filter((one) => isOf(one, target));
    const past = await this.store
      .summaries({ target, fromMs: nowMs - READ_BACK_MS, toMs: nowMs + READ_BACK_MS, stepMs: 0 })
      .catch(() => []);
    const saved = await Promise.all(mine.map((rule) => this.saved(rule, target)));
    // From here on nothing is waited for.
    this.beginning.delete(target);
    if (this.rules !== rules) return await this.begin(target, nowMs);
    // Only the newest series is the path that it is now.
    const kept = past.at(-1)?.intervals ?? [];
    const intervals = [...kept, ...after(kept.at(-1)?.fromMs, meanwhile)];
    const told: Told[] = [];
    const all = mine.map((rule, i): Watched => {
      const before = saved[i] ?? null;
      const one: Watched = { rule, state: before ?? newAlertState(), keptMs: nowMs };
      const notices = this.noticesOf(one, target, after(one.state.lastMs, intervals));
      // Of a rule that is new nobody wants to hear what it would have said, but what holds now.
      const news =
        before === null ? notices.slice(-1).filter((last) => holdsNow(rule, last, nowMs)) : notices;
      told.push(...news.map((notice) => this.toldOf(rule, target, notice)));
      if (before === null || news.length > 0) this.keep(target, one, nowMs);
      return one;
    });
    this.watched.set(target, all);
    return told;
  }

  /** @param interval of a target that has begun; of any other nothing is told */
  take(target: string, interval: IntervalSummary): readonly Told[] {
    const told: Told[] = [];
    this.beginning.get(target)?.push(interval);
    for (const one of this.watched.get(target) ?? []) {
      const notices = this.noticesOf(one, target, [interval]);
      told.push(...notices.map((notice) => this.toldOf(one.rule, target, notice)));
      if (notices.length > 0 || interval.fromMs - one.keptMs >= KEPT_EVERY_MS)
        this.keep(target, one, interval.fromMs);
    }
    return told;
  }

  /** Keeps all that is known. */
  end(nowMs: number): void {
    for (const [target, all] of this.watched) for (const one of all) this.keep(target, one, nowMs);
  }

  private noticesOf(
    { rule, state }: Watched,
    target: string,
    intervals: readonly IntervalSummary[],
  ): readonly Notice[] {
    return intervals.flatMap((interval) => {
      const isSilenced = isSilent(this.silences, target, interval.fromMs);
      return step(rule.condition, state, interval, isSilenced) ?? [];
    });
  }

  private async saved(rule: AlertRule, target: string): Promise<AlertState | null> {
    const text = await this.store.note(noteOf(rule, target)).catch(() => null);
    if (text === null) return null;
    try {
      return restoreAlert(JSON.parse(text));
    } catch {
      // Whoever else writes into the store cannot make an alert fail.
      return null;
    }
  }

  private keep(target: string, one: Watched, nowMs: number): void {
    one.keptMs = nowMs;
    void this.store.keepNote(noteOf(one.rule, target), JSON.stringify(one.state));
  }

  private toldOf(rule: AlertRule, target: string, notice: Notice): Told {
    const text = noticeText(target, rule.name, rule.condition, notice);
    const { kind, atMs, evidence } = notice;
    const { ratio = null, interval = null, before = null, now = null } = evidence.change ?? {};
    const isChange = rule.condition.kind === 'change' && kind === 'firing';
    const event: MonitorEvent = {
      atMs,
      kind: isChange ? 'change' : kind === 'resolved' ? 'resolved' : 'firing',
      target,
      text,
      facts: {
        alert: rule.name,
        when: rule.condition.text,
        ...(isChange ? { ratio, low: interval?.low ?? null, high: interval?.high ?? null, before, now } : {}),
      },
    };
    return { rule, target, notice, event };
  }
}

/** @param fromMs of the last one that is known; null or undefined for none */
function after(
  fromMs: number | null | undefined,
  intervals: readonly IntervalSummary[],
): readonly IntervalSummary[] {
  return intervals.filter((one) => one.fromMs > (fromMs ?? Number.NEGATIVE_INFINITY));
}

/** A change of yesterday is no state of today. */
function holdsNow({ condition }: AlertRule, { kind, atMs }: Notice, nowMs: number): boolean {
  return kind !== 'resolved' && (condition.kind !== 'change' || atMs >= nowMs);
}

/** A rule that is written otherwise is another one. */
function noteOf(rule: AlertRule, target: string): string {
  return `${NOTE_PREFIX}${JSON.stringify([rule.name, rule.condition.text, target])}`;
}
