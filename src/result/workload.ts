/** What a series is known by: how the path was used while its samples were taken. */
import type { MeasurementType } from '../core/wire/dialects.ts';

/** What a session was announced as: its samples are round-trip times, or goodput of one message at a time. */
export type WorkloadKind = MeasurementType;

/**
 * The key of a series: blocks belong together where all of it is the same, also what a reader does not know, since
 * samples that were taken in another way are of another series.
 */
export interface Workload extends WorkloadFamily {
  /** Payload of each probe, bytes (K = 1024). */
  readonly payloadBytes: number;
}

/** What workloads that differ in size alone have in common. */
export interface WorkloadFamily {
  /** `rtt` or `throughput`: what the sessions were announced as. */
  readonly kind: WorkloadKind;
  /** When probes are sent; null for a closed loop: each when the echo of the one before is there. */
  readonly pace: null;
  /** How many probes of a session may be under way at once. */
  readonly inFlight: number;
}

/** One probe at a time, each as soon as the echo of the last is there. */
export function closedLoop(kind: WorkloadKind, payloadBytes: number): Workload {
  return { kind, payloadBytes, pace: null, inFlight: 1 };
}

/** Whether samples of both belong to one series. */
export function sameWorkload(a: Workload, b: Workload): boolean {
  return a === b || keyOf(a) === keyOf(b);
}

/** Whether they differ in size at most. */
export function sameButForSize(a: Workload, b: Workload): boolean {
  return familyOf(a) === familyOf(b);
}

export function withoutSize({ payloadBytes: _, ...rest }: Workload): WorkloadFamily {
  return rest;
}

/** The same text for workloads that differ in size alone. */
export function familyOf(workload: Workload): string {
  return textOf(withoutSize(workload));
}

/** The same text for the same workload, in whatever order a file has its fields. */
export function keyOf(workload: Workload): string {
  return textOf(workload);
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${textOf(field)}`);
  return `{${fields.sort().join()}}`;
}
