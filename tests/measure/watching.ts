/** Watching a run from outside, as a program would: all its events, its result, its failure. */
import type { VirtualClock } from '../../src/clock/virtual.ts';
import type { ProgressEvent } from '../../src/measure/events.ts';
import type { Measurement } from '../../src/measure/exchange/run.ts';
import { MeasureError } from '../../src/measure/outcome.ts';

export async function collect(events: AsyncIterable<ProgressEvent>): Promise<ProgressEvent[]> {
  const all: ProgressEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** Lets time pass until the run has failed; its error, with what was measured. */
export async function failureOf(clock: VirtualClock, run: Measurement): Promise<MeasureError> {
  try {
    await clock.drive(run.result);
  } catch (error) {
    if (error instanceof MeasureError) return error;
    throw error;
  }
  throw new Error('the run did not fail');
}

/** Moves the clock on, so that nothing can rest on a clock that starts at 0. */
export function advance(clock: VirtualClock, ns: bigint): void {
  const untilNs = clock.nowNs() + ns;
  clock.wakeAt(untilNs, () => {});
  while (clock.nowNs() < untilNs) clock.step();
}

export type EventOf<Kind extends ProgressEvent['kind']> = Extract<ProgressEvent, { kind: Kind }>;

export function ofKind<Kind extends ProgressEvent['kind']>(
  events: readonly ProgressEvent[],
  kind: Kind,
): EventOf<Kind>[] {
  return events.filter((event): event is EventOf<Kind> => event.kind === kind);
}
