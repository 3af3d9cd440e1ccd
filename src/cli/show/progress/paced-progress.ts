/**
 * Paced probes while they run: one line that is redrawn on a terminal; plain lines where nobody looks on, each with the
 * mean rate of its time.
 */
import type { PacedEvent } from '../../../index.ts';
import {
  connectionLostText,
  lostPacedProgressText,
  type PacedPaceTold,
  pacedHeadline,
  pacedLine,
  pacedLiveLines,
} from '../../../report/paced/paced-lines.ts';
import type { ProgressLine } from './progress-line.ts';

const NS_PER_S = 1_000_000_000;

type Progress = Extract<PacedEvent, { kind: 'progress' }>;
type StepEvent = Extract<PacedEvent, { kind: 'step' }>;

function paceOf(progress: Progress, step: StepEvent | undefined): PacedPaceTold {
  const { leftNs, sent, answered, lost } = progress;
  const waiting = leftNs > 0 ? 0 : sent - answered - lost;
  return { ...progress, askedPerSecond: step?.askedPerSecond ?? null, waiting };
}

/** Draws the line of a terminal. */
export class PacedLiveLine {
  private readonly line: Pick<ProgressLine, 'tell'>;
  private step: StepEvent | undefined;

  constructor(line: Pick<ProgressLine, 'tell'>) {
    this.line = line;
  }

  note(event: PacedEvent): void {
    if (event.kind === 'step') this.step = event;
    if (event.kind !== 'progress') return;
    this.line.tell(pacedLiveLines(paceOf(event, this.step), this.leftNs(event)));
  }

  private leftNs({ leftNs }: Progress): number {
    if (this.step === undefined) return leftNs;
    const { step, of, warmupNs, durationNs } = this.step;
    return leftNs + (of - step) * (warmupNs + durationNs);
  }
}

/** Makes the lines that are printed one after the other. */
export class PacedLines {
  private nextNs = NS_PER_S;
  private step: StepEvent | undefined;
  private lastNs = 0;
  private isEndTold = false;
  private answered = 0;

  /** @returns what is to be printed now; undefined for nothing */
  note(event: PacedEvent): string | undefined {
    switch (event.kind) {
      case 'plan':
        return pacedHeadline(event);
      case 'step':
        this.step = event;
        this.lastNs = event.atNs;
        this.isEndTold = false;
        this.answered = 0;
        return undefined;
      case 'progress':
        return this.progressLine(event);
      case 'connection-lost':
        return connectionLostText(event.connection, event.atNs, event.error.message);
      case 'lost':
        return lostPacedProgressText(event.events);
      case 'attempt':
      case 'opened':
      case 'step-end':
        return undefined;
    }
  }

  /** One for each second, also of those in which answers are waited for, and one at the end of each step. */
  private progressLine(progress: Progress): string | undefined {
    const { atNs, leftNs, answered } = progress;
    const isEnd = leftNs <= 0 && !this.isEndTold;
    if (atNs < this.nextNs && !isEnd) return undefined;
    this.isEndTold ||= isEnd;
    this.nextNs = (Math.floor(atNs / NS_PER_S) + 1) * NS_PER_S;
    const passedNs = atNs - this.lastNs;
    const answeredPerSecond =
      passedNs > 0 ? ((answered - this.answered) * NS_PER_S) / passedNs : progress.answeredPerSecond;
    this.lastNs = atNs;
    this.answered = answered;
    return pacedLine(atNs, { ...paceOf(progress, this.step), answeredPerSecond });
  }
}
