/** What the protocol's messages say, apart from how a dialect spells them. */
import type { Dialect, MeasurementType } from './dialects.ts';
import type { Delay } from './grammar.ts';

/** The content of a setup message. */
export interface Setup {
  readonly measurement: MeasurementType;
  /** MSG-SIZE: bytes of payload in each probe. */
  readonly payloadBytes: number;
  /** PROBES: how many probes follow. */
  readonly probes: number;
  /** SERVER-DELAY and the unit in which it was understood. */
  readonly delay: Delay;
  /** Whether it ends in `+stamps`: the client wants to ask for the residence of its probes. */
  readonly stamps?: boolean;
}

/** One reading of a setup message: the same bytes can mean different things in two dialects. */
export interface SetupReading {
  readonly dialect: Dialect;
  readonly setup: Setup;
}
