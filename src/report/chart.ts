/** A small chart of the medians against the message size, in characters. */
import plot from 'simple-ascii-chart';
import type { Measurement, Result, SessionRecord } from '../result/result.ts';
import { rateUnit, sizeText, timeUnit } from './units.ts';

const WIDTH = 56;
const HEIGHT = 8;

/** @returns an empty string where there are fewer than two sizes to draw a line through. */
export function chart({ sessions }: Result, measurement: Measurement): string {
  const own = sessions.filter(
    (session) => session.measurement === measurement && session.statistics !== null,
  );
  if (own.length < 2) return '';
  const medians = own.map(medianOf);
  const unit = measurement === 'rtt' ? timeUnit(medians) : rateUnit(medians);
  // Sizes stand at equal distances: on a linear axis the small ones would fall on one spot.
  const points = medians.map((median, i): [number, number] => [
    i,
    Number((median / unit.factor).toPrecision(3)),
  ]);
  const title = `${measurement === 'rtt' ? 'Median round-trip time' : 'Median throughput'}, ${unit.name}`;
  const drawn = plot(points, {
    width: WIDTH,
    height: HEIGHT,
    showTickLabel: false,
    yRange: [0, Math.max(...points.map(([, y]) => y))],
    customXAxisTicks: points.map(([x]) => x),
    formatter: (value, { axis }) => (axis === 'x' ? sizeText(own[value]?.payloadBytes ?? 0) : value),
  });
  return `${title}\n${drawn}\n`;
}

function medianOf({ measurement, statistics }: SessionRecord): number {
  if (statistics === null) return 0;
  return measurement === 'rtt' ? statistics.rttNs.median : statistics.goodputBitsPerSecond.median;
}
