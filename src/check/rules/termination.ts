/** The termination phase. */
import { asciiBytes } from '../../core/wire/grammar.ts';
import { Fault } from '../fault.ts';
import type { Rule } from '../rule.ts';
import type { Server } from '../server.ts';
import type { Talk } from '../talk.ts';
import { errorRules } from './errors.ts';

const SOURCE = 'assignment, 3 b (CTP: Server); spec 5.4';

export const TERMINATION_RULES: readonly Rule[] = [
  {
    name: 'termination-answered',
    phase: 'termination',
    demand: 'a termination after the last probe is answered with 200 OK: Closing Connection',
    source: SOURCE,
    needs: ['probes-in-order'],
    hold: async (server) => {
      await server.bye(await finished(server));
      return undefined;
    },
  },
  {
    name: 'termination-closes',
    phase: 'termination',
    demand: 'the server closes the connection after that answer',
    source: SOURCE,
    needs: ['termination-answered'],
    hold: async (server) => {
      const talk = await server.bye(await finished(server));
      const ended = await talk.ends();
      if (ended === 'closed' || ended === 'reset') return undefined;
      throw new Fault('the end of the connection after the answer', 'a connection that stays open');
    },
  },
  {
    name: 'termination-malformed',
    phase: 'termination',
    demand: 'a termination with more in it than its letter is refused',
    source: SOURCE,
    needs: ['probes-in-order'],
    hold: async (server) => {
      await refuseBye(server);
      return undefined;
    },
  },
  ...errorRules({
    phase: 'termination',
    kind: 'terminationError',
    source: SOURCE,
    needs: ['probes-in-order'],
    provoke: refuseBye,
  }),
];

/** A session whose probes are all echoed. */
async function finished(server: Server): Promise<Talk> {
  const setup = server.setup();
  const talk = await server.session(setup);
  for (let i = 0; i < setup.probes; i++) await server.probe(talk, setup, i);
  return talk;
}

async function refuseBye(server: Server): Promise<void> {
  const { letter } = server.dialect.bye;
  await server.expectRefusal(await finished(server), asciiBytes(`${letter} 1 2\n`), 'terminationError');
}
