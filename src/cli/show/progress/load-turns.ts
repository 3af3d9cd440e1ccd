/** Loads that take turns, while they run: the line of a load, and which one it is. */
import type { LoadComparisonEvent } from '../../../index.ts';
import { type Drawn, LoadLiveLine } from './load-progress.ts';

/** Draws the line of a terminal. */
export function loadTurnsDisplay(line: Drawn): (event: LoadComparisonEvent) => void {
  let which = '';
  const named = {
    tell: (lines: readonly string[]): void => line.tell(lines.map((text) => `${which}  ${text}`)),
    eachSecond: (lines: () => readonly string[] | undefined): void =>
      line.eachSecond(() => lines()?.map((text) => `${which}  ${text}`)),
  };
  let live = new LoadLiveLine(named);
  return (event) => {
    switch (event.kind) {
      case 'load':
        which = `pair ${event.round} of ${event.rounds}, ${event.side.toUpperCase()}`;
        live = new LoadLiveLine(named);
        return;
      case 'of-load':
        live.note(event.event);
        return;
      case 'lost':
        return;
    }
  };
}
