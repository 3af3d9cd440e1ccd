/** The store in a database, with a server of one's own: what every store does, many agents at once, and a server that comes and goes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresStore } from '../../../src/monitor/store/postgres/postgres-store.ts';
import { describeStore } from '../../monitor/store/suite.ts';
import { BINARIES, createDatabaseServer, type DatabaseServer } from './postgres-server.ts';

if (BINARIES === undefined) console.log('the store in PostgreSQL is left out: no server is installed here');

describe.skipIf(BINARIES === undefined)('a server of PostgreSQL', () => {
  let server: DatabaseServer;
  let databases = 0;
  beforeAll(async () => {
    server = await createDatabaseServer(BINARIES ?? '');
    await server.start();
  });
  afterAll(() => server.remove());

  async function emptyDatabase(): Promise<string> {
    const name = `test_${databases++}`;
    await server.createDatabase(name);
    return name;
  }

  describeStore('a store in a database', async (retention) =>
    openPostgresStore(server.url(await emptyDatabase()), { mode: 'write', retention }),
  );
});
