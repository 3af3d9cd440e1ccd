/** Of a full server, whoever has most gives one up for whoever has none, and nobody for somebody of his own. */
import { describe, expect, test } from 'vitest';
import { Shares } from '../../../src/server/access/shares.ts';
import { full, PretendServer, SECOND } from '../pretend-server.ts';

describe('a place is taken', () => {
  test('from the newest session of whoever has most, and only for one who has two fewer', () => {
    const shares = new Shares<string>();
    for (const session of ['a1', 'a2', 'a3']) shares.add('192.0.2.1', session);
    shares.add('192.0.2.2', 'b1');
    expect(shares.toTakeFor('192.0.2.3')).toBe('a3');
    expect(shares.toTakeFor('192.0.2.2')).toBe('a3');
    shares.remove('192.0.2.1', 'a3');
    expect(shares.toTakeFor('192.0.2.2')).toBeUndefined();
    expect(shares.toTakeFor('192.0.2.3')).toBe('a2');
    expect(shares.toTakeFor('192.0.2.1')).toBeUndefined();
  });

  test('of a site with a /64 as of one client', () => {
    const shares = new Shares<number>();
    for (let i = 0; i < 5; i++) shares.add(`2001:db8::${i}`, i);
    expect(shares.toTakeFor('2001:db8::99')).toBeUndefined();
    expect(shares.toTakeFor('2001:db8:0:1::1')).toBe(4);
  });
});

test('a server that one client has filled with sessions at work takes another client in', async () => {
  const server = await PretendServer.start({ limits: { maxSessions: 4, maxClientSessions: 4 } });
  for (let i = 0; i < 4; i++) await server.measuring('s RTT 5 10 0\n', '192.0.2.1');
  const same = await server.dial('192.0.2.1');
  await server.pass(SECOND);
  expect(same.received).not.toBe('');
  const other = await server.measuring('s RTT 5 10 0\n', '192.0.2.2');
  other.send('m hello 1\n');
  await server.drive(other.whenReceived('m hello 1\n'));
  expect(server.reasons).toEqual(['displaced']);
  for (const host of [3, 4]) await server.measuring('s RTT 5 10 0\n', `192.0.2.${host}`);
  const fifth = await server.dial('192.0.2.5');
  await server.pass(SECOND);
  expect(fifth.received).toBe(full(4));
});
