/** What is said of a target's past in a few words, in a line or in a cell. */
import type { OutageRecord, TargetHistory } from '../../../monitor/records/history.ts';
import type { IntervalSummary, LayerSummary } from '../../../monitor/records/interval.ts';
import { counted } from '../../../text/numbers.ts';
import { availabilityOf, mainLayerOf } from './totals.ts';
import { ageText, shareText } from './words.ts';

/** Of the layer that people mean; undefined without an answer. */
export function summaryOf({ total }: Pick<TargetHistory, 'total'>): LayerSummary | undefined {
  if (total === null) return undefined;
  const layer = mainLayerOf([total]);
  return layer === undefined ? undefined : total.layers[layer];
}

/** `99.98 %`. */
export function answeredText(interval: IntervalSummary | null): string {
  return shareText(interval === null ? null : availabilityOf(interval));
}

/** `no outage`, `2 outages (7 min in all)`, `1 outage (4 min, goes on)`. */
export function outagesText(outages: readonly OutageRecord[]): string {
  if (outages.length === 0) return 'no outage';
  const length = ageText(outages.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0));
  const goesOn = outages.at(-1)?.goesOn === true ? ', goes on' : '';
  return `${counted(outages.length, 'outage')} (${length}${outages.length > 1 ? ' in all' : ''}${goesOn})`;
}
