/** What every engine of flows has to do, whatever it runs over. */
import { afterEach, beforeEach, describe } from 'vitest';
import { echo } from './compliance/echo.ts';
import { ends } from './compliance/ends.ts';
import { opening } from './compliance/opening.ts';
import { probes } from './compliance/probes.ts';
import { realServer } from './compliance/real-server.ts';
import { volumes } from './compliance/volumes.ts';
import type { FlowFixture, FlowWorld } from './flow-world.ts';

export function flowCompliance({ name, makeWorld }: FlowFixture): void {
  describe(`flows of the engine ${name}`, () => {
    let world: FlowWorld;
    beforeEach(() => {
      world = makeWorld();
    });
    afterEach(() => world.close());
    opening(() => world);
    volumes(() => world);
    probes(() => world);
    ends(() => world);
    echo(() => world);
    realServer(() => world);
  });
}
