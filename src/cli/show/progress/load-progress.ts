/**
 * A load while it runs: one line that is redrawn on a terminal, with a small curve of the phase; plain lines where
 * nobody looks on, each with the means of its time.
 */

import type { LoadEvent } from '../../../index.ts';
import { grantText } from '../../../report/load/grant-text.ts';
import {
  curveText,
  type LoadPaceTold,
  liveLines,
  loadHeadline,
  loadLine,
  lostProgressText,
  queuedText,
  waitingText,
} from '../../../report/load/load-lines.ts';
import type { ProgressLine } from './progress-line.ts';

/** Of the curve of a phase, and how much of it each stands for at least. */
const MOST_CELLS = 24;
const LEAST_CELL_NS = 200_000_000;
const NS_PER_MS = 1_000_000;
/** Of the time until a turn, what is worth a line. */
const TURN_NEWS_MS = 5_000;

type Progress = Extract<LoadEvent, { kind: 'progress' }>;
type PhaseEvent = Extract<LoadEvent, { kind: 'phase' }>;
type TurnEvent = Extract<LoadEvent, { kind: 'turn' }>;
type PlanEvent = Extract<LoadEvent, { kind: 'plan' }>;

/** Where the line is drawn. */
export type Drawn = Pick<ProgressLine, 'tell' | 'eachSecond'>;

/** Draws the line of a terminal. */
export class LoadLiveLine {
  private readonly line: Drawn;
  private plan: PlanEvent['plan'] | undefined;
  private phase: PhaseEvent | undefined;
  private cells: Mean[] = [];

  constructor(line: Drawn) {
    this.line = line;
  }

  note(event: LoadEvent): void {
    switch (event.kind) {
      case 'plan':
        this.plan = event.plan;
        return;
      case 'waiting':
        this.countDown(event.forMs, (leftMs) => waitingText(leftMs, event));
        return;
      case 'turn':
        this.countDown(event.afterMs, (afterMs) => queuedText({ ...event, afterMs }));
        return;
      case 'phase':
        this.phase = event;
        this.cells = cellsOf(event.durationNs);
        return;
      case 'progress':
        this.draw(event);
        return;
      case 'granted':
      case 'lost':
        return;
    }
  }

  private countDown(forMs: number, textOf: (leftMs: number) => string): void {
    const untilMs = performance.now() + forMs;
    this.line.eachSecond(() => {
      if (this.phase !== undefined) return undefined;
      return [textOf(Math.max(0, untilMs - performance.now()))];
    });
  }

  private draw(progress: Progress): void {
    if (this.phase === undefined) return;
    const { length } = this.cells;
    const passedNs = progress.atNs - this.phase.atNs;
    // A phase goes on for longer while the number of streams is searched for.
    const cell = Math.floor((length * passedNs) / Math.max(1, passedNs + progress.leftNs));
    const { downBitsPerSecond: down, upBitsPerSecond: up, rttNs } = progress;
    // Where no data goes the curve is that of the round-trip time.
    const value = down === null && up === null ? rttNs : (down ?? 0) + (up ?? 0);
    this.cells[Math.min(length - 1, Math.max(0, cell))]?.add(value);
    const curve = curveText(this.cells.map(({ value }) => value));
    this.line.tell(liveLines(progress, this.leftNs(progress), curve));
  }

  /** Of the whole load: a server that grants less makes all phases shorter alike. */
  private leftNs({ phase, leftNs }: Progress): number {
    const phases = this.plan?.phases ?? [];
    const at = phases.findIndex(({ name }) => name === phase);
    const plannedNs = phases[at]?.durationNs ?? 0;
    const factor = plannedNs > 0 ? (this.phase?.durationNs ?? plannedNs) / plannedNs : 1;
    const laterNs = phases.slice(at + 1).reduce((sum, { durationNs }) => sum + durationNs, 0);
    return leftNs + factor * laterNs;
  }
}

function cellsOf(durationNs: number): Mean[] {
  const count = Math.min(MOST_CELLS, Math.max(1, Math.floor(durationNs / LEAST_CELL_NS)));
  return Array.from({ length: count }, () => new Mean());
}

/** Makes the lines of a load that are printed one after the other. */
export class LoadLines {
  private readonly intervalNs: number;
  private plan: PlanEvent['plan'] | undefined;
  private nextNs: number;
  private phase: Progress['phase'] | undefined;
  private down = new Mean();
  private up = new Mean();
  private rtt = new Mean();
  /** The last that was printed of its turn. */
  private turn: TurnEvent | undefined;

  constructor(intervalMs: number) {
    this.intervalNs = intervalMs * NS_PER_MS;
    this.nextNs = this.intervalNs;
  }

  /** @returns what is to be printed now; undefined for nothing */
  note(event: LoadEvent): string | undefined {
    switch (event.kind) {
      case 'plan':
        this.plan = event.plan;
        return loadHeadline(event);
      case 'waiting':
        return waitingText(event.forMs, event);
      case 'turn':
        return this.turnLine(event);
      case 'granted':
        return this.plan && (grantText(this.plan, event.granted) || undefined);
      case 'phase':
        return undefined;
      case 'progress':
        return this.progressLine(event);
      case 'lost':
        return lostProgressText(event.events);
    }
  }

  /** Where it has come forward, or the time has: a line each second would tell nothing new. */
  private turnLine(turn: TurnEvent): string | undefined {
    const { turn: last } = this;
    const isNews =
      last === undefined ||
      turn.before !== last.before ||
      Math.abs(turn.afterMs - last.afterMs) >= TURN_NEWS_MS;
    if (!isNews) return undefined;
    this.turn = turn;
    return queuedText(turn);
  }

  /** One for each interval, and one at the end of each phase that has come on since. */
  private progressLine(progress: Progress): string | undefined {
    const { phase, atNs, leftNs, streams } = progress;
    if (phase !== this.phase) this.begin(phase);
    this.down.add(progress.downBitsPerSecond);
    this.up.add(progress.upBitsPerSecond);
    this.rtt.add(progress.rttNs);
    if (atNs < this.nextNs && leftNs > 0) return undefined;
    const told: LoadPaceTold = {
      phase,
      downBitsPerSecond: this.down.value,
      upBitsPerSecond: this.up.value,
      rttNs: this.rtt.value,
      streams,
    };
    this.begin(phase);
    this.nextNs = (Math.floor(atNs / this.intervalNs) + 1) * this.intervalNs;
    return loadLine(atNs, told);
  }

  private begin(phase: Progress['phase']): void {
    this.phase = phase;
    this.down = new Mean();
    this.up = new Mean();
    this.rtt = new Mean();
  }
}

class Mean {
  private sum = 0;
  private count = 0;

  add(value: number | null): void {
    if (value === null) return;
    this.sum += value;
    this.count++;
  }

  /** Null of nothing. */
  get value(): number | null {
    return this.count === 0 ? null : this.sum / this.count;
  }
}
