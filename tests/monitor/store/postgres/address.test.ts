import { hostname } from 'node:os';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EcholotError } from '../../../../src/core/errors.ts';
import { isPostgresUrl, parseAddress, placeOf } from '../../../../src/monitor/store/postgres/address.ts';

beforeEach(() => {
  for (const name of ['PGHOST', 'PGPORT', 'PGUSER', 'PGDATABASE', 'PGSSLMODE']) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test('knows a database by its scheme, and takes everything else for a file', () => {
  expect(['postgres://a/b', 'postgresql://a/b', 'POSTGRES://a/b'].every(isPostgresUrl)).toBe(true);
  expect(['monitor.sqlite', './postgres:/', 'postgres', 'xpostgres://a'].some(isPostgresUrl)).toBe(false);
});

test('has every part of a URL', () => {
  expect(
    parseAddress(
      'postgres://me:p%40ss@db.example:5433/all?schema=north&agent=n-1&sslmode=verify-full',
      'write',
    ),
  ).toEqual({
    host: 'db.example',
    port: 5433,
    database: 'all',
    user: 'me',
    password: 'p@ss',
    tls: 'verify-full',
    schema: 'north',
    agent: 'n-1',
  });
});

test.each([
  ['postgres://me@[2001:db8::1]/all', '2001:db8::1', 'postgres://me@[2001:db8::1]/all'],
  ['postgres://me@%2Frun%2Fpostgresql/all', '/run/postgresql', 'postgres://me@%2Frun%2Fpostgresql/all'],
])('reaches %s', (url, host, place) => {
  const address = parseAddress(url, 'read');
  expect(address.host).toBe(host);
  expect(placeOf(address)).toBe(place);
});

test('takes what is not in the URL from where psql takes it', () => {
  vi.stubEnv('PGHOST', '/run/postgresql');
  vi.stubEnv('PGPORT', '5433');
  vi.stubEnv('PGUSER', 'me');
  vi.stubEnv('PGDATABASE', 'all');
  vi.stubEnv('PGSSLMODE', 'require');
  expect(parseAddress('postgres://', 'write')).toEqual({
    host: '/run/postgresql',
    port: 5433,
    database: 'all',
    user: 'me',
    password: undefined,
    tls: 'require',
    schema: 'echolot',
    agent: hostname(),
  });
});

test('writes as an agent called as the machine, and reads those of all', () => {
  expect(parseAddress('postgres://me@db/all', 'write').agent).toBe(hostname());
  expect(parseAddress('postgres://me@db/all', 'read').agent).toBe(undefined);
  expect(parseAddress('postgres://me@db/all?agent=north', 'read').agent).toBe('north');
});

test('shows no password, whatever it is', () => {
  const password = fc.string({ minLength: 6, unit: 'grapheme' }).filter((text) => text.isWellFormed());
  fc.assert(
    fc.property(password, (text) => {
      const url = `postgres://me:${encodeURIComponent(text)}@db/all?agent=north`;
      expect(placeOf(parseAddress(url, 'write'))).toBe('postgres://me@db/all?agent=north');
    }),
  );
});

test.each([
  'postgres://me:SECRET@[::x]/all',
  'postgres://me:SECRET%zz@db/all',
  'postgres://me:SECRET%00@db/all',
  'postgres://me:SECRET@db:99999/all',
  'postgres://me:SECRET@db/all/more',
  'postgres://me:SECRET@db/all#part',
  'postgres://me:SECRET@db/all?passwort=SECRET',
  'postgres://me:SECRET@db/all?schema=Other',
  'postgres://me:SECRET@db/all?schema=a%22b',
  'postgres://me:SECRET@db/all?schema=pg_mine',
  `postgres://me:SECRET@db/all?schema=${'a'.repeat(64)}`,
  'postgres://me:SECRET@db/all?agent=',
  'postgres://me:SECRET@db/all?agent=a%0Ab',
  'postgres://me:SECRET@db/all?sslmode=SECRET',
  'postgres://me:SECRET@one,two/all',
])('refuses %s with a reason that has no password in it', (url) => {
  let refused: unknown;
  try {
    parseAddress(url, 'write');
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(EcholotError);
  if (!(refused instanceof EcholotError)) return;
  expect(refused.code).toBe('usage');
  expect([refused.message, refused.advice, refused.stack, String(refused.cause)].join()).not.toContain(
    'SECRET',
  );
});
