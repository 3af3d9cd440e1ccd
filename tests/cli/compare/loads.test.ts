/** The words of `echolot compare --load`: what they ask of each load, and which are refused before anything is sent. */
import { formatMessage } from '@optique/core/message';
import { parse } from '@optique/core/parser';
import { describe, expect, test } from 'vitest';
import {
  COMPARE_EXAMPLES,
  type CompareArguments,
  compareCommandLine,
} from '../../../src/cli/commands/compare.ts';
import { refuseOthers } from '../../../src/cli/run/compare/given-names.ts';
import { loadSides } from '../../../src/cli/run/compare/loaded.ts';
import { liveSubjects } from '../../../src/cli/run/compare/subjects.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import type { CompareLoadsOptions } from '../../../src/index.ts';

/** Words in quotation marks are one. */
function read(line: string): CompareArguments | string {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
  const result = parse(compareCommandLine, ['compare', ...words]);
  return result.success ? result.value : formatMessage(result.error, { colors: false, quotes: true });
}

/** What is asked of the library, or the complaint. */
function asked(line: string): CompareLoadsOptions | string {
  const options = read(line);
  if (typeof options === 'string') return options;
  try {
    refuseOthers(options, options.load ? 'loads' : 'measurements');
    const [first = '', second] = options.subjects;
    return loadSides(options, liveSubjects(options, first, second));
  } catch (error) {
    if (error instanceof EcholotError) return `${error.message}; ${error.advice ?? ''}`;
    throw error;
  }
}

const PHASES = ['idle', 'down', 'up'].map((name) => ({ name }));

describe('what is asked of each load', () => {
  test('is the same but for the option that differs, and the rest is left to the library', () => {
    const common = { host: 'host.example', port: 9_900, phases: PHASES, timeoutMs: 10_000, echo: false };
    expect(asked('host.example:9900 --load --cc cubic,bbr')).toEqual({
      a: {
        label: 'host.example:9900 --cc cubic',
        options: { ...common, socket: { congestionControl: 'cubic' } },
      },
      b: {
        label: 'host.example:9900 --cc bbr',
        options: { ...common, socket: { congestionControl: 'bbr' } },
      },
    });
  });

  test('are two targets', () => {
    expect(asked('a.example:1 b.example:2 --load')).toMatchObject({
      a: { label: 'a.example:1', options: { host: 'a.example', port: 1 } },
      b: { label: 'b.example:2', options: { host: 'b.example', port: 2 } },
    });
  });

  test.each<[string, object, object]>([
    ['--streams 1,4', { streams: 1 }, { streams: 4 }],
    ['--streams 1,auto', { streams: 1 }, { streams: 'auto' }],
    ['--rate 50M,1G', { bitsPerSecond: 50e6 }, { bitsPerSecond: 1e9 }],
    ['--sndbuf 64K,1M', { socket: { sendBufferBytes: 65_536 } }, { socket: { sendBufferBytes: 1_048_576 } }],
    ['--engine node,native', { engine: 'node' }, { engine: 'native' }],
    ['--dscp EF,0 --rate 5M', { bitsPerSecond: 5e6, socket: { trafficClass: 184 } }, { bitsPerSecond: 5e6 }],
  ])('%s', (words, a, b) => {
    expect(asked(`h:1 --load ${words}`)).toMatchObject({ a: { options: a }, b: { options: b } });
  });

  test('phases, their time and the number of rounds', () => {
    const line = 'h:1 --load --rate 1M,2M --phases idle,up --duration 2s --rounds 12 --max-time 5m --seed 3';
    const phases = [
      { name: 'idle', durationMs: 2_000 },
      { name: 'up', durationMs: 2_000 },
    ];
    expect(asked(line)).toMatchObject({
      ...{ rounds: 12, maxTimeMs: 300_000, seed: 3 },
      a: { options: { phases } },
      b: { options: { phases } },
    });
    expect(asked('h:1 --load --echo --streams 1,2')).toMatchObject({
      a: { options: { echo: true, phases: [{ name: 'idle' }, { name: 'both' }] } },
    });
  });

  test('what the examples say', () => {
    const [line = ''] = COMPARE_EXAMPLES.map(([text]) => text).filter((text) => text.includes('--load'));
    expect(asked(line.replace('echolot compare ', ''))).toMatchObject({ b: { options: { streams: 4 } } });
  });
});

describe('refused before anything is sent', () => {
  test.each([
    ['h:1 --load', 'there is nothing to compare it with'],
    ['h:1 --load --rate 1M', 'there is nothing to compare it with'],
    ['h:1 --load --rate 1M,2M --streams 1,4', '--streams and --rate differ; let one option differ at a time'],
    ['h:1 i:1 --load --rate 1M,2M', 'both the targets and --rate differ'],
    ['h:1 --rate 1M,2M', '--rate is for loads; add --load'],
    ['h:1 --cc cubic,bbr --rounds 6', '--rounds is for loads; add --load'],
    ['h:1 --cc cubic,bbr --echo', '--echo is for loads; add --load'],
    ['h:1 --load --wait spin,block', '--wait is for measurements, and --load compares loads'],
    ['h:1 --load --cc cubic,bbr --nodelay off', '--nodelay is for measurements'],
    ['h:1 --load --cc cubic,bbr --type rtt', '--type is for measurements'],
    ['h:1 --load --cc cubic,bbr -n 100', '--probes is for measurements'],
    ['h:1 --load --cc cubic,bbr --fail-if "rtt.p99 > 1.1x"', 'is of measurements, and --load compares loads'],
    ['h:1 --cc cubic,bbr --fail-if "up.goodput < 0.9x"', 'is of loads; add --load'],
    [
      'h:1 --load --cc cubic,bbr --phases idle,up --fail-if "down.goodput < 0.9x"',
      'needs the phase down or both, which is not planned',
    ],
    ['h:1 --load --cc cubic,bbr --rounds 4', 'from 5 to 1000'],
    ['h:1 --load --cc cubic,bbr --duration 0', 'from 100ms'],
    ['h:1 --load --streams 1,0', 'Expected auto or a whole number'],
    ['h:1 --load --streams 1,2,3', 'two separated by a comma'],
    ['h:1 --load --rate 1,2', 'Expected a rate from'],
  ])('%s: %s', (line, why) => {
    expect(asked(line)).toContain(why);
  });

  test.each([
    ['--load', 'a.json b.json --load'],
    ['--rounds', 'a.json b.json --rounds 6'],
    ['--rate', 'a.json b.json --rate 1M'],
    ['--sizes', 'a.json b.json --sizes 100'],
  ])('%s beside files', (name, line) => {
    const options = read(line);
    if (typeof options === 'string') throw new Error(options);
    expect(() => refuseOthers(options, 'files')).toThrow(`${name} is for targets, and these are files`);
  });
});
