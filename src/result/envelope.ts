/** What records of every kind say of themselves: what they are and who made them, where, and when. */

/** What every record begins with. */
export interface Envelope<Format extends string, Version extends number> {
  /** Tells what kind of record this is, and from other JSON. */
  readonly format: Format;
  /** Version of the format; a reader brings older ones up to it and refuses newer ones. */
  readonly version: Version;
  /** The program that made the record. */
  readonly tool: ToolInfo;
}

/** Where something was measured. */
export interface Place {
  /** The machine on which the client ran. */
  readonly system: SystemInfo;
}

/** When something ran. */
export interface Period {
  /** Wall-clock time at which it started, ISO 8601 in UTC. */
  readonly startedAt: string;
  /** From its start to its end, ns. Every `...AtNs` of what ran in it counts from the same start. */
  readonly durationNs: number;
}

export interface ToolInfo {
  /** Always `echolot`. */
  readonly name: 'echolot';
  /** Version of the program. */
  readonly version: string;
  /** Version of Node.js. */
  readonly node: string;
}

export interface SystemInfo {
  /** Operating system, as Node.js names it: `linux`, `darwin`, `win32`. */
  readonly platform: string;
  /** Release of the kernel. */
  readonly release: string;
  /** Processor architecture, as Node.js names it: `x64`, `arm64`. */
  readonly arch: string;
  /** Model of the first processor; null when the system does not tell. */
  readonly cpu: string | null;
  /** Number of logical processors. */
  readonly cpus: number;
}
