/**
 * Metrics, and their text in the format OpenMetrics 1.0, which Prometheus and its like read, or in the older one of Prometheus. It
 * writes what it is given and counts nothing itself; names are of our own making, values of labels may be anything.
 */

export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
export const PLAIN_METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type Labels = Readonly<Record<string, string>>;

/** For each combination of labels one. */
type Samples<V> = readonly (readonly [Labels, V])[];

interface Named {
  /** With the unit at its end. */
  readonly name: string;
  readonly help: string;
}

export interface PlainFamily extends Named {
  readonly type: 'counter' | 'gauge' | 'info';
  readonly samples: Samples<number>;
}

export interface HistogramFamily extends Named {
  readonly type: 'histogram';
  readonly samples: Samples<Buckets>;
}

/** What has one name. */
export type Family = PlainFamily | HistogramFamily;

/** Of each combination of labels its value; one without labels is a plain number. */
type Values = number | Samples<number>;

export interface Buckets {
  /** Upper bounds, ascending, in the unit of the family. */
  readonly bounds: readonly number[];
  /** How many were in each, not summed up, and behind them those that were above all bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
  /** How many were in each bucket of a native histogram, by its index; absent where nobody counts them. Text has no place for it. */
  readonly exponential?: ReadonlyMap<number, number>;
}

/** `plain` is the format before OpenMetrics: counters and infos are called as their samples, units are not told. */
type TextForm = 'open' | 'plain';

/** Units are the base units; a family that has one has it as the last word of its name. */
const UNITS = ['seconds', 'bytes'];
/** Of the name of a sample, behind that of its family. */
const SUFFIXES = { counter: '_total', gauge: '', info: '_info' } as const;

export function gauge(name: string, help: string, values: Values): Family {
  return { name, type: 'gauge', help, samples: samplesOf(values) };
}

/** @param name without `_total`, which its samples have */
export function counter(name: string, help: string, values: Values): Family {
  return { name, type: 'counter', help, samples: samplesOf(values) };
}

/** What does not change while the program runs. @param name without `_info`, which its sample has */
export function info(name: string, help: string, labels: Labels): Family {
  return { name, type: 'info', help, samples: [[labels, 1]] };
}

export function histogram(name: string, help: string, buckets: Buckets): Family {
  return histograms(name, help, [[{}, buckets]]);
}

/** One for each combination of labels; all have the same bounds. */
export function histograms(name: string, help: string, samples: Samples<Buckets>): Family {
  return { name, type: 'histogram', help, samples };
}

function samplesOf(values: Values): Samples<number> {
  return typeof values === 'number' ? [[{}, values]] : values;
}

/** What the samples of a family are called. */
export function sampleName({ name, type }: PlainFamily): string {
  return name + SUFFIXES[type];
}

/** The last word of its name; undefined where it has none. */
export function unitOf({ name }: Family): string | undefined {
  return UNITS.find((unit) => name.endsWith(`_${unit}`));
}

export function openMetricsText(families: readonly Family[]): string {
  return [...metricsText(families, 'open')].join('');
}

/** The same in pieces, one for each sample, for whoever has others to think of. */
export function* metricsText(families: readonly Family[], form: TextForm): Generator<string> {
  for (const family of families) {
    yield headText(family, form);
    if (family.type === 'histogram') {
      for (const [labels, buckets] of family.samples)
        yield bucketsText(family.name, pairsText(labels), buckets);
    } else {
      const name = sampleName(family);
      for (const [labels, value] of family.samples) yield sampleText(name, pairsText(labels), value);
    }
  }
  if (form === 'open') yield '# EOF\n';
}

function headText(family: Family, form: TextForm): string {
  const { type, help } = family;
  const isPlain = form === 'plain' && type !== 'histogram';
  const name = isPlain ? sampleName(family) : family.name;
  const unit = form === 'plain' ? undefined : unitOf(family);
  const unitLine = unit === undefined ? '' : `# UNIT ${name} ${unit}\n`;
  const typeWord = form === 'plain' && type === 'info' ? 'gauge' : type;
  return `# TYPE ${name} ${typeWord}\n${unitLine}# HELP ${name} ${escaped(help, form)}\n`;
}

/** @param pairs of all but the bound */
function bucketsText(name: string, pairs: string, { bounds, counts, sum }: Buckets): string {
  const before = `${name}_bucket{${pairs === '' ? '' : `${pairs},`}le="`;
  let text = '';
  let below = 0;
  for (const [i, bound] of boundTexts(bounds).entries()) {
    below += counts[i] ?? 0;
    text += `${before}${bound}"} ${below}\n`;
  }
  return text + sampleText(`${name}_count`, pairs, below) + sampleText(`${name}_sum`, pairs, sum);
}

/** All histograms of a family have the same bounds, and a number is long in being written. */
const BOUND_TEXTS = new WeakMap<readonly number[], readonly string[]>();

/** With that of what is above all bounds. */
function boundTexts(bounds: readonly number[]): readonly string[] {
  const known = BOUND_TEXTS.get(bounds);
  if (known !== undefined) return known;
  const texts = [...bounds, Number.POSITIVE_INFINITY].map(boundText);
  BOUND_TEXTS.set(bounds, texts);
  return texts;
}

function sampleText(name: string, pairs: string, value: number): string {
  return `${name}${pairs === '' ? '' : `{${pairs}}`} ${numberText(value)}\n`;
}

function pairsText(labels: Labels): string {
  let text = '';
  for (const name of Object.keys(labels)) {
    text += `${text === '' ? '' : ','}${name}="${escaped(labels[name] as string)}"`;
  }
  return text;
}

const ESCAPED = /[\\"\n]/g;

/** Any text; halves of a character, which UTF-8 cannot have, are replaced. */
function escaped(text: string, form: TextForm = 'open'): string {
  return text.toWellFormed().replace(ESCAPED, (character) => {
    if (character === '\n') return '\\n';
    // A help of the older format has its quotes as they are.
    return character === '"' && form === 'plain' ? character : `\\${character}`;
  });
}

function numberText(value: number): string {
  return value === Number.POSITIVE_INFINITY ? '+Inf' : String(value);
}

/** A bound is the same text on every scrape, and always that of a fraction (canonical numbers, section 4.4.1). */
function boundText(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : numberText(bound);
}
