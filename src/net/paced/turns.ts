/** Whose turn it is to carry the next probe, and, where nobody can, why. */
import type { Hindrance } from './paced.ts';

/** What keeps a connection from carrying one. */
export const STANDING = {
  ready: 0,
  /** As many are under way as may be. */
  full: 1,
  /** Its socket did not take all of the last one yet. */
  stuck: 2,
  /** It is lost, or has carried all that the server agreed to. */
  gone: 3,
} as const;
export type Standing = (typeof STANDING)[keyof typeof STANDING];

export class Turns {
  private readonly standings: Uint8Array;
  /** How many have each standing. */
  private readonly counts = new Uint32Array(Object.keys(STANDING).length);
  private next = 0;

  constructor(connections: number) {
    this.standings = new Uint8Array(connections).fill(STANDING.gone);
    this.counts[STANDING.gone] = connections;
  }

  set(connection: number, standing: Standing): void {
    const { standings, counts } = this;
    const before = standings[connection] as Standing;
    if (before === standing) return;
    standings[connection] = standing;
    counts[before] = this.countOf(before) - 1;
    counts[standing] = this.countOf(standing) + 1;
  }

  /** Whether anybody is ready. */
  get isReady(): boolean {
    return this.countOf(STANDING.ready) > 0;
  }

  /** The next in turn that is ready; -1 for none. */
  take(): number {
    if (!this.isReady) return -1;
    const { standings } = this;
    let taken = this.next;
    while (standings[taken] !== STANDING.ready) taken = this.after(taken);
    this.next = this.after(taken);
    return taken;
  }

  /** Why none is ready. */
  get hindrance(): Hindrance {
    return this.countOf(STANDING.stuck) > 0 ? 'socket' : 'answer';
  }

  /** Whether none will ever be. */
  get isOver(): boolean {
    return this.countOf(STANDING.gone) === this.standings.length;
  }

  private after(connection: number): number {
    return connection + 1 === this.standings.length ? 0 : connection + 1;
  }

  private countOf(standing: Standing): number {
    return this.counts[standing] as number;
  }
}
