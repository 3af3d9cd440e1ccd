/** Tells how a step goes, four times a second. */
import type { PacedTally } from '../../net/paced/paced.ts';
import type { PacedProgress } from './paced-events.ts';
import type { StepRecorder } from './step-recorder.ts';

const NS_PER_S = 1_000_000_000;
const PROGRESS_NS = 250_000_000;

export class StepProgress {
  private readonly step: number;
  private readonly recorder: StepRecorder;
  private readonly tell: (event: { readonly kind: 'progress' } & PacedProgress) => void;
  private last: { readonly atNs: number; readonly answered: number };

  /** @param startNs of the step's warm-up */
  constructor(
    step: number,
    recorder: StepRecorder,
    startNs: number,
    tell: (event: { readonly kind: 'progress' } & PacedProgress) => void,
  ) {
    this.step = step;
    this.recorder = recorder;
    this.tell = tell;
    this.last = { atNs: startNs, answered: 0 };
  }

  note({ atNs, dueCount, sentCount, answeredCount, lostCount }: PacedTally): void {
    const { last, recorder, step } = this;
    const sinceNs = atNs - last.atNs;
    if (sinceNs < PROGRESS_NS) return;
    this.last = { atNs, answered: answeredCount };
    this.tell({
      kind: 'progress',
      step,
      atNs: Math.round(atNs),
      leftNs: Math.max(0, Math.round(recorder.toNs - atNs)),
      isWarmup: atNs < recorder.fromNs,
      due: dueCount,
      sent: sentCount,
      answered: answeredCount,
      lost: lostCount,
      backlog: dueCount - sentCount,
      answeredPerSecond: ((answeredCount - last.answered) * NS_PER_S) / sinceNs,
      responseP50Ns: recorder.responseP50Ns,
    });
  }
}
