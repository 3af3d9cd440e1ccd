/** The upright axis of times: of equal steps where they lie together, of equal ratios where they do not. */
import type { Unit } from '../../../text/units.ts';
import { axisLook, labelsAt } from '../look.ts';
import { extent, logTicks, plainNumber, round, spansDecades } from '../scales.ts';
import { colour } from '../theme.ts';

/** Room above and below the figures, as a share of them. */
const ROOM = 0.08;

export interface RttAxis {
  readonly axis: object;
  /** A time in ns on this axis; one that it cannot show stands at its foot. */
  readonly scaled: (ns: number) => number;
}

/** @param timesNs all that is to be seen, one at least */
export function rttAxis(timesNs: readonly number[], unit: Unit, gridIndex = 0): RttAxis {
  const times = timesNs.map((ns) => ns / unit.factor);
  const isLog = spansDecades(times);
  // A clock too coarse for a time saw 0 of it, which is drawn at the foot of a logarithmic axis.
  const [least, most] = extent(isLog ? times.filter((time) => time > 0) : times);
  const [low, high] = isLog
    ? [least / 1.2, most * 1.2]
    : [Math.max(0, least - ROOM * (most - least) - ROOM * least), most + ROOM * (most - least) + ROOM * most];
  const look = axisLook({ name: unit.name, upright: true });
  return {
    scaled: (ns) => round(Math.max(low, ns / unit.factor)),
    axis: isLog
      ? {
          type: 'log',
          gridIndex,
          min: low,
          max: high,
          ...look,
          ...labelsAt(logTicks(low, high), plainNumber),
        }
      : {
          type: 'value',
          gridIndex,
          min: foot(low, high),
          max: high,
          splitNumber: 5,
          ...look,
          axisLabel: {
            color: colour('faint'),
            showMinLabel: true,
            showMaxLabel: false,
            formatter: (value: number) => plainNumber(value),
          },
        },
  };
}

/** A round number below the figures; 0 where that is near. */
function foot(low: number, high: number): number {
  if (low < high / 4) return 0;
  const step = 10 ** Math.floor(Math.log10(high - low));
  return round(Math.floor(low / step) * step);
}
