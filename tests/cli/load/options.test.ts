/** The words of `echolot load`: what they ask for, and which are refused before anything is sent. */
import { formatMessage } from '@optique/core/message';
import { parse } from '@optique/core/parser';
import { describe, expect, test } from 'vitest';
import { LOAD_EXAMPLES, type LoadArguments, loadCommandLine } from '../../../src/cli/commands/load.ts';
import { phaseNames } from '../../../src/cli/commands/turns/load-values.ts';
import { profile } from '../../../src/cli/options/qoo.ts';
import { loadOptionsOf } from '../../../src/cli/run/load/load-options.ts';
import { EcholotError } from '../../../src/core/errors.ts';

/** Words in quotation marks are one. */
function read(line: string): LoadArguments | string {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
  const result = parse(loadCommandLine, ['load', ...words]);
  return result.success ? result.value : formatMessage(result.error, { colors: false, quotes: true });
}

/** What is asked of the library, or the complaint. */
function asked(line: string): ReturnType<typeof loadOptionsOf> | string {
  const options = read(line);
  if (typeof options === 'string') return options;
  try {
    return loadOptionsOf(options);
  } catch (error) {
    if (error instanceof EcholotError) return `${error.message}; ${error.advice ?? ''}`;
    throw error;
  }
}

describe('what is not asked for is left to the library', () => {
  test('a target alone', () => {
    expect(asked('load.example 9900')).toEqual({
      host: 'load.example',
      port: 9_900,
      echo: false,
      probeIntervalMs: 10,
      timeoutMs: 10_000,
      engine: 'auto',
      socket: { multipath: false },
    });
  });

  test('both in one word, as elsewhere', () => {
    expect(asked('load.example:9900')).toMatchObject({ host: 'load.example', port: 9_900 });
    expect(asked('[2001:db8::7]:9900')).toMatchObject({ host: '2001:db8::7', port: 9_900 });
    expect(asked('load.example')).toContain('the port is missing');
  });
});

describe('phases and their time', () => {
  const S = 1_000;
  test.each([
    ['--phases up', [{ name: 'up' }]],
    [
      '--phases idle,down,up,both,recovery',
      ['idle', 'down', 'up', 'both', 'recovery'].map((name) => ({ name })),
    ],
    ['-R', [{ name: 'idle' }, { name: 'down' }, { name: 'recovery' }]],
    [
      '--reverse -t 10',
      [
        { name: 'idle', durationMs: 3 * S },
        { name: 'down', durationMs: 10 * S },
        { name: 'recovery', durationMs: 3 * S },
      ],
    ],
    ['-t 500ms --phases up', [{ name: 'up', durationMs: 500 }]],
    [
      '--duration 5s',
      [
        { name: 'idle', durationMs: 5 * S },
        { name: 'down', durationMs: 5 * S },
        { name: 'up', durationMs: 5 * S },
        { name: 'recovery', durationMs: 5 * S },
      ],
    ],
    [
      '--echo --duration 2s',
      [
        { name: 'idle', durationMs: 2 * S },
        { name: 'both', durationMs: 2 * S },
        { name: 'recovery', durationMs: 2 * S },
      ],
    ],
  ])('%s', (words, phases) => {
    expect(asked(`load.example 9900 ${words}`)).toMatchObject({ phases });
  });
});

test.each([
  ['-P 8', { streams: 8 }],
  ['--streams auto', { streams: 'auto' }],
  ['--rate 90M', { bitsPerSecond: 90e6 }],
  ['--rate 1.5G', { bitsPerSecond: 1.5e9 }],
  ['--rate 100Mbit/s', { bitsPerSecond: 100e6 }],
  ['--bytes 16M', { bytes: 16 * 1024 ** 2 }],
  ['--echo', { echo: true }],
  ['--rpm', { untilStable: true }],
  [
    '--rpm -P 4 -t 10',
    { untilStable: true, streams: 4, phases: expect.arrayContaining([{ name: 'up', durationMs: 10_000 }]) },
  ],
  ['--rpm -R', { untilStable: true, phases: [{ name: 'idle' }, { name: 'down' }, { name: 'recovery' }] }],
  ['--probe-interval 1ms', { probeIntervalMs: 1 }],
  ['--family 6', { family: 6 }],
  ['--engine node', { engine: 'node' }],
  [
    '--cc bbr --sndbuf 1M --rcvbuf 2M --dscp EF',
    {
      socket: {
        congestionControl: 'bbr',
        sendBufferBytes: 1024 ** 2,
        receiveBufferBytes: 2 * 1024 ** 2,
        trafficClass: 46 << 2,
        multipath: false,
      },
    },
  ],
])('%s is asked of the library', (words, options) => {
  expect(asked(`load.example 9900 ${words}`)).toMatchObject(options);
});

describe('what cannot be is refused, with what can', () => {
  test.each([
    ['--rate 0', 'from 10 kbit/s to 1,000 Gbit/s, but got "0"; leave it out'],
    ['--rate 90', 'from 10 kbit/s'],
    ['--rate fast', 'such as 90M or 1.5G'],
    ['--rate -5M', 'such as 90M or 1.5G'],
    ['--rate 1e9', 'such as 90M or 1.5G'],
    ['-P 0', 'auto or a whole number from 1 to 128'],
    ['-P 10000', 'auto or a whole number from 1 to 128'],
    ['--streams all', 'auto or a whole number'],
    ['-t 0', 'from 100ms to 60m'],
    ['-t 2h', 'a time with its unit'],
    ['--duration 0', 'from 100ms to 60m'],
    ['--duration 5', 'a time with its unit'],
    ['--phases', '`--phases` requires'],
    ['--phases idle,,up', 'among idle, down, up, both, recovery'],
    ['--phases sideways', 'among idle, down, up, both, recovery'],
    ['--phases up,up', 'each phase once'],
    ['--phases up -R', 'cannot be used together'],
    ['-t 5 --duration 5s', 'cannot be used together'],
    ['--echo -R', 'an echo goes both ways; leave one of them out'],
    ['--bytes 0', 'a size from 1 to'],
    ['--probe-interval 0', 'from 1ms to 1s'],
    ['--interval 0', 'from 100ms to 60m'],
    ['--json --csv', 'cannot be used together'],
  ])('%s', (words, complaint) => {
    expect(asked(`load.example 9900 ${words}`)).toContain(complaint);
  });
});

test('completions go on behind a comma', () => {
  const offered = (prefix: string): string[] =>
    [...(phaseNames().suggest?.(prefix) ?? [])].map((each) => (each.kind === 'literal' ? each.text : ''));
  expect(offered('idle,b')).toEqual(['idle,both']);
  expect(offered('')).toEqual(['idle', 'down', 'up', 'both', 'recovery']);
});

test('completions offer the profiles that have names, and files', () => {
  const offered = [...(profile().suggest?.('vo') ?? [])];
  expect(offered).toEqual([
    { kind: 'literal', text: 'voice' },
    { kind: 'file', type: 'any', pattern: 'vo' },
  ]);
});

test.each(LOAD_EXAMPLES)('the example %s can be typed', (line) => {
  expect(typeof asked(line.replace('echolot load ', ''))).toBe('object');
});
