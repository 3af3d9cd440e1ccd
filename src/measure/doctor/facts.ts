/** What an examination finds before anything is judged. A look that failed says why, and spoils no other. */
import type { Address } from '../../facts/connection.ts';
import type { EngineName, WaitMode } from '../../facts/engine.ts';
import type { ClockInfo } from '../../facts/instrument.ts';
import type { StampCounts } from '../../result/self-test-result.ts';
import type { Lack } from '../choose-engine.ts';

/** What a look found, or why it found nothing: the end of a sentence. */
export type Seen<T> = { readonly found: T } | { readonly unknown: string };

export interface DoctorFacts {
  readonly instrument: InstrumentFacts;
  readonly machine: MachineFacts;
  readonly network: NetworkFacts;
  readonly program: ProgramFacts;
}

export interface InstrumentFacts {
  /** Why there is no native engine; null where there is one. */
  readonly lack: Lack | null;
  /** The package that the native engine needs, as npm takes it; null where it is installed. */
  readonly absentPackage: string | null;
  readonly clock: Seen<ClockInfo>;
  readonly loopback: Seen<LoopbackFacts>;
}

/** Of a short self-test. */
export interface LoopbackFacts {
  /** How late sleeps end. */
  readonly sleeps: readonly { readonly engine: EngineName; readonly medianNs: number }[];
  readonly floors: readonly LoopbackFloor[];
  readonly stamps: StampCounts;
  /** What others took of the processors meanwhile, and what to do; null for nothing. */
  readonly contended: { readonly message: string; readonly advice: string } | null;
}

export interface LoopbackFloor {
  readonly engine: EngineName;
  readonly wait: WaitMode;
  readonly medianNs: number;
  readonly within10PercentNs: number;
}

export interface MachineFacts {
  readonly runtime: { readonly node: string; readonly platform: string; readonly release: string };
  readonly clockSource: Seen<{ readonly current: string; readonly available: readonly string[] }>;
  /** Whether a time daemon keeps the wall clock. */
  readonly isSynchronised: Seen<boolean>;
  /** Whose virtual machine this is, '' where it does not say; null for none. */
  readonly hypervisor: Seen<string | null>;
  /** How many this process may run on, and how many there are. */
  readonly processors: Seen<{ readonly usable: number; readonly present: number }>;
  /** Processors that control groups grant; null for any number. */
  readonly quota: Seen<number | null>;
  /** What this process may take of memory. */
  readonly memoryBytes: Seen<number>;
  /** The least of all limits; null for none. */
  readonly openFiles: Seen<number | null>;
  readonly threads: Seen<number | null>;
  /** Of the frequencies of the processors; none where nothing here sets them. */
  readonly governors: Seen<readonly string[]>;
}

export interface NetworkFacts {
  /** How many interfaces are up, the loopback one included, and how they are called; null where no name is wanted. */
  readonly interfaces: Seen<{ readonly count: number; readonly names: string | null }>;
  /** How far IPv6 goes. */
  readonly ipv6: Seen<'none' | 'host' | 'link' | 'beyond'>;
  readonly localhost: Seen<readonly Address[]>;
  readonly congestion: Seen<CongestionFacts>;
  readonly multipath: Seen<'on' | 'off' | 'none'>;
  /** From which to which own connections take their ports. */
  readonly ports: Seen<{ readonly low: number; readonly high: number }>;
  readonly rights: Seen<RightsFacts>;
  /** The most that a connection's buffers grow to. */
  readonly buffers: Seen<{ readonly receiveBytes: number; readonly sendBytes: number }>;
  /** How many connections wait for a server that is busy. */
  readonly backlog: Seen<number>;
}

export interface CongestionFacts {
  readonly current: string;
  readonly available: readonly string[];
  /** For those without rights. */
  readonly allowed: readonly string[];
}

export interface RightsFacts {
  /** CAP_NET_ADMIN. */
  readonly administers: boolean;
  /** CAP_NET_BIND_SERVICE. */
  readonly bindsLowPorts: boolean;
  /** From which port on no right is needed. */
  readonly lowestFreePort: number;
}

/** What the program around the library is asked for. */
export interface ProgramFacts {
  /** Optional packages. */
  readonly parts?: readonly PartFacts[];
  /** Where a monitor keeps its store. */
  readonly stateFolder?: Seen<{ readonly path: string; readonly problem: string | null }>;
  readonly terminal?: { readonly columns: number | null; readonly hasColours: boolean };
}

export interface PartFacts {
  readonly name: string;
  /** What it is for. */
  readonly use: string;
  /** Why it is not there; null where it is. */
  readonly lack: string | null;
  /** What installs it. */
  readonly install: string;
}
