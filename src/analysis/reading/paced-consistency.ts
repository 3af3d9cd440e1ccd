/** What the parts of a recording of paced probes must agree on, beyond the structure of each. */
import type {
  PacedHistogram,
  PacedPartRecord,
  PacedQuantiles,
  PacedRecording,
  PacedSamplesRecord,
  PacedStepRecord,
} from '../../result/paced/paced-result.ts';
import { PACED_LAYER_KEYS } from '../../result/paced/paced-statistics.ts';
import { NanosecondHistogram } from '../../stats/histogram.ts';

/** Of a histogram's bins at this height: an extreme lies in the one that it made. */
const BIN_SHARE = 0.001;

/** @returns the first contradiction in words; undefined when there is none */
export function pacedInconsistency(recording: PacedRecording): string | undefined {
  if (Number.isNaN(Date.parse(recording.startedAt))) return 'startedAt is no date';
  const { plan, steps } = recording;
  if (steps.length > Math.max(1, plan.ratesPerSecond.length)) return 'it has more steps than were planned';
  let endNs = 0;
  for (const [i, step] of steps.entries()) {
    if (step.askedPerSecond !== (plan.ratesPerSecond[i] ?? null))
      return `steps[${i}] is of another rate than planned`;
    if (step.fromAtNs < endNs || step.toAtNs <= step.fromAtNs) return `steps[${i}] is out of its order`;
    endNs = step.toAtNs;
    const fault = stepFault(step, recording);
    if (fault !== undefined) return `steps[${i}]${fault}`;
  }
  return undefined;
}

/** What follows the name of the step. */
function stepFault(step: PacedStepRecord, { connections }: PacedRecording): string | undefined {
  const { counts, late, response, service, parts, byConnection, samples } = step;
  const { due, sent, answered, lost } = counts;
  if (sent !== answered + lost || due < sent) return '.counts do not add up';
  if (byConnection.length !== connections.length) {
    return ` has ${byConnection.length} connections, and the run ${connections.length}`;
  }
  const shares = (of: 'sent' | 'answered'): number => byConnection.reduce((sum, share) => sum + share[of], 0);
  if (shares('sent') !== sent || shares('answered') !== answered)
    return '.byConnection is not all that was sent';
  const lateSends = late.byThread + late.bySocket + late.byAnswer;
  if (lateSends > sent) return '.late has more than were sent';
  return (
    histogramFault(response, answered, '.response') ??
    histogramFault(service, answered, '.service') ??
    histogramFault(late.lateness, sent, '.late.lateness') ??
    layersFault(step) ??
    partsFault(parts, step) ??
    (samples === null ? undefined : samplesFault(samples, step))
  );
}

function histogramFault(
  { count, minNs, maxNs, encoded }: PacedHistogram,
  expected: number,
  place: string,
): string | undefined {
  if (count !== expected) return `${place} is of ${count} probes, and there are ${expected}`;
  let histogram: NanosecondHistogram;
  try {
    histogram = NanosecondHistogram.decode(encoded);
  } catch (error) {
    return `${place} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (histogram.count !== count) return `${place} counts ${histogram.count} times, not ${count}`;
  const isEmpty = count === 0;
  if (minNs === null || maxNs === null) return isEmpty ? undefined : `${place} has no extremes`;
  if (isEmpty) return `${place} has extremes, and no times`;
  const isNear = (ns: number, p: number): boolean =>
    Math.abs(histogram.quantile(p) - ns) <= 1 + BIN_SHARE * ns;
  return isNear(minNs, 0) && isNear(maxNs, 1) ? undefined : `${place} has other extremes than its times`;
}

/** All are of the same round trips, at least one. */
function layersFault({ layers, counts }: PacedStepRecord): string | undefined {
  if (layers === null) return undefined;
  const { count } = layers.sendCall;
  if (count < 1 || count > counts.sent) return `.layers are of ${count} probes, and ${counts.sent} were sent`;
  for (const key of PACED_LAYER_KEYS) {
    const fault = histogramFault(layers[key], count, `.layers.${key}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function partsFault(
  parts: readonly PacedPartRecord[],
  { fromAtNs, toAtNs, counts, response, service }: PacedStepRecord,
): string | undefined {
  let lastNs = fromAtNs - 1;
  for (const [i, part] of parts.entries()) {
    if (part.fromAtNs <= lastNs || part.fromAtNs >= toAtNs) return `.parts[${i}] is out of its order`;
    lastNs = part.fromAtNs;
    const fault = quantilesFault(part.response, response) ?? quantilesFault(part.service, service);
    if (fault !== undefined) return `.parts[${i}] ${fault}`;
  }
  if (parts[0]?.fromAtNs !== fromAtNs) return '.parts do not begin with it';
  const due = parts.reduce((sum, part) => sum + part.due, 0);
  return due === counts.due ? undefined : `.parts have ${due} probes due, and it has ${counts.due}`;
}

function quantilesFault(
  quantiles: PacedQuantiles | null,
  { minNs, maxNs }: PacedHistogram,
): string | undefined {
  if (quantiles === null) return undefined;
  const { p50, p90, p99, max } = quantiles;
  if (!(p50 <= p90 && p90 <= p99 && p99 <= max)) return 'has percentiles out of their order';
  return minNs === null || maxNs === null || p50 < minNs || max > maxNs
    ? 'has times beyond those of the step'
    : undefined;
}

/** All lists are as long, and where all samples were kept they are those of the histogram. */
function samplesFault(
  { connection, dueAtNs, sentAtNs, rttNs }: PacedSamplesRecord,
  { counts, byConnection, response, fromAtNs, toAtNs }: PacedStepRecord,
): string | undefined {
  const count = dueAtNs.length;
  if (connection.length !== count || sentAtNs.length !== count || rttNs.length !== count) {
    return '.samples has lists of different lengths';
  }
  if (count > counts.sent) return '.samples has more than were sent';
  if (connection.some((number) => number < 1 || number > byConnection.length)) {
    return '.samples is of connections that there are not';
  }
  if (dueAtNs.some((ns, i) => ns < fromAtNs || ns >= toAtNs || ns > (sentAtNs[i] as number))) {
    return '.samples has probes that were due at another time';
  }
  if (count < counts.sent) return undefined;
  const times = rttNs.flatMap((ns, i) =>
    ns === null ? [] : [ns + (sentAtNs[i] as number) - (dueAtNs[i] as number)],
  );
  return NanosecondHistogram.of(times).encode() === NanosecondHistogram.decode(response.encoded).encode()
    ? undefined
    : '.response is not the histogram of its samples';
}
