/**
 * The answer: the few numbers that a reader takes along, whose time it is, and how far they can be trusted. As tiles or
 * lines of one result, as a table of several.
 */
import type { Result } from '../../../result/result.ts';
import type { SampleStatistics, SeriesRecord } from '../../../result/series-record.ts';
import { supportsQuantile } from '../../../stats/quantile/quantiles.ts';
import { counted } from '../../../text/numbers.ts';
import { sizeText } from '../../../text/sizes.ts';
import { inUnit, rateUnit, timeUnit, type Unit } from '../../../text/units.ts';
import { type KeyFigure, NONE, type Part, type Section, table, text, words } from '../document.ts';
import { estimateOf, rangeText } from '../intervals.ts';
import { statisticsOf } from './measured.ts';
import { eachNamed, type Source } from './sources.ts';
import { trustFigure } from './trust.ts';
import { whoseTime } from './whose-time.ts';

export function answerSection(sources: readonly Source[]): Section {
  return {
    id: 'answer',
    title: 'Answer',
    parts: [...eachNamed(sources, outcomeParts), answerPart(sources)],
  };
}

function answerPart(sources: readonly Source[]): Part {
  const found = sources.map(({ result }) => keyFigures(result));
  const [only] = found;
  if (only !== undefined && found.length === 1) return { kind: 'key-figures', figures: only };
  const names = [...new Set(found.flat().map(({ name }) => name))];
  const rows = names.map((name) => [
    name,
    ...found.map((own) => {
      const figure = own.find((one) => one.name === name);
      if (figure === undefined) return NONE;
      return figure.detail === '' ? figure.value : `${figure.value} (${figure.detail})`;
    }),
  ]);
  return table('Side by side', ['', ...sources.map(({ label }) => label)].map(words), rows);
}

/** Whoever reads it later must know that it is not the whole run. */
function outcomeParts({ outcome, blocks, plan, stop }: Result): Part[] {
  const { status, error } = outcome;
  if (status === 'complete') return [];
  const why = error === null ? '' : `: ${error.message}${error.advice === null ? '' : ` (${error.advice})`}`;
  // The error of a run that was cancelled says nothing else.
  const how = status === 'cancelled' ? 'was cancelled' : `failed${why}`;
  const begun = blocks.filter(({ kind }) => kind === 'measured').length;
  const rounds = stop.fittingRounds ?? plan.blocks;
  const of = rounds === null ? '' : ` of ${rounds * plan.workloads.length}`;
  return [text(`Incomplete: the run ${how}; ${begun}${of} blocks were begun`)];
}

function keyFigures(result: Result): KeyFigure[] {
  const measured = result.series.filter((series) => statisticsOf(series) !== null);
  const ascending = measured.toSorted((a, b) => a.workload.payloadBytes - b.workload.payloadBytes);
  const rtt = ascending.filter(({ workload }) => workload.kind === 'rtt');
  const widest = ascending.findLast(({ workload }) => workload.kind === 'throughput');
  const [smallest, largest] = [rtt[0], rtt.at(-1)];
  const told = smallest ?? ascending[0];
  if (told === undefined) return [];
  return [
    ...(smallest === undefined ? [] : [rttFigure(smallest)]),
    ...(largest === undefined || largest === smallest ? [] : [rttFigure(largest)]),
    whoseTime(told, result),
    ...(widest === undefined ? [] : [throughputFigure(widest)]),
    trustFigure(
      result,
      told,
      [smallest, largest, widest].filter((one) => one !== undefined),
    ),
    ...extentFigure(result),
  ];
}

function rttFigure(series: SeriesRecord): KeyFigure {
  const statistics = statisticsOf(series);
  const value = statistics?.median ?? 0;
  const unit = timeUnit([value]);
  return {
    name: `RTT, ${sizeText(series.workload.payloadBytes)}`,
    value: `${inUnit(value, unit)} ${unit.name}`,
    detail: [intervalWords(statistics, unit), tailWords(statistics)]
      .filter((words) => words !== '')
      .join(', '),
  };
}

function throughputFigure(series: SeriesRecord): KeyFigure {
  const statistics = statisticsOf(series);
  const value = statistics?.median ?? 0;
  const unit = rateUnit([value]);
  const interval = intervalWords(statistics, unit);
  return {
    name: `Throughput, ${sizeText(series.workload.payloadBytes)}`,
    value: `${inUnit(value, unit)} ${unit.name}`,
    detail: `${interval === '' ? '' : `${interval}, `}one message at a time: not the capacity of the path`,
  };
}

/** `95 %: 10.25–22.54`; '' where there is none. */
function intervalWords(statistics: SampleStatistics | null, unit: Unit): string {
  const interval = estimateOf(statistics, 0.5)?.interval ?? null;
  return interval === null ? '' : `95 %: ${rangeText(interval, unit)}`;
}

function tailWords(statistics: SampleStatistics | null): string {
  const estimate = estimateOf(statistics, 0.99);
  if (estimate === undefined || statistics === null || !supportsQuantile(statistics.n, 0.99)) return '';
  const unit = timeUnit([estimate.value]);
  return `p99 ${inUnit(estimate.value, unit)} ${unit.name}`;
}

/** How much it stands on, where it is more than one run. */
function extentFigure({ series, runs }: Result): KeyFigure[] {
  if (runs.length < 2) return [];
  const samples = series.reduce((sum, { statistics }) => sum + (statistics?.rttNs.n ?? 0), 0);
  return [
    {
      name: 'Put together',
      value: counted(runs.length, 'run'),
      detail: counted(samples, 'probe'),
    },
  ];
}
