/** What is shown to strangers in a report of a fault tells nobody who it comes from. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutNames } from '../../../src/measure/doctor/looks/names.ts';

const OWN = { home: '/home/alice', user: 'alice', host: 'box-7.example' };
const NOBODY = { home: undefined, user: undefined, host: undefined };

test.each([
  ['a path below the home', "Cannot find '/home/alice/x/koffi.node'", "Cannot find '~/x/koffi.node'"],
  ['a path that has the user elsewhere', '/srv/alice/state: EACCES', '/srv/USER/state: EACCES'],
  ['the host', 'getaddrinfo ENOTFOUND box-7.example', 'getaddrinfo ENOTFOUND HOST'],
  ['an IPv4 address', 'connect 10.1.2.3:9900', 'connect ADDRESS:9900'],
  ['an IPv6 address', 'connect 2001:db8::7: refused', 'connect ADDRESS: refused'],
  ['a link-local one with its interface', 'bind fe80::1%eth0', 'bind ADDRESS'],
  ['loopback, which everybody has', 'connect 127.0.0.1 and ::1', 'connect 127.0.0.1 and ::1'],
  ['a time of day', 'at 12:30:59', 'at 12:30:59'],
  ['a word that has the user in it', 'malice', 'malice'],
])('%s', (_what, told, shown) => {
  expect(withoutNames(told, OWN)).toBe(shown);
});

test.each(['root', 'localhost'])('%s is everywhere, and stays', (user) => {
  expect(withoutNames(`${user} it is`, { ...NOBODY, user })).toBe(`${user} it is`);
});

test('whatever a user is called, the name is gone wherever it stands alone', () => {
  const name = fc
    .stringMatching(/^[a-z_.$()[\\^+|-][a-z0-9_.$()[\\^+|-]{2,20}$/)
    .filter((it) => !/user|host/i.test(it));
  fc.assert(
    fc.property(name, (user) => {
      expect(withoutNames(`of ${user}, here`, { ...NOBODY, user })).toBe('of USER, here');
    }),
  );
});

test('any text is taken, however it is written', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, user) => {
      expect(typeof withoutNames(text, { home: user, user, host: user })).toBe('string');
    }),
  );
});
