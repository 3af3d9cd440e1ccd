/** The few numbers that a reader takes along: as tiles of one result, as a table of several. */
import type { Result } from '../../result/result.ts';
import type { SampleStatistics, SeriesRecord } from '../../result/series-record.ts';
import { sizeText } from '../../result/size-text.ts';
import { counted } from '../text.ts';
import { inUnit, rateUnit, timeText, timeUnit, type Unit } from '../units.ts';
import { type KeyFigure, NONE, type Section, table } from './document.ts';
import { estimateOf, intervalText, rangeText } from './intervals.ts';
import type { Source } from './sources.ts';

export function keyFiguresSection(sources: readonly Source[]): Section {
  const figures = sources.map(({ result }) => keyFigures(result));
  const title = 'Key figures';
  const [only] = figures;
  if (only !== undefined && figures.length === 1) {
    return { id: 'key-figures', title, parts: [{ kind: 'key-figures', figures: only }] };
  }
  const names = [...new Set(figures.flat().map(({ name }) => name))];
  const rows = names.map((name) => [
    name,
    ...figures.map((own) => {
      const figure = own.find((one) => one.name === name);
      if (figure === undefined) return NONE;
      return figure.detail === '' ? figure.value : `${figure.value} (${figure.detail})`;
    }),
  ]);
  const header = ['', ...sources.map(({ label }) => label)];
  return { id: 'key-figures', title, parts: [table('Key figures side by side', header, rows, 'words')] };
}

function keyFigures(result: Result): KeyFigure[] {
  const { series, fits, engine } = result;
  const rtt = series.filter(({ measurement }) => measurement === 'rtt');
  const throughput = series.filter(({ measurement }) => measurement === 'throughput');
  const figures: KeyFigure[] = [];
  const smallest = extremeSize(rtt, 'least');
  const largest = extremeSize(rtt, 'most');
  const widest = extremeSize(throughput, 'most');
  if (smallest !== undefined) figures.push(median(smallest), ...tail(smallest));
  if (largest !== undefined && largest !== smallest) figures.push(median(largest));
  if (widest !== undefined) figures.push(median(widest));
  for (const { measurement, intercept } of fits) {
    if (intercept === null || measurement !== 'rtt') continue;
    const unit = timeUnit([intercept.value]);
    figures.push({
      name: 'RTT of an empty message',
      value: `${inUnit(intercept.value, unit)} ${unit.name}`,
      detail: intercept.interval === null ? 'by the fit' : `95 %: ${rangeText(intercept.interval, unit)}`,
    });
  }
  const samples = series.reduce((sum, { statistics }) => sum + (statistics?.rttNs.n ?? 0), 0);
  const blocks = series.reduce((sum, one) => sum + one.blocks, 0);
  figures.push({
    name: 'Probes measured',
    value: samples.toLocaleString('en-US'),
    detail: `in ${counted(blocks, 'block')}`,
  });
  if (engine.selfTest !== null) {
    figures.push({
      name: 'Noise floor',
      value: timeText(engine.selfTest.minRttNs),
      detail: 'the least of an echo within the program itself',
    });
  }
  return figures;
}

function extremeSize(series: readonly SeriesRecord[], which: 'least' | 'most'): SeriesRecord | undefined {
  const measured = series
    .filter((one) => statisticsOf(one) !== null)
    .sort((a, b) => a.payloadBytes - b.payloadBytes);
  return which === 'least' ? measured[0] : measured.at(-1);
}

function median(series: SeriesRecord): KeyFigure {
  const statistics = statisticsOf(series);
  const what = series.measurement === 'rtt' ? 'Median RTT' : 'Median throughput';
  const value = statistics?.median ?? 0;
  const unit = unitOf(series, value);
  return {
    name: `${what}, ${sizeText(series.payloadBytes)}`,
    value: `${inUnit(value, unit)} ${unit.name}`,
    detail: detailOf(statistics, 0.5, unit),
  };
}

function tail(series: SeriesRecord): KeyFigure[] {
  const statistics = statisticsOf(series);
  const estimate = estimateOf(statistics, 0.99);
  if (estimate === undefined || estimate.refused === 'too-few-samples') return [];
  const unit = unitOf(series, estimate.value);
  return [
    {
      name: `p99 of the RTT, ${sizeText(series.payloadBytes)}`,
      value: `${inUnit(estimate.value, unit)} ${unit.name}`,
      detail: detailOf(statistics, 0.99, unit),
    },
  ];
}

function detailOf(statistics: SampleStatistics | null, p: number, unit: Unit): string {
  const estimate = estimateOf(statistics, p);
  const interval = intervalText(estimate, unit);
  return estimate?.interval === null ? `no interval: ${interval}` : `95 %: ${interval}`;
}

function statisticsOf({ measurement, statistics }: SeriesRecord): SampleStatistics | null {
  if (statistics === null) return null;
  return measurement === 'rtt' ? statistics.rttNs : statistics.goodputBitsPerSecond;
}

function unitOf({ measurement }: SeriesRecord, value: number): Unit {
  return measurement === 'rtt' ? timeUnit([value]) : rateUnit([value]);
}
