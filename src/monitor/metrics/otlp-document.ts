/**
 * Metrics as a request of OTLP in its JSON (`ExportMetricsServiceRequest` of opentelemetry-proto 1.x): the same families under the
 * same names, cumulative from when the monitor began. Numbers of 64 bits are texts there.
 */
import { type Buckets, type Family, type Labels, unitOf } from '../../text/open-metrics.ts';

export interface OtlpFacts {
  readonly version: string;
  /** Of this machine. */
  readonly hostName: string;
  /** Unix time, ms: from when counters count, and now. */
  readonly startMs: number;
  readonly nowMs: number;
}

/** Units as the UCUM has them. */
const UCUM: Readonly<Record<string, string>> = { seconds: 's', bytes: 'By' };
/** `AGGREGATION_TEMPORALITY_CUMULATIVE`. */
const CUMULATIVE = 2;

/** Stops after each data point, so that others have their turn. @returns JSON */
export function* otlpDocument(
  families: readonly Family[],
  { version, hostName, startMs, nowMs }: OtlpFacts,
): Generator<undefined, string> {
  const times = { startTimeUnixNano: nanoseconds(startMs), timeUnixNano: nanoseconds(nowMs) };
  const metrics: string[] = [];
  for (const family of families) {
    const points: string[] = [];
    for (const point of pointsOf(family)) {
      points.push(JSON.stringify({ ...point, ...times }));
      yield;
    }
    metrics.push(metricText(family, points));
  }
  const resource = {
    attributes: attributesOf({
      'service.name': 'echolot',
      'service.version': version,
      'host.name': hostName,
    }),
  };
  const scope = JSON.stringify({ name: 'echolot', version });
  const scoped = `{"scope":${scope},"metrics":[${metrics.join()}]}`;
  return `{"resourceMetrics":[{"resource":${JSON.stringify(resource)},"scopeMetrics":[${scoped}]}]}`;
}

/** @param points JSON of each */
function metricText(family: Family, points: readonly string[]): string {
  const { name, help, type } = family;
  const unit = UCUM[unitOf(family) ?? ''];
  const head = JSON.stringify({
    name: type === 'info' ? `${name}_info` : name,
    description: help.toWellFormed(),
    ...(unit === undefined ? {} : { unit }),
  });
  return `${head.slice(0, -1)},${dataText(type, points)}}`;
}

function dataText(type: Family['type'], points: readonly string[]): string {
  const list = `"dataPoints":[${points.join()}]`;
  switch (type) {
    case 'counter':
      return `"sum":{"aggregationTemporality":${CUMULATIVE},"isMonotonic":true,${list}}`;
    case 'histogram':
      return `"histogram":{"aggregationTemporality":${CUMULATIVE},${list}}`;
    case 'gauge':
    case 'info':
      return `"gauge":{${list}}`;
  }
}

function* pointsOf(family: Family): Generator<object> {
  if (family.type === 'histogram') {
    for (const [labels, buckets] of family.samples)
      yield { attributes: attributesOf(labels), ...bucketsOf(buckets) };
  } else {
    for (const [labels, asDouble] of family.samples) yield { attributes: attributesOf(labels), asDouble };
  }
}

function bucketsOf({ bounds, counts, sum }: Buckets): object {
  const inAll = counts.reduce((total, count) => total + count, 0);
  return { count: String(inAll), sum, bucketCounts: counts.map(String), explicitBounds: bounds };
}

function attributesOf(labels: Labels): readonly object[] {
  return Object.entries(labels).map(([key, value]) => ({
    key,
    value: { stringValue: value.toWellFormed() },
  }));
}

function nanoseconds(ms: number): string {
  return `${Math.round(ms)}000000`;
}
