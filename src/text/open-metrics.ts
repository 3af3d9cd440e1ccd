/**
 * Metrics as text in the format OpenMetrics 1.0, which Prometheus and its like read. It writes what it is given and
 * counts nothing itself; names are of our own making, values of labels may be anything.
 */

export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

export type Labels = Readonly<Record<string, string>>;

interface Sample {
  /** Behind the name of the family. */
  readonly suffix: string;
  readonly labels: Labels;
  readonly value: number;
}

/** What has one name, and a sample for each combination of its labels. */
export interface Family {
  /** With the unit at its end. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'info';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Of each combination of labels its value; one without labels is a plain number. */
type Values = number | readonly (readonly [Labels, number])[];

export interface Buckets {
  /** Upper bounds, ascending, in the unit of the family. */
  readonly bounds: readonly number[];
  /** How many were in each, not summed up, and behind them those that were above all bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** Units are the base units; a family that has one has it as the last word of its name. */
const UNITS = ['seconds', 'bytes'];

export function gauge(name: string, help: string, values: Values): Family {
  return { name, type: 'gauge', help, samples: samplesOf('', values) };
}

/** @param name without `_total`, which its samples have */
export function counter(name: string, help: string, values: Values): Family {
  return { name, type: 'counter', help, samples: samplesOf('_total', values) };
}

/** What does not change while the program runs. @param name without `_info`, which its sample has */
export function info(name: string, help: string, labels: Labels): Family {
  return { name, type: 'info', help, samples: [{ suffix: '_info', labels, value: 1 }] };
}

export function histogram(name: string, help: string, buckets: Buckets): Family {
  return histograms(name, help, [[{}, buckets]]);
}

/** One for each combination of labels; all have the same bounds. */
export function histograms(
  name: string,
  help: string,
  values: readonly (readonly [Labels, Buckets])[],
): Family {
  return {
    name,
    type: 'histogram',
    help,
    samples: values.flatMap(([labels, one]) => bucketsOf(labels, one)),
  };
}

function bucketsOf(labels: Labels, { bounds, counts, sum }: Buckets): Sample[] {
  let below = 0;
  const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, i) => {
    below += counts[i] ?? 0;
    return { suffix: '_bucket', labels: { ...labels, le: boundText(bound) }, value: below };
  });
  return [...buckets, { suffix: '_count', labels, value: below }, { suffix: '_sum', labels, value: sum }];
}

export function openMetricsText(families: readonly Family[]): string {
  return `${families.map(familyText).join('')}# EOF\n`;
}

function samplesOf(suffix: string, values: Values): Sample[] {
  if (typeof values === 'number') return [{ suffix, labels: {}, value: values }];
  return values.map(([labels, value]) => ({ suffix, labels, value }));
}

function familyText({ name, type, help, samples }: Family): string {
  const unit = UNITS.find((one) => name.endsWith(`_${one}`));
  const lines = [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
    ...samples.map(
      ({ suffix, labels, value }) => `${name}${suffix}${labelsText(labels)} ${numberText(value)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Any text; halves of a character, which UTF-8 cannot have, are replaced. */
function escaped(text: string): string {
  return text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  return value === Number.POSITIVE_INFINITY ? '+Inf' : String(value);
}

/** A bound is the same text on every scrape, and always that of a fraction (canonical numbers, section 4.4.1). */
function boundText(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : numberText(bound);
}
