/** What the two processes of an emulated path tell each other: its ends, and what it does to packets. */
import type { LinkOptions } from './link.ts';

export interface PathEnd {
  readonly namespace: string;
  /** The interface within the namespace. */
  readonly device: string;
  readonly number: 1 | 2;
}

export type Ends = readonly [PathEnd, PathEnd];

export interface PathPlan {
  readonly ends: Ends;
  /** The same in both directions. */
  readonly link: LinkOptions;
  readonly seed: number;
}

/** All addresses of an end, with the length of their network; every other one of these networks is silent. */
export function addressesOf(number: 1 | 2): string[] {
  return [`10.9.0.${number}/24`, `fd09::${number}/64`, `fe80::${number === 1 ? 'a' : 'b'}/64`];
}

/** Infinity does not survive JSON, so absent is undefined in it. */
export function pathPlan(json: string | undefined): PathPlan {
  const plan = JSON.parse(json ?? '') as PathPlan;
  return { ...plan, link: { ...plan.link, rateBitsPerSecond: plan.link.rateBitsPerSecond ?? undefined } };
}
