/**
 * Clients that leave right after the server's ready line, or after its first echo: they did not understand it. That
 * is what a client of another dialect does, so the log says how to name one; now and then, since it may be a client
 * that was stopped by hand.
 */
import type { ServerEvent, Setup } from '../../index.ts';

/** One hint in so long, ns. */
const EVERY_NS = 60_000_000_000n;
/** Who has had more echoes than one understands them. */
const MOST_ECHOES = 1;

export class DialectHint {
  private readonly nowNs: () => bigint;
  /** Open sessions with the probes they asked for. */
  private readonly askedFor = new Map<number, number>();
  private quietUntilNs: bigint | undefined;

  constructor(nowNs: () => bigint) {
    this.nowNs = nowNs;
  }

  /** Call once for each event. @returns the hint that belongs after it, if any */
  after(event: ServerEvent): string | undefined {
    if (event.kind === 'setup') this.note(event.session, event.readings[0]?.setup);
    if (event.kind === 'dropped') this.askedFor.clear();
    if (event.kind !== 'end') return undefined;
    const probes = this.askedFor.get(event.session);
    this.askedFor.delete(event.session);
    const left = event.reason === 'closed-by-peer' || event.reason === 'connection-lost';
    if (!left || probes === undefined || event.echoed > MOST_ECHOES || event.echoed >= probes)
      return undefined;
    const nowNs = this.nowNs();
    if (this.quietUntilNs !== undefined && nowNs < this.quietUntilNs) return undefined;
    this.quietUntilNs = nowNs + EVERY_NS;
    const met = event.echoed === 0 ? 'the ready line' : 'the first echo';
    return `hint: a client left after ${met}; if it speaks another dialect, name that: --dialect NAME`;
  }

  /** Whoever asks for a load understands, and sends no probes. */
  private note(session: number, setup: Setup | undefined): void {
    if (setup?.load !== true) this.askedFor.set(session, setup?.probes ?? 0);
  }
}
