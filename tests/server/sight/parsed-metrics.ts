/** A reader of OpenMetrics that takes nothing but what section 4 of the specification lets through. */

interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedFamily {
  readonly type: string;
  readonly unit: string | undefined;
  readonly help: string;
  readonly samples: readonly ParsedSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const QUOTED = String.raw`"((?:[^"\\\n]|\\["\\n])*)"`;
const META = new RegExp(`^# (TYPE|UNIT|HELP) (${NAME}) (.*)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (NaN|[+-]Inf|-?[0-9.]+(?:e[+-]?[0-9]+)?)$`, 's');
const LABEL = new RegExp(`([a-zA-Z_][a-zA-Z0-9_]*)=${QUOTED}(,|$)`, 'ys');
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum'],
  info: ['_info'],
};

/** @throws where the text is not OpenMetrics */
export function parsedMetrics(text: string): Map<string, ParsedFamily> {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== '# EOF')
    throw new Error('it does not end with # EOF and a line end');
  const families = new Map<string, ParsedFamily & { samples: ParsedSample[] }>();
  let current: { name: string; meta: Map<string, string>; samples: ParsedSample[] } | undefined;
  for (const line of lines) {
    const [, kind = '', name = '', rest = ''] = META.exec(line) ?? [];
    if (kind !== '') {
      if (current?.name !== name) {
        if (families.has(name)) throw new Error(`twice: ${name}`);
        current = { name, meta: new Map(), samples: [] };
      }
      if (current.meta.has(kind) || current.samples.length > 0) throw new Error(`misplaced: ${line}`);
      current.meta.set(kind, rest);
      const { meta, samples } = current;
      families.set(name, {
        type: meta.get('TYPE') ?? 'unknown',
        unit: meta.get('UNIT'),
        help: unescaped(meta.get('HELP') ?? ''),
        samples,
      });
      continue;
    }
    current?.samples.push(sampleOf(line));
  }
  for (const [name, { type, unit, samples }] of families) {
    if (unit !== undefined && !name.endsWith(`_${unit}`))
      throw new Error(`${name} does not end with ${unit}`);
    const allowed = SUFFIXES[type]?.map((suffix) => name + suffix) ?? [];
    const odd = samples.find((sample) => !allowed.includes(sample.name));
    if (odd !== undefined || samples.length === 0)
      throw new Error(`no sample of ${type} ${name}: ${odd?.name}`);
    if (new Set(samples.map((one) => JSON.stringify(one.labels) + one.name)).size < samples.length) {
      throw new Error(`two samples of ${name} are the same one`);
    }
  }
  return families;
}

function sampleOf(line: string): ParsedSample {
  const [, name = '', labelsText = '', value = ''] = SAMPLE.exec(line) ?? [];
  if (name === '') throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < labelsText.length) {
    const [, label = '', text = ''] = LABEL.exec(labelsText) ?? [];
    if (label === '') throw new Error(`no labels: ${labelsText}`);
    labels[label] = unescaped(text);
  }
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}
