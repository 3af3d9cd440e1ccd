/**
 * Metrics in the format of Prometheus that has a place for native histograms: messages `io.prometheus.client.MetricFamily`, each
 * with its length before it (`metrics.proto` of prometheus/client_model). A histogram has its classic buckets, too.
 */
import { type Buckets, type Family, type Labels, sampleName, unitOf } from '../../text/open-metrics.ts';
import { SCHEMA, stretches } from './exponential.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

export const PROTOBUF_TYPE =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

/** Numbers of fields, and of the types of metrics. */
const FAMILY = { name: 1, help: 2, type: 3, metric: 4, unit: 5 } as const;
const TYPES = { counter: 0, gauge: 1, info: 1, histogram: 4 } as const;
const METRIC = { label: 1, gauge: 2, counter: 3, info: 2, histogram: 7 } as const;
const LABEL = { name: 1, value: 2 } as const;
const VALUE = 1;
const HISTOGRAM = {
  count: 1,
  sum: 2,
  bucket: 3,
  schema: 5,
  zeroThreshold: 6,
  zeroCount: 7,
  positiveSpan: 12,
  positiveDelta: 13,
} as const;
const BUCKET = { cumulativeCount: 1, upperBound: 2 } as const;
const SPAN = { offset: 1, length: 2 } as const;
/** What a native histogram takes for 0; no time is so short. A reader knows by it that the histogram is a native one. */
const ZERO_THRESHOLD = 2 ** -128;

/** Stops after each sample, so that others have their turn. @param families each with a sample: to Prometheus there are no others */
export function* metricsProtobuf(families: readonly Family[]): Generator<undefined, Uint8Array> {
  const writer = new ProtobufWriter();
  for (const family of families) {
    const at = writer.begin();
    writer.text(FAMILY.name, family.type === 'histogram' ? family.name : sampleName(family));
    writer.text(FAMILY.help, family.help);
    writer.unsigned(FAMILY.type, TYPES[family.type]);
    const unit = unitOf(family);
    if (unit !== undefined) writer.text(FAMILY.unit, unit);
    for (const write of metricsOf(writer, family)) {
      const metric = writer.begin(FAMILY.metric);
      write();
      writer.end(metric);
      yield;
    }
    writer.end(at);
  }
  return writer.written();
}

function metricsOf(writer: ProtobufWriter, family: Family): readonly (() => void)[] {
  if (family.type === 'histogram') {
    return family.samples.map(([labels, buckets]) => () => {
      writeLabels(writer, labels);
      writeHistogram(writer, buckets);
    });
  }
  return family.samples.map(([labels, value]) => () => {
    writeLabels(writer, labels);
    const at = writer.begin(METRIC[family.type]);
    writer.double(VALUE, value);
    writer.end(at);
  });
}

function writeLabels(writer: ProtobufWriter, labels: Labels): void {
  for (const [name, value] of Object.entries(labels)) {
    const at = writer.begin(METRIC.label);
    writer.text(LABEL.name, name);
    writer.text(LABEL.value, value);
    writer.end(at);
  }
}

function writeHistogram(writer: ProtobufWriter, { bounds, counts, sum, exponential }: Buckets): void {
  const histogram = writer.begin(METRIC.histogram);
  let below = 0;
  for (let i = 0; i <= bounds.length; i++) {
    below += counts[i] ?? 0;
    const bucket = writer.begin(HISTOGRAM.bucket);
    writer.unsigned(BUCKET.cumulativeCount, below);
    writer.double(BUCKET.upperBound, bounds[i] ?? Number.POSITIVE_INFINITY);
    writer.end(bucket);
  }
  writer.unsigned(HISTOGRAM.count, below);
  writer.double(HISTOGRAM.sum, sum);
  if (exponential !== undefined) writeNative(writer, exponential);
  writer.end(histogram);
}

/** Each count is told as what it is more than the one before, each stretch by how many empty buckets are before it. */
function writeNative(writer: ProtobufWriter, counts: ReadonlyMap<number, number>): void {
  writer.signed(HISTOGRAM.schema, SCHEMA);
  writer.double(HISTOGRAM.zeroThreshold, ZERO_THRESHOLD);
  writer.unsigned(HISTOGRAM.zeroCount, 0);
  const all = stretches(counts);
  let nextIndex = 0;
  for (const { firstIndex, counts: inside } of all) {
    const span = writer.begin(HISTOGRAM.positiveSpan);
    writer.signed(SPAN.offset, firstIndex - nextIndex);
    writer.unsigned(SPAN.length, inside.length);
    writer.end(span);
    nextIndex = firstIndex + inside.length;
  }
  const flat = all.flatMap((stretch) => stretch.counts);
  writer.signedList(
    HISTOGRAM.positiveDelta,
    flat.map((count, i) => count - (flat[i - 1] ?? 0)),
  );
}
