/**
 * The contract of the two seams to the wire, src/net/engine.ts and src/net/listener.ts, as tests: every engine
 * and listener runs this one suite, so that a faster way to the wire changes precision and never meaning. A
 * new one is a fixture of thirty lines (memory.test.ts, node.test.ts).
 */
import { afterEach, beforeEach, describe } from 'vitest';
import { batches } from './compliance/batches.ts';
import { dialects } from './compliance/dialects.ts';
import { failures } from './compliance/failures.ts';
import { lanes } from './compliance/lanes.ts';
import { listening } from './compliance/listening.ts';
import { listeningFirst } from './compliance/listening-first.ts';
import { termination } from './compliance/termination.ts';
import { tokens } from './compliance/tokens.ts';
import type { Fixture, World } from './world.ts';

export function compliance(fixture: Fixture): void {
  describe(`${fixture.name} engine and listener`, () => {
    let world: World;
    beforeEach(() => {
      world = fixture.makeWorld();
    });
    afterEach(() => world.close());

    for (const group of [dialects, batches, lanes, failures, termination, tokens, listening, listeningFirst])
      group(() => world);
  });
}
