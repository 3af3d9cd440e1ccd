/** What a connection counts as, from its admission until it is closed: its place in the counts that all threads share. */
import type { Endpoint } from '../../facts/connection.ts';
import type { ServerCounters } from '../counters.ts';

/**
 * Ended sessions whose connections still linger, for two seconds at most: as many as there are sessions by default.
 * Beyond it an ended session keeps its place until its connection is closed, so that descriptors stay bounded.
 */
const MAX_LINGERING = 1_024;

/** What a connection is counted as. */
interface Standing {
  readonly counted: 'sessions' | 'refusals';
  /** Under which names its session is one of theirs; none for this machine itself, and for what is no session. */
  readonly clients: readonly string[];
  /** Undefined where there are no classes. */
  readonly class: string | undefined;
  /** Gives back what else it was counted as, once. */
  readonly release?: () => void;
}

/** What a connection from `remote` counts as, until it is closed. */
export class Place {
  readonly remote: Endpoint;
  private readonly counters: ServerCounters;
  private className: string | undefined;
  private clients: readonly string[];
  private isLeft = false;
  private release: (() => void) | undefined;
  private counted: 'sessions' | 'lingering' | 'refusals';

  constructor(remote: Endpoint, counters: ServerCounters, standing: Standing) {
    this.remote = remote;
    this.counters = counters;
    this.clients = standing.clients;
    this.className = standing.class;
    this.counted = standing.counted;
    this.release = standing.release;
  }

  /** Of its client; undefined where there are none. */
  get class(): string | undefined {
    return this.className;
  }

  /** Its client has turned out to be somebody else, who is counted already. */
  moveTo(client: string, className: string): void {
    this.leaveClients();
    this.clients = [client];
    this.className = className;
  }

  /** Its session has ended: the next one may come, unless too many connections linger. */
  retire(): void {
    if (!this.counters.tryAdd('lingering', 1, MAX_LINGERING)) return;
    this.giveBack();
    this.counted = 'lingering';
  }

  /** It is closed, or about to be; a second time changes nothing. */
  leave(): void {
    if (this.isLeft) return;
    this.isLeft = true;
    this.giveBack();
  }

  private giveBack(): void {
    const { counters, counted } = this;
    counters.subtract(counted, 1);
    if (counted === 'sessions') this.leaveClients();
  }

  private leaveClients(): void {
    this.release?.();
    this.release = undefined;
    for (const client of this.clients) this.counters.clients.leave(client);
  }
}
