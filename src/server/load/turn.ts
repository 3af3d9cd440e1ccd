/** One client's wait for its turn: a place in the queue that it keeps until it has a load, has waited enough, or leaves. */
import type { LoadTerms, LoadTurn } from '../../core/load/load-messages.ts';
import type { LoadGrant, LoadPlaces, TurnTotal } from './load-places.ts';
import type { LoadOwner } from './shared-load.ts';
import type { Ticket } from './turn-queue.ts';

export class Turn {
  /** It has waited for as long as it wants, or may. */
  readonly endNs: bigint;
  private readonly places: LoadPlaces;
  private readonly terms: LoadTerms;
  private readonly client: LoadOwner;
  private ticket: Ticket | undefined;

  constructor(places: LoadPlaces, ticket: Ticket, terms: LoadTerms, client: LoadOwner, endNs: bigint) {
    this.places = places;
    this.ticket = ticket;
    this.terms = terms;
    this.client = client;
    this.endNs = endNs;
  }

  /** @returns its load, once all that came before had theirs and there is a place */
  take(nowNs: bigint): LoadGrant | undefined {
    const { places, ticket } = this;
    if (ticket === undefined || !places.isTurnOf(ticket)) return undefined;
    const grant = places.begin(this.terms, this.client, nowNs);
    // Only now: whoever does not wait finds the queue empty, or no place.
    if (grant !== undefined) this.leave('turnsGiven');
    return grant;
  }

  told(nowNs: bigint): LoadTurn {
    return this.places.turnOf(this.ticket, nowNs);
  }

  /** Gives its place up, once. @param how it is counted; undefined where the server ends */
  leave(how: TurnTotal | undefined): void {
    if (this.ticket === undefined) return;
    this.places.queue.leave(this.ticket);
    this.ticket = undefined;
    if (how !== undefined) this.places.count(how);
  }
}
