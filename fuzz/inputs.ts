/**
 * An endless supply of inputs: fresh from the grammar, and changed ones of those that had made a server do something it
 * had not done before.
 */
import type { Chance } from './chance.ts';
import { conversationsFor } from './grammar.ts';
import {
  bytesOf,
  type FuzzInput,
  type Leaving,
  latin1,
  SERVER_KINDS,
  type ServerKind,
  wholeOf,
} from './input.ts';
import { MUTATION_NAMES, mutated } from './mutate.ts';

/** Kept of each server: what is older gives way. */
const MOST_KEPT = 500;
/** More are hardly new, and take memory. */
const MOST_SEEN = 100_000;
/** What is longer costs more than it finds. */
const MOST_KEPT_BYTES = 600;
/** What is longer is not sent byte by byte. */
const MOST_SINGLE_BYTES = 100;
/** How often each kind of server is chosen: the first has most of the grammar. */
const KEPT_SETUPS = 0.7;
const TURNS: readonly ServerKind[] = ['auto', 'auto', 'auto', 'auto', 'auto', 'load', ...SERVER_KINDS];
const LEAVINGS: readonly Leaving[] = [...Array<Leaving>(14).fill('end'), 'silence', 'reset'];

export class Inputs {
  /** How many were made, by class. */
  readonly classes = new Map<string, number>();
  private readonly chance: Chance;
  private readonly kept = new Map<ServerKind, string[]>();
  private readonly seen = new Set<string>();

  constructor(chance: Chance, corpus: readonly FuzzInput[]) {
    this.chance = chance;
    for (const input of corpus) this.keep(input);
  }

  next(
    server: ServerKind = this.chance.pick(TURNS),
    leaving: Leaving = this.chance.pick(LEAVINGS),
  ): FuzzInput {
    const { chance } = this;
    const known = this.kept.get(server) ?? [];
    const isFresh = known.length === 0 || chance.is(0.4);
    let made = 'corpus';
    let messages: readonly string[] = [];
    if (isFresh) {
      const conversations = conversationsFor(server);
      made = chance.pick(Object.keys(conversations));
      messages = conversations[made]?.(chance, server) ?? [];
    } else messages = [chance.pick(known)];
    for (let i = isFresh ? chance.below(2) : chance.between(1, 4); i > 0; i--) {
      const mutation = chance.pick(MUTATION_NAMES);
      const whole = messages.join('');
      const other = known.length === 0 ? whole : chance.pick(known);
      // Most changes to a setup are refused and never seen again: mostly what follows is changed.
      const kept = chance.is(KEPT_SETUPS) ? whole.slice(0, whole.indexOf('\n') + 1) : '';
      messages = [kept + mutated(whole.slice(kept.length), mutation, chance, other)];
      this.count(`~ ${mutation}`);
    }
    this.count(made);
    return { made, server, pieces: this.cut(messages), leaving };
  }

  /** @param behaviour what a server did with the input, without its details: a new one is worth keeping */
  learn(input: FuzzInput, behaviour: string): void {
    if (this.seen.size >= MOST_SEEN || this.seen.has(behaviour)) return;
    this.seen.add(behaviour);
    this.keep(input);
  }

  private keep(input: FuzzInput): void {
    const all = this.kept.get(input.server) ?? [];
    this.kept.set(input.server, all);
    const text = latin1(wholeOf(input));
    if (text === '' || text.length > MOST_KEPT_BYTES) return;
    if (all.length < MOST_KEPT) all.push(text);
    else all[this.chance.below(MOST_KEPT)] = text;
  }

  /** As they are, all in one, at random, or byte by byte. */
  private cut(messages: readonly string[]): Uint8Array[] {
    const { chance } = this;
    const whole = bytesOf(messages.join(''));
    const how = chance.below(8);
    if (how <= 1 && messages.length > 1) return messages.map(bytesOf);
    if (how <= 4) return [whole];
    const most = how === 5 && whole.length < MOST_SINGLE_BYTES ? 1 : Math.max(1, Math.ceil(whole.length / 3));
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < whole.length; ) {
      const size = chance.between(1, most);
      pieces.push(whole.subarray(at, at + size));
      at += size;
    }
    return pieces;
  }

  private count(name: string): void {
    this.classes.set(name, (this.classes.get(name) ?? 0) + 1);
  }
}
