/** What the protocol's messages say, apart from how a dialect spells them. */
import type { Dialect, MeasurementType } from './dialects.ts';
import type { Delay } from './grammar.ts';

/** Which extensions a setup asks for, by their names; see `extensions.ts`. */
type Extras = Readonly<Partial<Record<Dialect['extensions'][number], boolean>>>;

/** The content of a setup message. */
export interface Setup extends Extras {
  readonly measurement: MeasurementType;
  /** MSG-SIZE: bytes of payload in each probe. */
  readonly payloadBytes: number;
  /** PROBES: how many probes follow. */
  readonly probes: number;
  /** SERVER-DELAY and the unit in which it was understood. */
  readonly delay: Delay;
}

/** One reading of a setup message: the same bytes can mean different things in two dialects. */
export interface SetupReading {
  readonly dialect: Dialect;
  readonly setup: Setup;
}
