/** The page of a server: it says what is so, obeys no text, and loads nothing from elsewhere. */
import { expect, test } from 'vitest';
import { startServer } from '../../../src/server/server.ts';
import { page } from '../../../src/server/sight/page.ts';
import { PretendServer } from '../pretend-server.ts';
import { RecordedNetwork } from '../recorded-network.ts';

test('what it serves, since when, what it may take and what it has now', async () => {
  const pretend = await PretendServer.start({ limits: { maxSessions: 7, maxPayloadBytes: 2_048 } });
  await pretend.measuring();
  const text = page(pretend.server, 0, '1.2.3');
  for (const told of [
    'accepts clients',
    'the measurement protocol',
    '1970-01-01T00:00:00.000Z',
    '1 of 7',
    '2 KiB',
    'echolot 1.2.3',
  ]) {
    expect(text).toContain(told);
  }
  await pretend.drive(pretend.server.close());
  expect(page(pretend.server, 0, '')).toContain('is ending: accepts no more');
});

test('a client over its share does not read as a server that is full, and its limits are told', async () => {
  const network = new RecordedNetwork();
  const limits = { maxClientSessions: 1, maxSessionNs: 7_000_000_000 };
  const server = await startServer(network, { limits });
  for (let client = 0; client < 3; client++) network.connect();
  const text = page(server, 0, '');
  const row = (what: string): string | undefined => new RegExp(`${what}</th><td>([^<]*)<`).exec(text)?.[1];
  expect(row('too many sessions of their client')).toBe('2');
  expect(row('refused: too many sessions')).toBeUndefined();
  expect(row('sessions at once')).toBe('1');
  expect(row('longest session')).toBe('7 s');
});

test('where clients have classes, what each may do is told, as it is after a change', async () => {
  const { server } = await PretendServer.start({
    policy: { classes: { anyone: { maxProbes: 7, bytesPerDay: 2 ** 30 } } },
  });
  const row = (what: string): string | undefined =>
    new RegExp(`${what}</th><td>([^<]*)<`).exec(page(server, 0, ''))?.[1];
  expect(row('most probes')).toBe('local: 1000000; anyone: 7; token: 1000000');
  expect(row('bytes in a day')).toBe('local: no limit; anyone: 1 GiB; token: 200 GiB');
  expect(row('each later message within')).toBe('60 s');
  server.setPolicy({ classes: { anyone: { maxProbes: 8 } } });
  expect(row('most probes')).toBe('local: 1000000; anyone: 8; token: 1000000');
});

test('before there is a server it says so', () => {
  expect(page(undefined, 0, '')).toContain('is starting');
});

test('words of others are text, and there are no scripts and no outside resources', async () => {
  const { server } = await PretendServer.start({ mode: 'echo' });
  const endpoints = [{ address: 'fe80::1%<img src=x>"', port: 1, family: 6 }] as const;
  const text = page({ endpoints, limits: server.limits, status: () => server.status() }, 0, '<script>');
  expect(text).not.toMatch(/<img|<script|https?:\/\/|url\(|@import/);
  expect(text).toContain('plain echo');
});
