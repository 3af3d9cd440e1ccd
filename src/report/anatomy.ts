/** The round trip taken apart: a row a size, from the program's send call to its wake-up. */
import type { Analysis, Result } from '../result/result.ts';
import type { SeriesRecord } from '../result/series-record.ts';
import { sizeText } from '../result/size-text.ts';
import { supportsQuantile } from '../stats/quantiles.ts';
import { type Layer, shownLayers } from './layers.ts';
import { renderTable } from './table.ts';
import { inUnit, timeUnit, type Unit } from './units.ts';

const TAIL = 0.99;

/** Medians, and below them what tells which layer is slow now and then. @returns '' where there are no stamps */
export function anatomyTables({ series }: Pick<Analysis, 'series'>): string {
  if (series.every(({ layers }) => layers === null)) return '';
  const unit = timeUnit(series.map(({ statistics }) => statistics?.rttNs.median ?? 0));
  const shown = shownLayers(series);
  const header = ['size', 'RTT', ...shown.map(({ name }) => name)];
  const whole = shown.some(({ key }) => key === 'serverTcpWaitNs') ? ' + server TCP wait' : '';
  const rows = (figure: Figure): string[][] =>
    series.map((one) => [sizeText(one.payloadBytes), ...cells(one, shown, figure, unit)]);
  // One table for both, so that each column is as wide above as below.
  const both = renderTable(header, [...rows('median'), ...rows('p99')]);
  const [head = '', ...lines] = both.split(/(?<=\n)/);
  const [medians, tails] = [lines.slice(0, series.length), lines.slice(series.length)];
  return [
    `Anatomy of the round trip in ${unit.name}: medians; kernel RTT = network + server${whole}\n`,
    [head, ...medians].join(''),
    'The same at the 99th percentile, each layer by itself: what held up the slowest\n',
    [head, ...tails].join(''),
  ].join('\n');
}

type Figure = 'median' | 'p99';

function cells(
  { statistics, layers }: SeriesRecord,
  shown: readonly Layer[],
  figure: Figure,
  unit: Unit,
): string[] {
  return [statistics?.rttNs, ...shown.map(({ key }) => layers?.statistics[key])].map((summary) => {
    if (summary === undefined || summary === null) return '-';
    const thin = figure === 'p99' && !supportsQuantile(summary.n, TAIL);
    return `${thin ? '~' : ''}${inUnit(summary[figure], unit)}`;
  });
}

/** What the tables' figures lack, a line each. */
export function anatomyNotes({ plan, series, warnings }: Result): string[] {
  const stamped = series.flatMap(({ layers, statistics }) =>
    layers === null || statistics === null ? [] : [{ layers, probes: statistics.rttNs.n }],
  );
  if (stamped.length === 0) {
    return plan.stamps && plan.socket.multipath === true
      ? ['no anatomy of the round trip: the kernel gives a multipath socket no stamps']
      : [];
  }
  const notes: string[] = [];
  const sources = new Set(stamped.map(({ layers }) => layers.residenceSource));
  if (sources.has(null)) {
    notes.push('the server does not tell how long it keeps a probe: kernel RTT is network and server in one');
  }
  if (sources.has('application')) {
    notes.push("the server's times are its program's own: waking up and reading there count as network");
  }
  const sum = (count: (one: (typeof stamped)[number]) => number): number =>
    stamped.reduce((total, one) => total + count(one), 0);
  const client = sum(({ layers }) => layers.missing.client);
  const server = sum(({ layers }) => layers.missing.server ?? 0);
  // Where they are many, the warning says it.
  if (client + server > 0 && !warnings.some(({ code }) => code === 'missing-stamps')) {
    const probes = sum((one) => one.probes);
    notes.push(`missing stamps, of ${probes} probes: ${client} of this kernel, ${server} of the server`);
  }
  return notes;
}
