/** The slow tail of paced probes: response and service times of one rate, or the response times of several. */
import type { PacedHistogram, PacedResult } from '../../../result/paced/paced-result.ts';
import { timeUnit } from '../../../text/units.ts';
import { isClosed, type PacedStep, stepsOf } from '../../document/paced/steps.ts';
import { rateName } from '../../document/paced/words.ts';
import type { ChartOutcome } from '../chart.ts';
import { decoded, pickEvenly } from '../distributions.ts';
import { headPx } from '../look.ts';
import {
  type PercentileCurve,
  percentileCurve,
  percentileOption,
  percentileRows,
  percentileTimes,
  percentileWords,
} from '../percentile-curves.ts';
import { SERIES_COLOURS } from '../theme.ts';

const ID = 'paced-percentiles';
const TITLE = 'Percentiles of the response time';
const AXIS = 'share of the probes that were faster';
const BODY_PX = 290;

export function pacedPercentilesChart(result: PacedResult): ChartOutcome {
  const steps = stepsOf(result).filter(({ record }) => record.counts.answered > 0);
  const shown = pickEvenly(steps, SERIES_COLOURS);
  const curves = shown.flatMap((step) => curvesOf(step, steps.length > 1, isClosed(result)));
  if (curves.length === 0) return { id: ID, title: TITLE, missing: 'no probe was answered' };
  const unit = timeUnit(percentileTimes(curves));
  const names = curves.map(({ label }) => label);
  const isThin = curves.some(({ thin }) => thin.length > 0);
  const isMissing = shown.some(({ statistics }) => statistics.missing > 0);
  const said = [
    `Time in ${unit.name} within which the given share of the probes had their echo, ${beginText(steps.length > 1, isClosed(result))}.`,
    ...(isThin ? ['A line goes on in dots where fewer than five probes were slower.'] : []),
    ...(isMissing ? ['A line ends where probes begin that were lost or never sent.'] : []),
    ...(shown.length < steps.length
      ? [`Drawn are ${shown.length} of ${steps.length} rates, so that lines can be told apart.`]
      : []),
  ];
  return {
    id: ID,
    title: TITLE,
    caption: said.join(' '),
    alternative: `${TITLE}. ${curves.map(percentileWords).join('; ')}.`,
    table: {
      header: ['series', 'share_faster', 'time_ns', 'supported'],
      rows: curves.flatMap(percentileRows),
    },
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX,
    option: (canvas) => percentileOption(canvas, TITLE, AXIS, curves, unit),
  };
}

function beginText(several: boolean, closed: boolean): string {
  if (closed) return 'from its sending';
  if (several) return 'from when it was due';
  return 'from when it was due (response) and from when it was sent (service)';
}

function curvesOf({ record, statistics }: PacedStep, several: boolean, closed: boolean): PercentileCurve[] {
  const { response, service } = record;
  const { missing } = statistics;
  if (several) return curveOf(rateName(statistics.askedPerSecond), response, missing);
  if (closed) return curveOf('response time', service, missing);
  // What was never sent has no service, so that this curve ends where those lost begin.
  return [
    ...curveOf('response time', response, missing),
    ...curveOf('service time', service, record.counts.lost, true),
  ];
}

function curveOf(
  label: string,
  { encoded }: PacedHistogram,
  missing: number,
  isDashed = false,
): PercentileCurve[] {
  const histogram = decoded(encoded);
  if (histogram === null) return [];
  return [
    percentileCurve({ label, count: histogram.count, bins: [...histogram.bins()] }, { missing, isDashed }),
  ];
}
