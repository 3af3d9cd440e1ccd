/** Where the round trips of foreign probes were spent: medians of the layers in each phase, and what grew. */
import type { LoadResult, ProbesRecord } from '../../../result/load-result.ts';
import { quantile, sorted } from '../../../stats/quantile/quantiles.ts';
import { LOAD_LAYERS, type LoadLayer, layersOf, windowsOf } from '../../load-layers.ts';
import { figures, NONE, type Part, type Section, table, words } from '../document.ts';
import { cellOf, INTERVAL, latencyUnitOf, PHASE_NAMES, spanText } from './words.ts';

/** Of foreign and own probes, and where that of the foreign ones was spent. */
export function increaseSection({ statistics: { loaded } }: LoadResult): Section {
  const id = 'increase';
  const title = 'Increase';
  const rows = loaded.flatMap(({ phase, increase, ownIncrease, queues }) => [
    ...(increase === null ? [] : [{ name: PHASE_NAMES[phase], increase, queues }]),
    ...(ownIncrease === null
      ? []
      : [{ name: `${PHASE_NAMES[phase]}, own`, increase: ownIncrease, queues: null }]),
  ]);
  if (rows.length === 0) return { id, title, parts: [] };
  const unit = latencyUnitOf(rows.map(({ increase }) => increase.p50.value));
  const cells = rows.map(({ name, increase: { p50, p99 }, queues }) => [
    name,
    cellOf(p50.value, unit),
    spanText(p50, unit) || NONE,
    cellOf(p99.value, unit),
    spanText(p99, unit) || NONE,
    ...(queues === null
      ? [NONE, NONE, NONE]
      : [queues.ownMachine, queues.network, queues.server].map((ns) => cellOf(ns, unit))),
  ]);
  const columns = [
    words('probes'),
    figures('p50'),
    figures(INTERVAL),
    figures('p99', 2),
    figures(INTERVAL, 1),
    ...['this machine', 'network', 'server'].map((name) => figures(name)),
  ];
  const caption = `Increase against idle in ${unit.name}, and where that of the median was spent`;
  const legend = 'own: probes within the data; parts are differences of medians, and need not add up';
  return { id, title, parts: [table(caption, columns, cells, legend)] };
}

/** Medians of each phase. */
export function layersSection(result: LoadResult): Section {
  return { id: 'layers', title: 'Layers', parts: layerParts(result) };
}

function layerParts(result: LoadResult): Part[] {
  const { foreignProbes } = result;
  if (foreignProbes.layers === null) return [];
  const columns = windowsOf(result).map(({ name, fromAtNs, toAtNs }) => ({
    name: PHASE_NAMES[name],
    medians: LOAD_LAYERS.map((layer) => medianOf(foreignProbes, layer, fromAtNs, toAtNs)),
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

function medianOf(probes: ProbesRecord, layer: LoadLayer, fromAtNs: number, toAtNs: number): number | null {
  const values = probes.dueAtNs.flatMap((dueAtNs, i) => {
    const value = dueAtNs >= fromAtNs && dueAtNs < toAtNs ? layersOf(probes, i)?.[layer.key] : undefined;
    return value === undefined ? [] : [value];
  });
  return values.length === 0 ? null : quantile(sorted(values), 0.5);
}
