/** The tables of a target's past: over time, why it failed, what is expected; and of many targets a row each. They fit 80 columns. */
import type { ExpectationRecord, TargetHistory } from '../../../monitor/records/history.ts';
import type { FailureReason, IntervalSummary, LayerSummary } from '../../../monitor/records/interval.ts';
import { localStamp, offsetText } from '../../../text/moments.ts';
import { counted } from '../../../text/numbers.ts';
import { printable } from '../../../text/printable.ts';
import { inUnit, timeUnit, type Unit } from '../../../text/units.ts';
import { REASON_NAMES } from '../../charts/monitor/words.ts';
import { figures, NONE, type Part, table, text, words } from '../document.ts';
import { fieldTable, figureField, wordField } from '../fields.ts';
import { INTERVAL, rangeText } from '../intervals.ts';
import { answeredText, outagesText, summaryOf } from './history-words.ts';
import { mainLayerOf } from './totals.ts';
import { shareText } from './words.ts';

const YEAR_CHARACTERS = 5;
const FIGURES = [
  'p5Ns',
  'p50Ns',
  'p90Ns',
  'p99Ns',
  'maxNs',
] as const satisfies readonly (keyof LayerSummary)[];

/** One for each row of the record, the oldest first. */
export function rowsTable({ rows, total }: TargetHistory): Part {
  const layer = total === null ? undefined : mainLayerOf([total]);
  const timesOf = (row: IntervalSummary): LayerSummary | undefined =>
    layer === undefined ? undefined : row.layers[layer];
  const unit = timeUnit(rows.flatMap((row) => timesOf(row)?.p50Ns ?? []));
  const stamp = stampOf(rows);
  return fieldTable(
    `Over time, in ${unit.name}`,
    rows,
    [
      wordField('from', ({ fromMs }) => stamp(fromMs)),
      figureField('runs', ({ runs }) => runs.toLocaleString('en-US'), 1),
      figureField('answered', answeredText),
      ...FIGURES.map((figure) =>
        figureField<IntervalSummary>(
          figure.replace('Ns', ''),
          (row) => inUnitOrNone(timesOf(row)?.[figure], unit),
          ...(figure === 'p5Ns' || figure === 'maxNs' ? [3] : []),
        ),
      ),
      figureField('failed', (row) => failedOf(row).toLocaleString('en-US'), 2),
    ],
    layer === undefined ? 'nothing was answered' : '',
  );
}

/** Without the year where all are of one, and with how far clocks are ahead where that changes. */
function stampOf(rows: readonly IntervalSummary[]): (atMs: number) => string {
  const stamps = rows.map(({ fromMs }) => localStamp(fromMs));
  const isOneYear = new Set(stamps.map((stamp) => stamp.slice(0, YEAR_CHARACTERS))).size === 1;
  const isOneOffset = new Set(rows.map(({ fromMs }) => offsetText(fromMs))).size === 1;
  return (atMs) =>
    `${localStamp(atMs).slice(isOneYear ? YEAR_CHARACTERS : 0)}${isOneOffset ? '' : ` ${offsetText(atMs)}`}`;
}

function failedOf({ failures }: IntervalSummary): number {
  return Object.values(failures).reduce((sum, times) => sum + times, 0);
}

/** Nothing where nothing failed. */
export function failureParts(total: IntervalSummary): Part[] {
  const reasons = Object.entries(total.failures).sort(([, a], [, b]) => b - a) as [FailureReason, number][];
  const skipped = Object.entries(total.skipped).map(
    ([reason, times]) => `${reason} ${times.toLocaleString('en-US')}`,
  );
  const left = skipped.length === 0 ? [] : [text(`Runs that were left out: ${skipped.join(', ')}`)];
  if (reasons.length === 0) return left;
  const failed = failedOf(total);
  const rows = reasons.map(([reason, times]) => [
    REASON_NAMES[reason],
    times.toLocaleString('en-US'),
    shareText(times / failed),
  ]);
  return [table('Failures by reason', [words('reason'), figures('times'), figures('share')], rows), ...left];
}

const HORIZONS: Readonly<Record<ExpectationRecord['horizon'], string>> = {
  hour: 'of the next hour',
  day: 'of the next day',
};
/** What it takes to learn how far forecasts of that length go wrong. */
const NEEDED: Readonly<Record<ExpectationRecord['horizon'], string>> = {
  hour: 'it takes some four hours of history',
  day: 'it takes some four days of history',
};

/** Of the layer that people mean. @param atMs from when on, Unix time */
export function expectedParts({ expected, total }: TargetHistory, atMs: number): Part[] {
  const layer = total === null ? undefined : mainLayerOf([total]);
  const own = expected.filter((one) => one.layer === layer);
  const known = own.flatMap(({ horizon, expectation }) =>
    expectation === null ? [] : [{ horizon, expectation }],
  );
  const unknown = own
    .filter(({ expectation }) => expectation === null)
    .map(({ horizon }) => text(`The median ${HORIZONS[horizon]} cannot be said yet: ${NEEDED[horizon]}`));
  if (known.length === 0) return unknown;
  const unit = timeUnit(known.map(({ expectation }) => expectation.valueNs));
  const rows = known.map(({ horizon, expectation: { valueNs, lowNs, highNs, forecasts } }) => [
    HORIZONS[horizon],
    inUnit(valueNs, unit),
    rangeText({ low: lowNs, high: highNs }, unit),
    counted(forecasts, 'past forecast'),
  ]);
  return [
    table(
      `Expected after ${localStamp(atMs)}, in ${unit.name}`,
      [words('median'), figures('expected'), figures(INTERVAL), figures('stands on')],
      rows,
    ),
    ...unknown,
  ];
}

/** Of a name; more leave no room for figures. */
const MOST_CHARACTERS = 30;

/** A row a target, in the order of the record. */
export function overviewTable(targets: readonly TargetHistory[]): Part {
  const unit = timeUnit(targets.flatMap((one) => summaryOf(one)?.p50Ns ?? []));
  return fieldTable(`Targets, in ${unit.name}`, targets, [
    wordField('target', ({ target }) => printable(target, MOST_CHARACTERS)),
    figureField('median', (one) => inUnitOrNone(summaryOf(one)?.p50Ns, unit)),
    figureField('p99', (one) => inUnitOrNone(summaryOf(one)?.p99Ns, unit)),
    figureField('answered', ({ total }) => answeredText(total)),
    wordField('outages', ({ outages }) => (outages.length === 0 ? NONE : outagesText(outages)), 2),
    wordField(
      'last change',
      ({ lastChange }) => (lastChange === null ? NONE : localStamp(lastChange.atMs)),
      1,
    ),
  ]);
}

function inUnitOrNone(ns: number | undefined, unit: Unit): string {
  return ns === undefined ? NONE : inUnit(ns, unit);
}
