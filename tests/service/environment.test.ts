/** Sockets that a service manager opened are found, and what was meant for another program is not taken for this one's. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeFromManager } from '../../src/service/environment.ts';

const PID = 4_711;
const NOTHING = { sockets: undefined, tlsSockets: undefined, notifySocket: undefined, watchdogNs: undefined };

function sockets(fds: string, names?: string, pid = String(PID)) {
  return takeFromManager({ LISTEN_PID: pid, LISTEN_FDS: fds, LISTEN_FDNAMES: names }, PID);
}

describe('sockets that were passed', () => {
  test('are those behind the standard streams', () => {
    expect(sockets('2').sockets).toEqual([3, 4]);
  });

  test('with the name tls are for the other port', () => {
    expect(sockets('3', 'plain:tls:unknown')).toMatchObject({ sockets: [3, 5], tlsSockets: [4] });
  });

  test('for another process are not touched', () => {
    expect(sockets('2', undefined, '1')).toEqual(NOTHING);
    expect(takeFromManager({ LISTEN_FDS: '1' }, PID)).toEqual(NOTHING);
  });

  test('that are none leave host and port as they are asked for', () => {
    expect(sockets('0')).toEqual(NOTHING);
  });

  test.each([
    ['many', undefined, /LISTEN_FDS=many, which is not a number of sockets/],
    ['-1', undefined, /LISTEN_FDS=-1/],
    ['100000', undefined, /LISTEN_FDS=100000/],
    ['2', 'one', /LISTEN_FDNAMES=one, which is not 2 names/],
    ['1', 'tls', /every socket that the service manager passes is for TLS/],
  ])('that cannot be told are an error, and no guess: %s %s', (fds, names, message) => {
    expect(() => sockets(fds, names)).toThrow(message);
  });

  test('for a process that is no number are an error', () => {
    expect(() => sockets('1', undefined, 'me')).toThrow(
      /LISTEN_PID=me, which is not the number of a process/,
    );
  });
});

describe('what the manager wants to hear', () => {
  test('is where, and how often', () => {
    const { notifySocket, watchdogNs } = takeFromManager(
      { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '30000000', WATCHDOG_PID: String(PID) },
      PID,
    );
    expect({ notifySocket, watchdogNs }).toEqual({ notifySocket: '/run/notify', watchdogNs: 30e9 });
  });

  test.each([
    [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' }],
    [{ WATCHDOG_USEC: 'soon' }],
    [{ WATCHDOG_USEC: '0' }],
    [{ NOTIFY_SOCKET: '' }],
  ])('is nothing where it is of another process, or cannot be: %j', (environment) => {
    expect(takeFromManager(environment, PID)).toEqual(NOTHING);
  });
});

test('no program that this one starts takes the variables for its own, whatever they say', () => {
  const names = [
    'LISTEN_PID',
    'LISTEN_FDS',
    'LISTEN_FDNAMES',
    'NOTIFY_SOCKET',
    'WATCHDOG_PID',
    'WATCHDOG_USEC',
  ];
  const text = fc.oneof(fc.string(), fc.nat(300).map(String), fc.constant(String(PID)));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), text), (given) => {
      const environment: Record<string, string> = { ...given, HOME: '/root' };
      try {
        const { sockets: found = [], tlsSockets = [] } = takeFromManager(environment, PID);
        for (const fd of [...found, ...tlsSockets]) expect(fd).toBeGreaterThan(2);
      } catch (error) {
        expect(error).toMatchObject({ name: 'EcholotError', code: 'usage' });
      }
      expect(environment).toEqual({ HOME: '/root' });
    }),
  );
});
