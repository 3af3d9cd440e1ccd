/** The store in a database, with a server of one's own: what every store does, many agents at once, and a server that comes and goes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { monotonic } from '../../../src/clock/monotonic.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import { createKeepingStore } from '../../../src/monitor/store/keeping-store.ts';
import {
  openPostgresStore,
  type PostgresOptions,
} from '../../../src/monitor/store/postgres/postgres-store.ts';
import { STEPS_MS, type Store } from '../../../src/monitor/store/store.ts';
import { EVERY_MS, MIDNIGHT_MS } from '../../monitor/store/measured.ts';
import { describeStore } from '../../monitor/store/suite.ts';
import {
  ALL,
  batchAt,
  expectNoPassword,
  expectRefusal,
  nth,
  restartLater,
  runsIn,
  until,
} from './postgres-batches.ts';
import { BINARIES, createDatabaseServer, type DatabaseServer, PASSWORD } from './postgres-server.ts';

const HOUR_MS = 3_600_000;

if (BINARIES === undefined) console.log('the store in PostgreSQL is left out: no server is installed here');

describe.skipIf(BINARIES === undefined)('a server of PostgreSQL', () => {
  let server: DatabaseServer;
  let databases = 0;
  let database: string;
  const stores: Store[] = [];
  const hosts: Server[] = [];

  beforeAll(async () => {
    server = await createDatabaseServer(BINARIES ?? '');
    await server.start();
  });
  afterAll(() => server.remove());
  beforeEach(async () => {
    database = `test_${databases++}`;
    await server.createDatabase(database);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const store of stores.splice(0)) await store.close();
    for (const host of hosts.splice(0)) host.close();
  });

  async function open(url = server.url(database), options: Partial<PostgresOptions> = {}): Promise<Store> {
    const store = await openPostgresStore(url, { mode: 'write', ...options });
    stores.push(store);
    return store;
  }

  const openAs = (agent: string): Promise<Store> => open(server.url(database, { agent }));
  const openToRead = (options = {}): Promise<Store> => open(server.url(database, options), { mode: 'read' });

  /** Behind one that keeps what cannot be written. */
  function openKeeping(told: string[], timeoutMs = 10_000): Store {
    const url = server.url(database);
    const store = createKeepingStore({
      open: () => openPostgresStore(url, { mode: 'write', timeoutMs }),
      place: 'a database',
      timekeeper: monotonic,
      onTrouble: ({ text }) => told.push(text),
      onMended: ({ lostIntervals }) => told.push(`mended, lost ${lostIntervals}`),
    });
    stores.push(store);
    return store;
  }

  describeStore('a store in a database', (retention) =>
    openPostgresStore(server.url(database), { mode: 'write', retention }),
  );

  test('many agents at once each have what they measured, and no interval of another', {
    timeout: 120_000,
  }, async () => {
    const agents = ['north', 'south', 'west'];
    // All of them make the tables.
    const opened = await Promise.all(agents.map(openAs));
    const arrival = fc.record({
      agent: fc.nat(agents.length - 1),
      // Of few moments, so that many are of the same one, and those without an answer the same but for whose they are.
      places: fc.array(fc.nat(2_000), { minLength: 1, maxLength: 30 }),
      isSilent: fc.boolean(),
      times: fc.integer({ min: 1, max: 2 }),
      sumsUp: fc.boolean(),
    });
    const written = agents.map(() => new Set<string>());
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { minLength: 3, maxLength: 20 }), async (arrivals) => {
        await Promise.all(
          arrivals.map(async ({ agent, places, isSilent, times, sumsUp }) => {
            for (const place of places) written[agent]?.add(`${place} ${isSilent}`);
            for (let i = 0; i < times; i++) await opened[agent]?.write(batchAt(places, isSilent));
            if (sumsUp) await opened[agent]?.maintain(MIDNIGHT_MS + 24 * HOUR_MS);
          }),
        );
      }),
      { numRuns: 20 },
    );
    for (const [i, store] of opened.entries()) {
      await store.maintain(MIDNIGHT_MS + 24 * HOUR_MS);
      for (const stepMs of STEPS_MS) expect(await runsIn(store, stepMs)).toBe(written[i]?.size);
    }
    const everyone = await (await openToRead()).summaries({ ...ALL, stepMs: 0 });
    expect(new Set(everyone.map(({ series }) => series.labels['agent']))).toEqual(new Set(agents));
    const [north] = await (await openToRead({ agent: 'north' })).summaries({ ...ALL, stepMs: 0 });
    expect(north?.intervals).toHaveLength(written[0]?.size ?? -1);
    expect(north?.series.labels).toEqual({});
  });

  test('is reached through the socket of its server, too', async () => {
    const folder = encodeURIComponent(server.folder);
    const store = await open(server.url(database).replace('127.0.0.1', folder));
    await store.write(nth(0));
    expect((await store.state()).place).toContain(`@${folder}:${server.port}/`);
  });

  test('a note is of the agent that keeps it', async () => {
    const [north, south] = [await openAs('north'), await openAs('south')];
    await north.keepNote('alert', 'firing');
    expect(await south.note('alert')).toBe(null);
    await south.keepNote('alert', 'resolved');
    expect(await north.note('alert')).toBe('firing');
  });

  test('a second monitor of the same name is told, and has its place when the first one ends', async () => {
    const first = await openAs('north');
    await expect(openAs('north')).rejects.toThrow(/another monitor writes to .*agent=north/);
    await first.close();
    await (await openAs('north')).write(nth(0));
  });

  test('a server that is killed again and again loses nothing and counts nothing twice', {
    timeout: 300_000,
  }, async () => {
    const told: string[] = [];
    const store = openKeeping(told);
    const count = 3_000;
    let restarted: Promise<void> = Promise.resolve();
    for (let i = 0; i < count; i++) {
      await store.write(nth(i));
      if (i % 10 === 0) await sleep(1);
      if (i % 100 === 0) void store.maintain(MIDNIGHT_MS + i * EVERY_MS);
      if (i % 1_000 === 500) {
        await sleep(Math.random() * 200);
        await server.kill();
        restarted = restartLater(server);
      }
      if (i % 1_000 === 999) {
        await restarted;
        await until(async () => (await store.state()).trouble === null);
      }
    }
    await until(async () => (await store.state()).waiting === 0);
    await store.maintain(MIDNIGHT_MS + (count + 10) * EVERY_MS);
    for (const stepMs of STEPS_MS) expect(await runsIn(store, stepMs)).toBe(count);
    expect(told.filter((text) => text === 'mended, lost 0')).toHaveLength(3);
  });

  test('a server that hangs stops nothing, is told, and gets all of it when it goes on', {
    timeout: 120_000,
  }, async () => {
    const told: string[] = [];
    const store = openKeeping(told, 500);
    await store.write(nth(0));
    expect(await runsIn(store, 0)).toBe(1);
    server.signal('SIGSTOP');
    try {
      const beginMs = performance.now();
      for (let i = 1; i < 200; i++) await store.write(nth(i));
      expect((await store.state()).bytes).toBeGreaterThan(0);
      expect(performance.now() - beginMs).toBeLessThan(1_000);
      await until(async () => told.length > 0);
      expect(told).toEqual([expect.stringContaining('does not answer')]);
    } finally {
      server.signal('SIGCONT');
    }
    await until(async () => (await store.state()).trouble === null);
    expect(await runsIn(store, 0)).toBe(200);
  });

  test('connects anew by itself after the server was started again', async () => {
    const store = await open();
    await store.write(nth(0));
    await server.kill();
    await expect(store.write(nth(1))).rejects.toThrow(EcholotError);
    await server.start();
    await store.write(nth(1));
    expect(await runsIn(store, 0)).toBe(2);
  });

  test('has its password from the URL, from PGPASSWORD or from a file, and shows it nowhere', async () => {
    const bare = server.url(database).replace(/:[^:@]*@/, '@');
    const folder = mkdtempSync(join(tmpdir(), 'echolot-password-'));
    const file = join(folder, 'passwords');
    const line = ['127.0.0.1', server.port, '*', 'echo', PASSWORD.replace(/[:\\]/g, '\\$&')].join(':');
    writeFileSync(file, `# of this test\n${line}\n`, { mode: 0o600 });
    await expectNoPassword(await open());
    await expectRefusal(open(bare), 'does not let this user in');
    vi.stubEnv('PGPASSWORD', PASSWORD);
    await expectNoPassword(await open(bare.replace('?', '?agent=second&')));
    vi.stubEnv('PGPASSWORD', '');
    vi.stubEnv('PGPASSFILE', file);
    await expectNoPassword(await open(bare.replace('?', '?agent=third&')));
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['a wrong password', (url: string) => url.replace('echo:', 'echo:not-'), 'does not let this user in'],
    ['no such database', (url: string) => url.replace('/test_', '/nothing_'), 'there is no database'],
    ['nobody who listens', (url: string) => url.replace(/:\d+\//, ':1/'), 'no server listens'],
    [
      'a host that nobody knows',
      (url: string) => url.replace('127.0.0.1', 'nobody.invalid'),
      'nobody knows the host',
    ],
    ['an address that cannot be read', (url: string) => url.replace('127.0.0.1', '[::x]'), 'cannot be read'],
    [
      'a server without TLS',
      (url: string) => url.replace('=disable', '=verify-full'),
      'closed|cannot be used',
    ],
  ])('says what is wrong with %s, without the password', async (_, changed, words) => {
    await expectRefusal(open(changed(server.url(database)), { timeoutMs: 3_000 }), words);
  });

  test.each([
    [
      'hangs up before its first word',
      (port: Server) => port.on('connection', (socket) => socket.end()),
      'closed',
    ],
    [
      'says nothing',
      (port: Server) => port.on('connection', (socket) => socket.on('error', () => {})),
      'does not answer',
    ],
    [
      'speaks otherwise',
      (port: Server) => port.on('connection', (socket) => socket.end('SSH-2.0-OpenSSH_9.7\r\n')),
      '.',
    ],
  ])('gives up a server that %s', async (_, behave, words) => {
    const host = behave(createServer());
    hosts.push(host);
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const address = host.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const url = server.url(database).replace(/:\d+\//, `:${port}/`);
    await expectRefusal(open(url, { timeoutMs: 500 }), words);
  });

  test('refuses a store of tomorrow, and leaves it as it is', async () => {
    await (await open()).close();
    await server.ask(database, 'INSERT INTO echolot.echolot_layout (layout) VALUES (99)');
    await expectRefusal(open(), 'later echolot \\(layout 99');
    await expectRefusal(openToRead(), 'later echolot \\(layout 99');
  });

  test('reads no store where there is none, makes none, and writes to none that it reads', async () => {
    await expectRefusal(openToRead(), 'there is no store');
    const schemas = await server.ask(database, "SELECT 1 FROM pg_namespace WHERE nspname = 'echolot'");
    expect(schemas).toHaveLength(0);
    await (await open()).write(nth(0));
    await expect((await openToRead()).write(nth(1))).rejects.toThrow('opened for reading');
  });

  test('keeps to its schema, and two of them know nothing of each other', async () => {
    const ours = await open(server.url(database, { schema: 'ours' }));
    await ours.write(nth(0));
    expect(await runsIn(await open(), 0)).toBe(0);
    const found = await server.ask(
      database,
      "SELECT DISTINCT schemaname FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
    );
    expect(found.map(({ schemaname }) => schemaname)).toEqual(['echolot', 'ours']);
  });

  test('works for a user who may not make tables, once another has made them', async () => {
    await (await open()).close();
    await server.ask(
      database,
      `DROP ROLE IF EXISTS agent; CREATE ROLE agent LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA echolot TO agent;
       GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA echolot TO agent`,
    );
    const url = server.url(database).replace(/\/\/[^@]*@/, '//agent:x@');
    const store = await open(url);
    await store.write(nth(0));
    await store.maintain(MIDNIGHT_MS + HOUR_MS);
    expect(await runsIn(store, 60_000)).toBe(1);
    await expectRefusal(open(url.replace('?', '?schema=other&')), 'may not');
    await server.ask(database, 'DROP OWNED BY agent; DROP ROLE agent');
  });

  test('refuses a database that lacks letters', async () => {
    await server.createDatabase('latin', "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    await expectRefusal(open(server.url('latin')), 'not in UTF-8');
  });

  test('keeps texts of peers that PostgreSQL has no letters for, and what came with them', async () => {
    const store = await open();
    const texts = [
      '\0',
      'a\0b',
      '\ud800',
      '\udc00 \u{1f600}',
      '\\x00',
      '\\u0000',
      "'; DROP SCHEMA echolot CASCADE; --",
    ];
    const events = texts.map((text, i) => ({
      atMs: MIDNIGHT_MS + i,
      kind: 'down' as const,
      target: text,
      text,
      facts: { [text]: text },
    }));
    await store.write({ intervals: nth(0).intervals, events });
    await store.write({ intervals: [], events });
    const found = await store.events({});
    expect(found.toReversed().map(({ facts }) => facts)).toEqual(events.map(({ facts }) => facts));
    for (const text of texts) {
      expect(await store.events({ target: text })).toHaveLength(1);
      await store.keepNote(text, text);
      expect(await store.note(text)).toBe(text.toWellFormed().replaceAll('\0', '\u2400'));
    }
    expect(await runsIn(store, 0)).toBe(1);
  });

  test('keeps an event whose text is longer than an index takes', async () => {
    const store = await open();
    const text = Array.from({ length: 4_000 }, () => Math.random().toString(36)).join();
    const event = { atMs: MIDNIGHT_MS, kind: 'down' as const, target: 'a', text, facts: {} };
    await store.write({ intervals: [], events: [event, event] });
    expect((await store.events({})).map((found) => found.text)).toEqual([text]);
  });
});
