/** Where round trips were spent, by the kernel's stamps: medians of each layer at each rate. */
import type { PacedResult } from '../../../result/paced/paced-result.ts';
import { PACED_LAYER_KEYS, type PacedLayerStatistics } from '../../../result/paced/paced-statistics.ts';
import { timeUnit } from '../../../text/units.ts';
import { figures, type Section, table, words } from '../document.ts';
import { cellOf, rateName } from './words.ts';

type LayerKey = (typeof PACED_LAYER_KEYS)[number];

const NAMES: Readonly<Record<LayerKey, string>> = {
  sendCall: 'send call',
  tcpWait: 'TCP wait',
  localQueue: 'local queue',
  kernelRtt: 'network and server',
  wakeUp: 'wake-up',
};

interface Column {
  readonly name: string;
  readonly nsOf: (key: LayerKey) => number;
}

/** Of one rate also the 99th percentiles. */
export function layersSection({ statistics: { steps } }: PacedResult): Section {
  const id = 'layers';
  const title = 'Layers';
  const known = steps.flatMap(({ askedPerSecond, layers }) =>
    layers === null ? [] : [{ askedPerSecond, layers }],
  );
  if (known.length === 0) return { id, title, parts: [] };
  const [first] = known;
  const columns: Column[] =
    known.length === 1 && first !== undefined
      ? [columnOf('p50', first.layers, 'p50'), columnOf('p99', first.layers, 'p99')]
      : known.map(({ askedPerSecond, layers }) => columnOf(rateName(askedPerSecond), layers, 'p50'));
  const rows = PACED_LAYER_KEYS.filter((key) => columns.some(({ nsOf }) => nsOf(key) > 0));
  const unit = timeUnit(columns.map(({ nsOf }) => nsOf('kernelRtt')));
  const probes = known.reduce((sum, { layers }) => sum + layers.sendCall.count, 0);
  const what =
    known.length === 1 ? 'Where the service time was spent' : 'Where the median service time was spent';
  return {
    id,
    title,
    parts: [
      table(
        `${what}, by kernel stamps of ${probes.toLocaleString('en-US')} probes, in ${unit.name}`,
        [words('layer'), ...columns.map(({ name }) => figures(name))],
        rows.map((key) => [NAMES[key], ...columns.map(({ nsOf }) => cellOf(nsOf(key), unit))]),
        'each is sorted on its own, and they need not add up; of echoes that come together only the last counts',
      ),
    ],
  };
}

function columnOf(name: string, layers: PacedLayerStatistics, percentile: 'p50' | 'p99'): Column {
  return { name, nsOf: (key) => layers[key][percentile] };
}
