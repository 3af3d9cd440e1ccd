/**
 * What a client says in one session: setup, probes and termination, each as its dialect spells it, and which of them
 * it said last. Refuses to know when it is the client's turn, and what the server makes of it.
 */
import type { SessionState } from '../transitions.ts';
import type { Dialect } from '../wire/dialects.ts';
import { delayText, encodeSetup, ProbeWriter } from '../wire/encode.ts';
import { asciiBytes, type DelayUnit } from '../wire/grammar.ts';
import type { Setup } from '../wire/messages.ts';
import type { ExtensionReader } from './answer-reader.ts';
import type { Moment } from './client-faults.ts';

export class ClientScript {
  /** The probe that was written last; empty before the first. */
  message: Uint8Array = new Uint8Array(0);
  private readonly dialect: Dialect;
  private readonly setup: Setup;
  private readonly delayUnit: DelayUnit;
  private readonly writer: ProbeWriter;
  /** The number of the next probe. */
  private sequence: number;

  /** @param delayUnit in which the delay is written; default that of the dialect */
  constructor(dialect: Dialect, setup: Setup, delayUnit: DelayUnit = dialect.setup.delayUnit) {
    this.dialect = dialect;
    this.setup = setup;
    this.delayUnit = delayUnit;
    this.writer = new ProbeWriter(dialect, setup.payloadBytes);
    this.sequence = dialect.probe.firstSequence;
  }

  /** That of all probes. */
  get payload(): Uint8Array {
    return this.writer.payload;
  }

  /** The setup message, after which probes are counted from the first again. */
  begin(): Uint8Array {
    this.sequence = this.dialect.probe.firstSequence;
    return this.opening;
  }

  /** The setup message. */
  get opening(): Uint8Array {
    return encodeSetup(this.dialect, this.setup, this.delayUnit);
  }

  /** The next probe, valid until the next call. */
  probe(): Uint8Array {
    const message = this.peek();
    this.skip();
    return message;
  }

  /** What {@link probe} will return. */
  peek(): Uint8Array {
    this.message = this.writer.write(this.sequence);
    return this.message;
  }

  /** The next probe is that after it. */
  skip(): void {
    this.sequence++;
  }

  get farewell(): Uint8Array {
    return asciiBytes(this.dialect.bye.message);
  }

  /** How far it has come, for whoever has to say what went wrong. */
  momentIn(state: SessionState, asked: ExtensionReader | undefined): Moment {
    const { opening, message } = this;
    const { delayNs } = this.setup.delay;
    const sequence = this.sequence - 1;
    return {
      state,
      dialect: this.dialect,
      opening,
      message,
      payloadBytes: this.setup.payloadBytes,
      sequence,
      delay: delayNs === 0 ? undefined : delayText(delayNs, this.delayUnit),
      asked,
    };
  }
}
