/** What intervals belong to: one target as it was measured in one way at one address. Another address is another series. */

export const TARGET_KINDS = ['measure', 'ping', 'load'] as const;
/** `measure` echoes, `ping` TCP handshakes, `load` what the path carries. */
export type TargetKind = (typeof TARGET_KINDS)[number];

export interface SeriesKey {
  /** Name of the target, which is all that people see of it. */
  readonly target: string;
  readonly kind: TargetKind;
  /** Numeric address; an empty text where none is known, as for a name that nobody knows. */
  readonly address: string;
  readonly port: number;
  /** What makes its figures comparable: a text such as `100 B, 20 probes`. */
  readonly workload: string;
}

export interface Series extends SeriesKey {
  readonly id: number;
  /** Unix time of its first interval, ms. */
  readonly firstMs: number;
  /** End of its last one. */
  readonly lastMs: number;
  readonly labels: Readonly<Record<string, string>>;
}
