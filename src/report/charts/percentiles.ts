/** The slow tail: the round-trip time that a given share of the probes stayed below. */
import type { Result } from '../../result/result.ts';
import { timeUnit } from '../../text/units.ts';
import type { ChartOutcome } from './chart.ts';
import { distributionsOf } from './distributions.ts';
import { headPx } from './look.ts';
import {
  percentileCurve,
  percentileOption,
  percentileRows,
  percentileTimes,
  percentileWords,
} from './percentile-curves.ts';

const ID = 'rtt-percentiles';
const TITLE = 'Percentiles of the round-trip time';
const AXIS = 'share of the probes that were faster';
const BODY_PX = 290;

export function percentileChart(results: readonly Result[]): ChartOutcome {
  const { drawn, leftOut } = distributionsOf(results);
  if (drawn.length === 0)
    return { id: ID, title: TITLE, missing: 'there is no histogram of round-trip times' };
  const curves = drawn.map((one) => percentileCurve(one));
  const unit = timeUnit(percentileTimes(curves));
  const names = drawn.map(({ label }) => label);
  const isThin = curves.some(({ thin }) => thin.length > 0);
  return {
    id: ID,
    title: TITLE,
    caption: `Time in ${unit.name} within which the given share of the probes had their echo.${
      isThin ? ' A line goes on in dots where fewer than five probes were slower.' : ''
    }${leftOut}`,
    alternative: `${TITLE}. ${curves.map(percentileWords).join('; ')}.`,
    table: {
      header: ['series', 'share_faster', 'rtt_ns', 'supported'],
      rows: curves.flatMap(percentileRows),
    },
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX,
    option: (canvas) => percentileOption(canvas, TITLE, AXIS, curves, unit),
  };
}
