/** The layers of a step's round trips, each on its own. */
import { PACED_LAYERS } from '../../net/paced/paced.ts';
import type { PacedHistogram, PacedLayersRecord } from '../../result/paced/paced-result.ts';
import { CountedTimes } from './counted-times.ts';

export class LayerTimes {
  private readonly times = PACED_LAYERS.map(() => new CountedTimes());

  /** @param at where those of one probe begin, in the order of {@link PACED_LAYERS}, ns */
  add(numbers: Float64Array, at: number): void {
    // Two clocks are read for one difference, which may come out a little below zero.
    for (const [i, times] of this.times.entries())
      times.add(Math.max(0, Math.round(numbers[at + i] as number)));
  }

  get record(): PacedLayersRecord {
    const of = (name: (typeof PACED_LAYERS)[number]): PacedHistogram =>
      (this.times[PACED_LAYERS.indexOf(name)] as CountedTimes).record;
    return {
      sendCall: of('sendCallNs'),
      tcpWait: of('tcpWaitNs'),
      localQueue: of('localQueueNs'),
      kernelRtt: of('kernelRttNs'),
      wakeUp: of('wakeUpNs'),
    };
  }
}
