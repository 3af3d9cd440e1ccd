/** Whether recorded statistics are those of the recorded samples: a figure changed by hand must not be believed. */

import type { ResultV1 } from '../../result/older/v1.ts';
import type { Analysis, Recording } from '../../result/result.ts';
import type { SeriesRecord } from '../../result/series-record.ts';
import { sameWorkload } from '../../result/workload.ts';
import { NanosecondHistogram } from '../../stats/histogram.ts';
import { workloadName } from '../../text/sizes.ts';
import { seriesOf } from '../series.ts';

/** Sums may be taken in another order by another version. */
const RELATIVE_TOLERANCE = 1e-6;

/**
 * What the method makes of the samples and another version may make otherwise: whether there is an interval, and how
 * wide, with what is said of it; whether a line bears a time or a rate, whether a queue grew. They are computed anew, whatever a file says.
 */
const OF_THE_METHOD: ReadonlySet<string> = new Set([
  'interval',
  'refused',
  'verdict',
  'runScatter',
  'windowBoundBitsPerSecond',
  'intercept',
  'interceptRefused',
  'rateBitsPerSecond',
  'isSaturated',
]);

type Derived = Pick<Analysis, 'series' | 'fits'>;

/** @returns the first difference in words; undefined when there is none */
export function statisticsDifference(recorded: Derived, computed: Derived): string | undefined {
  const { series, fits } = computed;
  if (recorded.series.length !== series.length) {
    return `its blocks make ${series.length} series, and it records ${recorded.series.length}`;
  }
  if (recorded.fits.length !== fits.length) {
    return `its blocks make ${fits.length} fits, and it records ${recorded.fits.length}`;
  }
  for (const [i, expected] of series.entries()) {
    const difference = seriesDifference(recorded.series[i] as SeriesRecord, expected);
    if (difference !== undefined) return difference;
  }
  for (const [i, expected] of fits.entries()) {
    const difference = firstDifference(recorded.fits[i], expected);
    if (difference !== undefined) return inWords(difference, `the fit of ${expected.workload.kind}`);
  }
  return undefined;
}

/** The same for version 1, which has statistics for each session. */
export function sessionDifference(old: ResultV1, upgraded: Recording): string | undefined {
  for (const [i, block] of upgraded.blocks.entries()) {
    const [computed] = seriesOf({ ...upgraded, blocks: [block] });
    const session = old.sessions[i];
    if (computed === undefined || session === undefined) continue;
    const difference = firstDifference(
      { statistics: session.statistics, layers: session.layers },
      { statistics: computed.statistics, layers: computed.layers },
    );
    if (difference !== undefined) return inWords(difference, workloadName(block.workload));
  }
  return undefined;
}

function seriesDifference(recorded: SeriesRecord, computed: SeriesRecord): string | undefined {
  if (!sameWorkload(recorded.workload, computed.workload)) {
    return `its blocks make a series of ${workloadName(computed.workload)}, and it records one of ${workloadName(recorded.workload)}`;
  }
  const { rttHistogram: recordedHistogram, ...recordedRest } = recorded;
  const { rttHistogram, ...rest } = computed;
  const difference = firstDifference(recordedRest, rest);
  if (difference !== undefined) return inWords(difference, workloadName(computed.workload));
  if (sameHistogram(recordedHistogram, rttHistogram)) return undefined;
  return `the recorded histogram of ${workloadName(computed.workload)} is not that of its samples`;
}

/** Two versions of the compression may write the same counts differently. */
function sameHistogram(recorded: string | null, computed: string | null): boolean {
  if (recorded === computed) return true;
  if (recorded === null || computed === null) return false;
  try {
    return NanosecondHistogram.decode(recorded).encode() === computed;
  } catch {
    return false;
  }
}

interface Difference {
  readonly path: readonly string[];
  readonly recorded: unknown;
  readonly computed: unknown;
}

/** Fields that only one side has are passed over: the schema has asked for all that must be there. */
function firstDifference(
  recorded: unknown,
  computed: unknown,
  path: readonly string[] = [],
): Difference | undefined {
  if (typeof computed === 'number' && typeof recorded === 'number') {
    const scale = Math.max(Math.abs(recorded), Math.abs(computed));
    const equal = Math.abs(recorded - computed) <= RELATIVE_TOLERANCE * scale;
    return equal ? undefined : { path, recorded, computed };
  }
  if (isObject(computed) && isObject(recorded)) {
    if (Array.isArray(computed) && Array.isArray(recorded) && computed.length !== recorded.length) {
      return { path: [...path, 'length'], recorded: recorded.length, computed: computed.length };
    }
    for (const [key, value] of Object.entries(computed)) {
      if (!Object.hasOwn(recorded, key) || OF_THE_METHOD.has(key)) continue;
      const difference = firstDifference(recorded[key], value, [...path, stepName(key, value)]);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  return recorded === computed ? undefined : { path, recorded, computed };
}

/** Of a list of quantiles, what each is called. */
function stepName(key: string, value: unknown): string {
  const p = isObject(value) ? value['p'] : undefined;
  return typeof p === 'number' ? `p${Number((100 * p).toPrecision(6))}` : key;
}

/** @returns the first difference in words; undefined when there is none */
export function recordedDifference(
  recorded: object,
  computed: object,
  what: string,
  source: string,
): string | undefined {
  const difference = firstDifference(recorded, computed);
  return difference === undefined ? undefined : inWords(difference, what, source);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function inWords(
  { path, recorded, computed }: Difference,
  what: string,
  source = 'its samples give',
): string {
  const field = path.join('.').replace(/^(?:layers\.)?statistics\.(?:rttNs\.)?/, '');
  return `the recorded ${field} of ${what} is ${shown(recorded)}, ${source} ${shown(computed)}`;
}

function shown(value: unknown): string {
  return isObject(value) ? 'there' : String(value);
}
