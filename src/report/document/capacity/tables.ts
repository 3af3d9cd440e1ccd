/** The tables of a search for a capacity: each rate, and each try. */
import type {
  CapacityRate,
  CapacityResult,
  CapacityTimes,
  CapacityTryRecord,
} from '../../../result/capacity/capacity-result.ts';
import { perSecondText } from '../../../text/units.ts';
import { NONE, type Section } from '../document.ts';
import { type Field, fieldTable, figureField, wordField } from '../fields.ts';
import { latencyText } from '../paced/words.ts';
import { capacityText, OUTCOME_WORDS, outcomesText } from './words.ts';

const NS_PER_S = 1_000_000_000;
type Percentile = Exclude<keyof CapacityTimes, 'max'>;

export interface TriedRate extends CapacityRate {
  /** Of the middle one of its tries by its p99. */
  readonly typical: CapacityTryRecord;
  readonly all: readonly CapacityTryRecord[];
}

export function triedRates({ tries, statistics: { rates } }: CapacityResult): TriedRate[] {
  return rates.flatMap((rate) => {
    const all = tries.filter(({ perSecond }) => perSecond === rate.perSecond);
    const heightOf = ({ response }: CapacityTryRecord): number =>
      response === null ? Number.POSITIVE_INFINITY : (response.p99 ?? response.max);
    const typical = all.toSorted((a, b) => heightOf(a) - heightOf(b))[Math.floor((all.length - 1) / 2)];
    return typical === undefined ? [] : [{ ...rate, typical, all }];
  });
}

/** The curve in figures. */
export function ratesSection(result: CapacityResult): Section {
  const rows = triedRates(result);
  const time = (
    kind: 'response' | 'service',
    name: Percentile,
    shown: string,
    spare?: number,
  ): Field<TriedRate> => figureField(shown, ({ typical }) => timeText(typical[kind], name), spare);
  const fields: Field<TriedRate>[] = [
    figureField('asked', ({ perSecond }) => capacityText(perSecond)),
    figureField('held', ({ held, tries }) => `${held} of ${tries}`),
    figureField('answered', ({ typical }) => perSecondText(typical.answeredPerSecond ?? 0), 3),
    time('response', 'p50', 'p50'),
    time('response', 'p99', 'p99'),
    time('response', 'p99_9', 'p99.9', 2),
    time('service', 'p99', 'service p99', 1),
    wordField('', ({ all }) =>
      outcomesText(all.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'held')),
    ),
  ];
  const caption = 'Each rate that was tried; of several tries the times are those of the middle one';
  return {
    id: 'rates',
    title: 'Rates',
    parts: rows.length === 0 ? [] : [fieldTable(caption, rows, fields, legendOf(rows))],
  };
}

export function triesSection({ tries }: CapacityResult): Section {
  const fields: Field<CapacityTryRecord>[] = [
    figureField('at, s', ({ atNs }) => (atNs / NS_PER_S).toFixed(2)),
    figureField('asked', ({ perSecond }) => capacityText(perSecond)),
    figureField('sent', ({ sentPerSecond }) => perSecondText(sentPerSecond), 2),
    figureField('answered', ({ answeredPerSecond }) => perSecondText(answeredPerSecond ?? 0)),
    figureField('p50', ({ response }) => timeText(response, 'p50')),
    figureField('p99', ({ response }) => timeText(response, 'p99')),
    figureField('service p99', ({ service }) => timeText(service, 'p99'), 1),
    figureField('backlog', ({ backlog }) => backlog.toLocaleString('en-US'), 3),
    wordField('', ({ outcome }) => OUTCOME_WORDS[outcome]),
  ];
  const parts = tries.length === 0 ? [] : [fieldTable('Each try, in its order', tries, fields)];
  return { id: 'tries', title: 'Tries', parts };
}

function timeText(times: CapacityTimes | null, name: Percentile): string {
  if (times === null) return NONE;
  const value = times[name];
  return value === null ? `> ${latencyText(times.max)}` : latencyText(value);
}

function legendOf(rows: readonly TriedRate[]): string {
  const isMissing = rows.some(({ typical: { response } }) =>
    [response?.p50, response?.p99, response?.p99_9].includes(null),
  );
  return isMissing ? '> longer than all that were answered: among those lost or never sent' : '';
}
