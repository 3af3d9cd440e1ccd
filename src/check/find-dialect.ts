/**
 * Which dialect a server speaks, found as leniently as can be: a server under check may be wrong in any of them, and the
 * rules are to say in what.
 */
import { CLIENT_DIALECT_ORDER, DIALECTS, type Dialect } from '../core/wire/dialects.ts';
import { Fault } from './fault.ts';
import { Server, type ServerOptions } from './server.ts';

export interface FoundDialect {
  readonly dialect: Dialect;
  /** `echo`: a probe came back right; `setup`: only a setup was taken; `none`: nothing was understood. */
  readonly by: 'echo' | 'setup' | 'none';
}

/**
 * The first that echoes a probe, else the first that takes a setup, else that of the assignment.
 * @throws EcholotError where the server cannot be reached
 */
export async function findDialect(options: Omit<ServerOptions, 'dialect'>): Promise<FoundDialect> {
  let taken: Dialect | undefined;
  for (const name of CLIENT_DIALECT_ORDER) {
    const dialect = DIALECTS[name];
    const server = new Server({ ...options, dialect });
    const setup = server.setup();
    try {
      const talk = await server.session(setup);
      taken ??= dialect;
      await server.probe(talk, setup, 0);
      return { dialect, by: 'echo' };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    } finally {
      await server.leave();
    }
  }
  return taken === undefined
    ? { dialect: DIALECTS['size-first'], by: 'none' }
    : { dialect: taken, by: 'setup' };
}
