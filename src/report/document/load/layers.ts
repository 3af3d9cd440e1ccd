/** Where the round trips of foreign probes were spent: medians of the layers in each phase, and what grew. */
import type { LoadResult, ProbesRecord } from '../../../result/load/load-result.ts';
import type { IncreaseStatistics, QueueShares } from '../../../result/load/load-statistics.ts';
import { quantile, sorted } from '../../../stats/quantile/quantiles.ts';
import {
  isSentWithin,
  LOAD_LAYERS,
  type LoadLayer,
  layersOf,
  type PhaseWindow,
  windowsOf,
} from '../../load/load-layers.ts';
import { figures, NONE, type Part, type Section, table, words } from '../document.ts';
import { type Field, fieldTable, figureField, wordField } from '../fields.ts';
import { cellOf, INTERVAL, latencyUnitOf, spanText } from './words.ts';

interface Increased {
  readonly name: string;
  readonly increase: IncreaseStatistics;
  readonly queues: QueueShares | null;
}

/** Of foreign and own probes, and where that of the foreign ones was spent. */
export function increaseSection({ statistics: { loaded } }: LoadResult): Section {
  const id = 'increase';
  const title = 'Increase';
  const rows = loaded.flatMap(({ phase, increase, ownIncrease, queues }): Increased[] => [
    ...(increase === null ? [] : [{ name: phase, increase, queues }]),
    ...(ownIncrease === null ? [] : [{ name: `${phase}, own`, increase: ownIncrease, queues: null }]),
  ]);
  if (rows.length === 0) return { id, title, parts: [] };
  const unit = latencyUnitOf(rows.map(({ increase }) => increase.p50.value));
  const part =
    (key: 'ownMachine' | 'network' | 'server') =>
    ({ queues }: Increased): string =>
      queues === null ? NONE : cellOf(queues[key], unit);
  const fields: Field<Increased>[] = [
    wordField('probes', ({ name }) => name),
    figureField('p50', ({ increase }) => cellOf(increase.p50.value, unit)),
    figureField(INTERVAL, ({ increase }) => spanText(increase.p50, unit) || NONE),
    figureField('p99', ({ increase }) => cellOf(increase.p99.value, unit), 2),
    figureField(INTERVAL, ({ increase }) => spanText(increase.p99, unit) || NONE, 1),
    figureField('this machine', part('ownMachine')),
    figureField('network', part('network')),
    figureField('server', part('server')),
  ];
  const hasParts = rows.some(({ queues }) => queues !== null);
  const caption = `Increase against idle in ${unit.name}${hasParts ? ', and where that of the median was spent' : ''}`;
  const legend = [
    ...(rows.some(({ name }) => name.endsWith('own')) ? ['own: probes within the data'] : []),
    ...(hasParts ? ['parts are differences of medians, and need not add up'] : []),
  ];
  return { id, title, parts: [fieldTable(caption, rows, fields, legend.join('; '))] };
}

/** Medians of each phase. */
export function layersSection(result: LoadResult): Section {
  return { id: 'layers', title: 'Layers', parts: layerParts(result) };
}

function layerParts(result: LoadResult): Part[] {
  const { foreignProbes } = result;
  if (foreignProbes.layers === null) return [];
  const columns = windowsOf(result).map((window) => ({
    name: window.name,
    medians: LOAD_LAYERS.map((layer) => medianOf(foreignProbes, layer, window)),
  }));
  const known = columns.flatMap(({ medians }) => medians).filter((median) => median !== null);
  if (known.length === 0) return [];
  const unit = latencyUnitOf(known);
  const rows = LOAD_LAYERS.flatMap(({ name }, i) => {
    const medians = columns.map((column) => column.medians[i] ?? null);
    if (medians.every((median) => median === null || median === 0)) return [];
    return [[name, ...medians.map((median) => (median === null ? NONE : cellOf(median, unit)))]];
  });
  return [
    table(
      `Where foreign probes spent their round trip: medians in ${unit.name}`,
      [words('layer'), ...columns.map(({ name }) => figures(name))],
      rows,
    ),
  ];
}

function medianOf(probes: ProbesRecord, { key }: LoadLayer, window: PhaseWindow): number | null {
  const values = probes.dueAtNs.flatMap((_, i) => {
    const value = isSentWithin(probes, i, window) ? layersOf(probes, i)?.[key] : undefined;
    return value === undefined ? [] : [value];
  });
  return values.length === 0 ? null : quantile(sorted(values), 0.5);
}
