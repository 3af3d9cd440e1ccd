/** A search for a capacity while it runs: one line that is redrawn on a terminal; a line for each try where nobody looks on. */
import type { CapacityEvent, CapacityTryRecord } from '../../../index.ts';
import { capacityHeadline, liveTryLines, tryLine } from '../../../report/capacity/capacity-lines.ts';
import type { ProgressLine } from './progress-line.ts';

/** Draws the line of a terminal. */
export class CapacityLiveLine {
  private readonly line: Pick<ProgressLine, 'tell'>;
  private last: CapacityTryRecord | undefined;

  constructor(line: Pick<ProgressLine, 'tell'>) {
    this.line = line;
  }

  note(event: CapacityEvent): void {
    if (event.kind === 'try-end') this.last = event.record;
    if (event.kind === 'try') this.line.tell(liveTryLines(event.number, event.perSecond, this.last));
  }
}

/** @returns what is to be printed now; undefined for nothing */
export function capacityEventLine(event: CapacityEvent): string | undefined {
  if (event.kind === 'plan') return capacityHeadline(event.plan);
  return event.kind === 'try-end' ? tryLine(event.record) : undefined;
}
