/** A small chart in characters: the medians against the message size, a bar for each, to an eighth of a cell. */

import type { Analysis } from '../result/result.ts';
import type { SeriesRecord } from '../result/series-record.ts';
import type { WorkloadKind } from '../result/workload.ts';
import { sizeText } from '../text/sizes.ts';
import { inUnit, rateUnit, timeUnit } from '../text/units.ts';

const BAR_CELLS = 48;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** @returns an empty string where there are fewer than two sizes to compare. */
export function chart({ series }: Pick<Analysis, 'series'>, kind: WorkloadKind): string {
  const own = series.filter((one) => one.workload.kind === kind && one.statistics !== null);
  if (own.length < 2) return '';
  const medians = own.map(medianOf);
  const unit = kind === 'rtt' ? timeUnit(medians) : rateUnit(medians);
  const title = kind === 'rtt' ? 'Median round-trip time' : 'Median throughput';
  const labels = own.map(({ workload }) => sizeText(workload.payloadBytes));
  const labelWidth = Math.max(...labels.map(({ length }) => length));
  const longest = Math.max(...medians);
  const rows = medians.map((median, i) => {
    const label = (labels[i] ?? '').padStart(labelWidth);
    return `  ${label} │${bar(median / longest)} ${inUnit(median, unit)}\n`;
  });
  return `${title} in ${unit.name} against message size\n\n${rows.join('')}`;
}

/** @param share of the longest bar, 0 to 1 */
function bar(share: number): string {
  const eighths = Math.round(share * BAR_CELLS * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}

function medianOf({ workload: { kind }, statistics }: SeriesRecord): number {
  if (statistics === null) return 0;
  return kind === 'rtt' ? statistics.rttNs.median : (statistics.goodputBitsPerSecond?.median ?? 0);
}
