/** What every engine of paced probes has to do, whatever it runs over. */
import { afterEach, describe } from 'vitest';
import type { LinkOptions } from '../../../src/net/memory/network.ts';
import { closedLoop } from './compliance/closed-loop.ts';
import { ends } from './compliance/ends.ts';
import { hindrances } from './compliance/hindrances.ts';
import { losses } from './compliance/losses.ts';
import { opening } from './compliance/opening.ts';
import { pace } from './compliance/pace.ts';
import { realServer } from './compliance/real-server.ts';
import { residences } from './compliance/residences.ts';
import type { PacedFixture, PacedWorld } from './paced-world.ts';

/** A world for the test that asks for it, closed after it. */
export type MakeWorld = (link?: LinkOptions) => PacedWorld;

export function pacedCompliance({ name, makeWorld }: PacedFixture): void {
  describe(`paced probes of the engine ${name}`, () => {
    const worlds: PacedWorld[] = [];
    const world: MakeWorld = (link) => {
      const made = makeWorld(link);
      worlds.push(made);
      return made;
    };
    afterEach(async () => {
      for (const made of worlds.splice(0)) await made.close();
    });
    opening(world);
    pace(world);
    hindrances(world);
    closedLoop(world);
    losses(world);
    ends(world);
    realServer(world);
    residences(world);
  });
}
