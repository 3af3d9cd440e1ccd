/** Hosts as people write them: one reading for all commands, and each mistake is named. */
import { describe, expect, test } from 'vitest';
import { targetOf } from '../../src/cli/run/target.ts';
import type { EcholotError } from '../../src/core/errors.ts';
import { planMeasurement } from '../../src/measure/exchange/plan.ts';
import { planPing } from '../../src/measure/ping/ping-plan.ts';
import { inBrackets, readHost } from '../../src/net/reach/host-text.ts';
import { planServer } from '../../src/server/plan.ts';

describe('a host, with or without a port behind it', () => {
  test.each([
    ['localhost', 'localhost', undefined],
    ['localhost:9900', 'localhost', 9_900],
    ['192.0.2.7:1', '192.0.2.7', 1],
    ['::1', '::1', undefined],
    ['[::1]', '::1', undefined],
    ['[::1]:65535', '::1', 65_535],
    ['2001:db8::7', '2001:db8::7', undefined],
    ['fe80::b%eth0', 'fe80::b%eth0', undefined],
    ['fe80::b%br_lan', 'fe80::b%br_lan', undefined],
    ['[fe80::b%eth0.100]:9900', 'fe80::b%eth0.100', 9_900],
    ['::ffff:192.0.2.7', '::ffff:192.0.2.7', undefined],
    ['[::ffff:192.0.2.7]:80', '::ffff:192.0.2.7', 80],
    ['host_with-odd.name', 'host_with-odd.name', undefined],
  ])('%s', (text, host, port) => {
    expect(readHost(text)).toEqual({ host, port });
  });
});

const MISTAKES = [
  ['', 'the host is empty'],
  [':9900', 'the host is empty'],
  ['http://localhost', 'http://localhost is a URL'],
  ['HTTPS://host.example:443/path', 'is a URL'],
  ['tcp://192.0.2.7:9900', 'is a URL'],
  ['localhost:', '"" is no port'],
  ['localhost:http', '"http" is no port'],
  ['localhost:0', '"0" is no port'],
  ['localhost:65536', '"65536" is no port'],
  ['localhost:99:00', 'localhost:99:00 is no address'],
  ['[localhost]:9900', 'in brackets goes an IPv6 address'],
  ['[127.0.0.1]:9900', 'in brackets goes an IPv6 address'],
  ['[]:9900', 'in brackets goes an IPv6 address'],
  ['[::1]:', '"" is no port'],
  ['[::1', 'is no address'],
  ['::1]:9900', 'is no address'],
  ['fe80::b%', 'is no address'],
] as const;

describe('a mistake is named before anything is sent, wherever a host is taken', () => {
  const thrownBy = (action: () => unknown): EcholotError => {
    try {
      action();
    } catch (error) {
      return error as EcholotError;
    }
    return expect.unreachable('it was taken');
  };

  test.each(MISTAKES)('%j: %s', (text, what) => {
    for (const take of [
      () => readHost(text),
      () => targetOf({ host: text, port: 9_900 }),
      () => planMeasurement({ host: text, port: 9_900 }),
      () => planPing({ host: text, port: 9_900 }),
      () => planServer({ host: text }),
    ]) {
      const error = thrownBy(take);
      expect(error).toMatchObject({ name: 'EcholotError', code: 'usage' });
      expect(error.message).toContain(what);
      expect(error.advice).toBeTruthy();
    }
  });

  test('the remedy for a URL names the host', () => {
    const adviceFor = (url: string): string | undefined => thrownBy(() => readHost(url)).advice;
    expect(adviceFor('http://host.example/x?y')).toBe('give host and port alone: host.example PORT');
    expect(adviceFor('tcp://me@[::1]:80')).toBe('give host and port alone: [::1]:80');
  });

  test('a port in a host is refused where it is asked for by itself', () => {
    for (const take of [
      () => planMeasurement({ host: 'localhost:9900', port: 9_900 }),
      () => planPing({ host: '[::1]:9900', port: 9_900 }),
      () => planServer({ host: 'localhost:9900' }),
    ]) {
      expect(thrownBy(take).message).toContain('has a port');
    }
  });
});

test('brackets are no part of a host', () => {
  expect(planMeasurement({ host: '[::1]', port: 9_900 }).host).toBe('::1');
  expect(planPing({ host: '[::1]', port: 9_900 }).host).toBe('::1');
  expect(planServer({ host: '[::1]' }).host).toBe('::1');
});

describe('the port of a target', () => {
  test('may stand behind the host or in it, once', () => {
    const target = { host: '::1', port: 9_900 };
    expect(targetOf({ host: '[::1]', port: 9_900 })).toEqual(target);
    expect(targetOf({ host: '::1', port: 9_900 })).toEqual(target);
    expect(targetOf({ host: '[::1]:9900', port: undefined })).toEqual(target);
    expect(targetOf({ host: '[::1]:9900', port: 9_900 })).toEqual(target);
  });

  test('is missed, or told twice, in so many words', () => {
    expect(() => targetOf({ host: 'localhost', port: undefined })).toThrow('localhost: the port is missing');
    expect(() => targetOf({ host: 'localhost:1', port: 2 })).toThrow(
      'localhost:1 has a port, and 2 is another',
    );
  });
});

describe('where no port belongs behind a host', () => {
  const adviceOf = (action: () => unknown): [string, string | undefined] => {
    try {
      action();
    } catch (error) {
      const { message, advice } = error as EcholotError;
      return [message, advice];
    }
    return expect.unreachable('it was taken');
  };
  const bindTo = (bindAddress: string) => () =>
    planPing({ host: 'localhost', port: 9_900, socket: { bindAddress } });

  test.each(['127.0.0.1:80', '[::1]:80'])('the port of --bind %s is not dropped in silence', (text) => {
    expect(adviceOf(bindTo(text))).toEqual([
      `the host ${text} has a port`,
      'give the address alone: the kernel chooses a free port',
    ]);
  });

  test.each([
    ['http://localhost', 'localhost'],
    ['http://localhost:80/path', 'localhost'],
    ['http://[::1]:80', '::1'],
  ])('the advice about %s can be taken', (text, host) => {
    for (const take of [bindTo(text), () => planServer({ host: text })]) {
      expect(adviceOf(take)).toEqual([`${text} is a URL`, `give the host alone: ${host}`]);
    }
  });
});

test.each([
  ['::1:9900', '[::1]:9900'],
  ['fe80::1%eth0', '[fe80::1%eth0]:PORT'],
  ['::1', '[::1]:PORT'],
])('the port that %s seems to have is asked for as %s', (text, written) => {
  expect(inBrackets(text)).toBe(written);
  expect(() => targetOf({ host: text, port: undefined })).toThrow('the port is missing');
});
