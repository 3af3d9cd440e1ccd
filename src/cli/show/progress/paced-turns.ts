/** Open loops that take turns, while they run: the line of a run, and which one it is. */
import type { PacedComparisonEvent } from '../../../index.ts';
import { PacedLiveLine } from './paced-progress.ts';
import type { ProgressLine } from './progress-line.ts';

/** Draws the line of a terminal. */
export function pacedTurnsDisplay(line: Pick<ProgressLine, 'tell'>): (event: PacedComparisonEvent) => void {
  let which = '';
  const named = {
    tell: (lines: readonly string[]): void => line.tell(lines.map((text) => `${which}  ${text}`)),
  };
  let live = new PacedLiveLine(named);
  return (event) => {
    switch (event.kind) {
      case 'run':
        which = `pair ${event.round} of ${event.rounds}, ${event.side.toUpperCase()}`;
        live = new PacedLiveLine(named);
        return;
      case 'of-run':
        live.note(event.event);
        return;
      case 'lost':
        return;
    }
  };
}
