/** Two ranges of one target laid over each other: within which time a given share was answered, then and now. */
import type { NanosecondHistogram } from '../../../stats/histogram.ts';
import { timeUnit } from '../../../text/units.ts';
import type { ChartOutcome } from '../chart.ts';
import { headPx } from '../look.ts';
import { percentileCurve, percentileOption, percentileRows, percentileWords } from '../percentile-curves.ts';

const ID = 'overlay';
const TITLE = 'Both ranges over each other';
const AXIS = 'share of answers that were faster';
const BODY_PX = 280;

export interface RangeDistribution {
  readonly label: string;
  readonly histogram: NanosecondHistogram;
}

export function overlayChart(ranges: readonly RangeDistribution[]): ChartOutcome {
  const empty = ranges.find(({ histogram }) => histogram.count === 0);
  if (empty !== undefined) return { id: ID, title: TITLE, missing: `nothing was answered in ${empty.label}` };
  const curves = ranges.map(({ label, histogram }, i) =>
    percentileCurve({ label, count: histogram.count, bins: [...histogram.bins()] }, { isDashed: i > 0 }),
  );
  const unit = timeUnit(ranges.map(({ histogram }) => histogram.quantile(0.5)));
  const names = ranges.map(({ label }) => label);
  return {
    id: ID,
    title: TITLE,
    caption: `Time in ${unit.name} within which the given share was answered. A line goes on in dots where fewer than five were slower.`,
    alternative: `${TITLE}. ${curves.map(percentileWords).join('; ')}.`,
    table: {
      header: ['range', 'share_faster', 'rtt_ns', 'supported'],
      rows: curves.flatMap(percentileRows),
    },
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX,
    option: (canvas) => percentileOption(canvas, TITLE, AXIS, curves, unit),
  };
}
